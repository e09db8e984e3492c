//! The inbox, the scopes of the list, counts and pages by keyset.

use std::collections::BTreeSet;

use domain::{ids::PersonId, purchase_order::Event};
use jiff::{SignedDuration, tz::TimeZone};
use sqlx::PgPool;

use crate::{
    list::{self, PAGE, Query},
    purchase_order::{Counts, ListRow, ORDERS, Scope, counts, inbox, scopes},
    test_support::{
        ADA, AUD, CARLA, Company, EVERYONE, FAY, MIA, PAT, SAM, TESS, VIK, actor, approve, cancel,
        reject, start_processing, withdraw,
    },
};

/// What an address asks of the list.
fn asked(address: &str) -> Query {
    Query::parse(&ORDERS, address, &TimeZone::UTC)
}

/// The page of an address.
async fn page(company: &Company, who: PersonId, address: &str) -> list::Page<ListRow> {
    list::read(&company.engine, &actor(who), &asked(address))
        .await
        .unwrap()
}

/// So many orders of somebody's in a state, as rows: `submitter`, `status`, `count`.
async fn many(company: &Company, submitter: i64, status: &str, count: i64) {
    company
        .run(&format!(
            "INSERT INTO purchase_orders (status, submitter_id, vendor_id, currency, total, content_hash, required_level, rule_set_id,
                 created_at, status_changed_at, approved_at)
             SELECT '{status}', {submitter}, 1, 'USD', 900, sha256(''), 1, 1, now(), now(), now() FROM generate_series(1, {count})"
        ))
        .await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_inbox_holds_what_waits_for_a_person_soonest_due_first(pool: PgPool) {
    let company = Company::new(pool).await;
    let mine = actor(MIA);
    let mut expected = Vec::new();
    for _ in 0..3 {
        expected.push(company.submitted("5000").await);
        company.hour();
    }
    // The oldest one has the newest deadline.
    company
        .run(&format!(
            "UPDATE decisions SET due_at = due_at + interval '9 h' WHERE subject_id = {}",
            expected[0]
        ))
        .await;
    expected.rotate_left(1);
    let (rows, more) = inbox(&company.engine, &mine, None, PAGE).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), expected);
    assert!(!more);
    assert_eq!(rows[0].title, "For the new office");
    assert_eq!(rows[0].version, 2);
    // An action from the inbox carries the version it shows.
    for (who, count) in [(SAM, 0), (FAY, 0), (VIK, 0), (CARLA, 0)] {
        assert_eq!(
            inbox(&company.engine, &actor(who), None, PAGE)
                .await
                .unwrap()
                .0
                .len(),
            count
        );
    }
    company.does(MIA, expected[0], approve()).await;
    company.does(SAM, expected[1], withdraw()).await;
    company.does(MIA, expected[2], reject("No")).await;
    assert_eq!(
        inbox(&company.engine, &mine, None, PAGE).await.unwrap().0,
        []
    );
    let (rows, _) = inbox(&company.engine, &actor(FAY), None, PAGE)
        .await
        .unwrap();
    assert_eq!(
        rows.iter().map(|row| row.id).collect::<Vec<_>>(),
        [expected[0]]
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn pages_of_the_inbox_hold_every_decision_once_also_where_many_are_due_at_once(pool: PgPool) {
    let company = Company::new(pool).await;
    many(&company, 1, "draft", 120).await;
    company
        .run("INSERT INTO decisions (subject_kind, subject_id, round, level, approver_id, source, assignee_id, opened_at, due_at, content_hash)
              SELECT 'purchase_order', id, 1, 1, 2, 'rule', 2, now(), '2026-03-03Z'::timestamptz + interval '1 microsecond' * (id % 3), sha256('')
              FROM purchase_orders")
        .await;
    let mut after = None;
    let mut seen = BTreeSet::new();
    for page in [50, 50, 20] {
        let (rows, more) = inbox(&company.engine, &actor(MIA), after, PAGE)
            .await
            .unwrap();
        assert_eq!((rows.len(), more), (page, page == 50));
        after = rows.last().map(|row| (row.due, row.decision));
        assert!(rows.iter().all(|row| seen.insert(row.decision)));
        // What is decided meanwhile moves nothing.
        company
            .run(&format!(
                "UPDATE decisions SET verdict = 'dropped', decided_at = now() WHERE id = {}",
                rows[0].decision
            ))
            .await;
    }
    assert_eq!(seen.len(), 120);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn whoever_asks_for_a_scope_that_is_not_theirs_sees_their_own_orders(pool: PgPool) {
    let company = Company::new(pool).await;
    company.approved().await;
    company.submitted("5000").await;
    for who in EVERYONE {
        let own = page(&company, who, "").await;
        for scope in ["mine", "waiting", "team", "placed", "all", "nonsense"] {
            let offered = scopes(&actor(who));
            if !offered.iter().any(|s| s.as_str() == scope) {
                let shown = page(&company, who, &format!("scope={scope}")).await;
                assert_eq!(shown, own, "{who:?} {scope}");
            }
        }
    }
    let shown = async |who, scope: Scope| {
        page(&company, who, &format!("scope={}", scope.as_str()))
            .await
            .rows
            .len()
    };
    assert_eq!(shown(SAM, Scope::Mine).await, 2);
    assert_eq!(shown(MIA, Scope::Team).await, 2);
    assert_eq!(shown(MIA, Scope::Waiting).await, 1);
    assert_eq!(shown(VIK, Scope::Team).await, 0);
    assert_eq!(shown(PAT, Scope::Placed).await, 1);
    assert_eq!(shown(ADA, Scope::All).await, 2);
    assert_eq!(shown(AUD, Scope::All).await, 2);
    assert_eq!(shown(TESS, Scope::All).await, 0);
    assert_eq!(shown(MIA, Scope::All).await, 0);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn pages_of_a_list_hold_every_order_once_while_others_are_added(pool: PgPool) {
    let company = Company::new(pool).await;
    many(&company, 1, "draft", 130).await;
    for (who, scope) in [(SAM, "mine"), (MIA, "team"), (FAY, "all")] {
        let here = company.number("SELECT count(*) FROM purchase_orders").await;
        let newest = company.number("SELECT max(id) FROM purchase_orders").await;
        let (mut query, mut seen) = (asked(&format!("scope={scope}")), Vec::new());
        loop {
            let page = list::read::<ListRow>(&company.engine, &actor(who), &query)
                .await
                .unwrap();
            assert!(page.rows.len() <= 50);
            seen.extend(page.rows.iter().map(|row| row.id.0));
            if page.next.is_none() {
                break;
            }
            // As the link to the next page does: through an address.
            query = asked(&query.page_after(page.next).encode());
            assert_eq!(page.rows.len(), 50);
            many(&company, 1, "draft", 3).await;
        }
        assert!(seen.is_sorted_by(|a, b| a > b), "newest first, none twice");
        assert_eq!(seen[0], newest);
        assert_eq!(i64::try_from(seen.len()).unwrap(), here, "{scope}");
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_count_is_exact_to_1_000_and_over_it_from_there(pool: PgPool) {
    let company = Company::new(pool).await;
    assert_eq!(page(&company, SAM, "").await.count, Some(0));
    for (added, count) in [
        (50, Some(50)),
        (1, Some(51)),
        (949, Some(1000)),
        (1, None),
        (500, None),
    ] {
        many(&company, 1, "draft", added).await;
        let first = page(&company, SAM, "").await;
        assert_eq!(first.count, count);
        // The same on every page.
        if first.next.is_some() {
            let second = asked("").page_after(first.next).encode();
            assert_eq!(page(&company, SAM, &second).await.count, count);
        }
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn my_work_counts_what_wants_something_of_me(pool: PgPool) {
    let company = Company::new(pool).await;
    company.raise("900").await;
    let gone = company.raise("900").await;
    company.does(SAM, gone, cancel(None)).await;
    company.submitted("900").await;
    let rejected = company.submitted("900").await;
    company.does(MIA, rejected, reject("No")).await;
    company.approved().await;
    let processing = company.approved().await;
    company.does(PAT, processing, start_processing()).await;
    let other = company.raise_by(TESS, "900").await;
    company.does(TESS, other, Event::Submit).await;
    let of = async |who| counts(&company.engine, &actor(who)).await.unwrap();
    assert_eq!(
        of(SAM).await,
        Counts {
            drafts: 1,
            rejected: 1,
            in_approval: 1,
            to_process: 0,
            processing: 0
        }
    );
    assert_eq!(
        of(PAT).await,
        Counts {
            to_process: 1,
            processing: 1,
            ..Counts::default()
        }
    );
    assert_eq!(of(MIA).await, Counts::default());
    many(&company, 1, "draft", 1500).await;
    assert_eq!(of(SAM).await.drafts, 101, "over 100");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_list_tells_whom_an_order_waits_for_and_until_when(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("900").await;
    let shown = page(&company, SAM, "").await;
    let row = &shown.rows[0];
    assert_eq!((row.id, row.approver.as_deref()), (id, Some("Mia Moss")));
    assert_eq!(
        row.due,
        Some(crate::test_support::start() + SignedDuration::from_hours(24))
    );
    assert_eq!(row.vendor.as_deref(), Some("Northwind Supply"));
    // Without a justification the first line says what it is for.
    company
        .run("UPDATE purchase_orders SET justification = E'\\nmore'")
        .await;
    let shown = page(&company, SAM, "").await;
    assert_eq!(shown.rows[0].title, "Desk");
}
