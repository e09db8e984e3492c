//! Two people at the same moment: exactly one wins, the other is told. Many connections, no luck.

use domain::{
    ids::{PersonId, PurchaseOrderId},
    purchase_order::{Event, State},
    vendor::Event::{Hold, Release},
};
use futures::future::join_all;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use uuid::Uuid;

use crate::{
    Error, Result,
    purchase_order::{Command, execute, record, save_draft},
    seal,
    test_support::{
        ADA, Company, FAY, MIA, NORTHWIND, PAT, SAM, VIK, actor, approve, at_once, cancel, draft,
        override_approve, reject, reopen, saving, start_processing, wide_pool, withdraw,
    },
};

/// How many ask at once.
const CROWD: u32 = 100;

async fn crowd(options: PgConnectOptions) -> Company {
    Company::new(wide_pool(options, CROWD).await).await
}

/// Everyone sends a form of the same page at once.
async fn rush(
    company: &Company,
    forms: Vec<(PersonId, Command)>,
) -> Vec<(PersonId, Result<State>)> {
    at_once(forms.into_iter().map(|(who, command)| {
        let engine = company.engine.clone();
        async move { (who, execute(&engine, &actor(who), &command).await) }
    }))
    .await
}

/// The one who won; every other was told exactly `sentence` of them.
fn winner(outcomes: &[(PersonId, Result<State>)], sentence: impl Fn(&str) -> String) -> PersonId {
    let winners: Vec<_> = outcomes
        .iter()
        .filter(|(_, o)| o.is_ok())
        .map(|(who, _)| *who)
        .collect();
    assert_eq!(winners.len(), 1, "{outcomes:?}");
    let expected = sentence(&actor(winners[0]).name);
    for (who, outcome) in outcomes {
        match outcome {
            Ok(_) => {}
            Err(Error::Stale(told)) => assert_eq!(*told, expected),
            Err(other) => panic!("{who}: {other:?}"),
        }
    }
    winners[0]
}

async fn same_page(
    company: &Company,
    id: PurchaseOrderId,
    by: impl Iterator<Item = (PersonId, Event)>,
) -> Vec<(PersonId, Command)> {
    let version = company.version(id).await;
    by.map(|(who, event)| {
        let command = Command {
            id,
            version,
            request_id: Uuid::new_v4(),
            event,
        };
        (who, command)
    })
    .collect()
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn of_100_simultaneous_approvals_one_wins_and_99_are_told(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let company = crowd(options).await;
    for (total, state) in [("900", "approved"), ("5000", "requires finance review")] {
        let id = company.submitted(total).await;
        let forms = same_page(&company, id, (0..CROWD).map(|_| (MIA, approve()))).await;
        let outcomes = rush(&company, forms).await;
        winner(&outcomes, |name| {
            format!("Already approved by {name} a moment ago. This order is now: {state}.")
        });
        assert_eq!(company.events(id).await, "create submit approve");
        assert_eq!(company.version(id).await, 3);
        // The losers' request ids are free again.
        let kept = company
            .number("SELECT count(*) FROM requests WHERE action = 'approve'")
            .await;
        assert_eq!(kept, if total == "900" { 1 } else { 2 });
    }
    assert_eq!(seal::verify(&company.engine).await.unwrap(), None);
    company.pool.close().await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn of_approver_and_override_holders_at_once_one_wins_and_every_other_is_told_who(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let company = crowd(options).await;
    for (total, state) in [("900", "approved"), ("5000", "requires finance review")] {
        let id = company.submitted(total).await;
        let asks = (0..CROWD).map(|i| match i % 3 {
            0 => (MIA, approve()),
            1 => (ADA, override_approve("At once")),
            _ => (VIK, override_approve("At once")),
        });
        let forms = same_page(&company, id, asks).await;
        // Vik is told too, although an order approved without him is none that he sees.
        let outcomes = rush(&company, forms).await;
        let won = winner(&outcomes, |name| {
            format!("Already approved by {name} a moment ago. This order is now: {state}.")
        });
        assert_eq!(company.events(id).await, "create submit approve");
        let decided = format!(
            "SELECT decided_by FROM decisions WHERE subject_id = {id} AND verdict = 'approved'"
        );
        assert_eq!(company.number(&decided).await, won.0);
    }
    company.pool.close().await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn one_form_sent_100_times_happens_once_and_the_rest_are_answered_with_its_result(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let company = crowd(options).await;
    let id = company.submitted("5000").await;
    let command = company.command(id, approve()).await;
    let outcomes = rush(&company, vec![(MIA, command); CROWD as usize]).await;
    let done = outcomes
        .iter()
        .filter(|(_, outcome)| outcome.is_ok())
        .count();
    let repeated = outcomes
        .iter()
        .filter(|(_, outcome)| matches!(outcome, Err(Error::Repeated(address)) if *address == format!("/purchase-orders/{id}")))
        .count();
    assert_eq!((done, repeated), (1, 99));
    assert_eq!(company.events(id).await, "create submit approve");

    // A double click on Save draft, fifty times over.
    let form = saving(draft("900"), None);
    let saved = at_once((0..50).map(|_| {
        let (engine, form) = (company.engine.clone(), form.clone());
        async move { save_draft(&engine, &actor(SAM), &form).await }
    }))
    .await;
    assert_eq!(saved.iter().filter(|saved| saved.is_ok()).count(), 1);
    assert!(
        saved
            .iter()
            .all(|saved| matches!(saved, Ok(_) | Err(Error::Repeated(_))))
    );
    assert_eq!(
        company.number("SELECT count(*) FROM purchase_orders").await,
        2
    );
    company.pool.close().await;
}

/// Fifty orders, each asked for two things at once. Of each exactly one happened, and the other was told.
async fn fifty(
    company: &Company,
    total: &str,
    first: (PersonId, Event),
    second: (PersonId, Event),
) {
    let ids = join_all((0..50).map(|_| company.submitted(total))).await;
    let mut forms = Vec::new();
    for id in &ids {
        let both = [first.clone(), second.clone()];
        forms.extend(same_page(company, *id, both.into_iter()).await);
    }
    let outcomes = rush(company, forms).await;
    for (id, pair) in ids.into_iter().zip(outcomes.chunks(2)) {
        let state = State::parse(&company.state(id).await).unwrap();
        let last = if pair[0].1.is_ok() {
            &first.1
        } else {
            &second.1
        };
        let past = last.kind().past().to_lowercase();
        winner(pair, |name| {
            format!(
                "Already {past} by {name} a moment ago. This order is now: {}.",
                state.label().to_lowercase()
            )
        });
        assert_eq!(
            company.events(id).await,
            format!("create submit {}", last.kind().as_str())
        );
        let open = company
            .number(&format!(
                "SELECT count(*) FROM decisions WHERE subject_id = {id} AND verdict IS NULL"
            ))
            .await;
        assert_eq!(open, i64::from(state.in_approval()));
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn approve_against_reject_withdraw_and_cancel_ends_as_if_one_had_come_first(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let company = crowd(options).await;
    for other in [withdraw(), cancel(None)] {
        fifty(&company, "900", (MIA, approve()), (SAM, other.clone())).await;
        fifty(
            &company,
            "5000",
            (VIK, override_approve("At once")),
            (SAM, other),
        )
        .await;
    }
    fifty(
        &company,
        "900",
        (MIA, approve()),
        (ADA, {
            let Event::Reject {
                category, reason, ..
            } = reject("No")
            else {
                unreachable!()
            };
            Event::Reject {
                category,
                reason,
                override_reason: Some("At once".to_owned()),
            }
        }),
    )
    .await;
    fifty(&company, "900", (MIA, approve()), (MIA, reject("No"))).await;
    assert_eq!(seal::verify(&company.engine).await.unwrap(), None);
    company.pool.close().await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn who_loses_sight_of_an_order_by_losing_a_race_is_told_what_happened(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let company = crowd(options).await;
    let id = company.approved().await;
    let start = company.command(id, start_processing()).await;
    company.does(SAM, id, reopen()).await;
    let told = execute(&company.engine, &actor(PAT), &start).await;
    assert!(
        matches!(&told, Err(Error::Stale(told)) if told == "Already reopened by Sam Stone a moment ago. This order is now: draft."),
        "{told:?}"
    );
    // Only where the page they speak of was theirs to see: nobody learns of an order by guessing versions.
    let id = company.raise("900").await;
    let mut guess = company.command(id, override_approve("Please")).await;
    guess.version += 1;
    let told = execute(&company.engine, &actor(VIK), &guess).await;
    assert!(matches!(told, Err(Error::NotFound)), "{told:?}");
    company.pool.close().await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn of_many_saves_of_one_draft_at_once_one_wins_whole(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let company = crowd(options).await;
    let id = company.raise("900").await;
    let saved = at_once((1..=50).map(|total| {
        let engine = company.engine.clone();
        let form = saving(draft(&total.to_string()), Some((id, 1)));
        async move { (total, save_draft(&engine, &actor(SAM), &form).await) }
    }))
    .await;
    let won: Vec<i64> = saved
        .iter()
        .filter(|(_, saved)| saved.is_ok())
        .map(|(total, _)| *total)
        .collect();
    assert_eq!(won.len(), 1);
    assert!(
        saved
            .iter()
            .all(|(_, saved)| matches!(saved, Ok(_) | Err(Error::Stale(_))))
    );
    let kept = format!(
        "SELECT trunc(o.total)::bigint FROM purchase_orders o JOIN purchase_order_lines l ON l.purchase_order_id = o.id AND l.unit_price = o.total WHERE o.id = {id} AND version = 2"
    );
    assert_eq!(company.number(&kept).await, won[0]);
    company.pool.close().await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_crowd_larger_than_the_pool_is_answered_all_the_same(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    // Who holds what others wait for must not need a second connection to tell them.
    let company = Company::new(wide_pool(options, 3).await).await;
    let id = company.submitted("900").await;
    let forms = same_page(&company, id, (0..40).map(|_| (MIA, approve()))).await;
    let outcomes = rush(&company, forms).await;
    winner(&outcomes, |name| {
        format!("Already approved by {name} a moment ago. This order is now: approved.")
    });
    let id = company.raise("900").await;
    let saved = at_once((0..40).map(|_| {
        let engine = company.engine.clone();
        let mut form = saving(draft("1"), Some((id, 1)));
        form.submit = true;
        async move { save_draft(&engine, &actor(SAM), &form).await }
    }))
    .await;
    assert_eq!(saved.iter().filter(|saved| saved.is_ok()).count(), 1);
    assert!(
        saved
            .iter()
            .all(|saved| matches!(saved, Ok(_) | Err(Error::Stale(_))))
    );
    company.pool.close().await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_page_shows_one_moment_however_fast_its_order_changes(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let company = crowd(options).await;
    let id = company.submitted("900").await;
    let changes = async {
        for _ in 0..15 {
            company.does(MIA, id, reject("No")).await;
            company.does(SAM, id, reopen()).await;
            company.does(SAM, id, Event::Submit).await;
        }
    };
    let reads = async {
        for _ in 0..60 {
            let view = record(&company.engine, &actor(SAM), id).await.unwrap();
            let newest = view.activity.transitions().next().unwrap().to_state.clone();
            assert_eq!(newest.as_deref(), Some(view.order.state.as_str()));
            assert_eq!(
                view.order.lines.is_empty(),
                view.order.state == State::Rejected
            );
            assert_eq!(
                view.rejection.is_some(),
                view.order.state == State::Rejected
            );
        }
    };
    tokio::join!(changes, reads);
    company.pool.close().await;
}

/// A few orders, many people, whatever comes to their minds: no deadlock, nothing internal, and all of it hangs together.
#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_storm_of_events_on_few_orders_leaves_every_order_whole(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let company = Company::new(wide_pool(options, 40).await).await;
    let ids = join_all(["900", "5000", "12000", "900"].map(|total| company.submitted(total))).await;
    at_once((0_usize..40).map(|me| {
        let (company, ids) = (company.clone(), ids.clone());
        async move {
            for turn in 0..10 {
                let dice = me * 31 + turn * 17 + me * turn;
                let id = ids[dice % ids.len()];
                let (who, event) = whim(dice / ids.len());
                let outcome = if dice % 11 == 0 {
                    let event = if dice % 2 == 0 { Hold } else { Release };
                    company.stand(ADA, NORTHWIND, event).await
                } else {
                    company.act(who, id, event).await.map(|_| ())
                };
                assert!(!matches!(outcome, Err(Error::Internal(_))), "{outcome:?}");
            }
        }
    }))
    .await;
    let broken = company
        .rows(
            "SELECT o.id FROM purchase_orders o
             WHERE o.status <> (SELECT to_state FROM transitions WHERE subject_kind = 'purchase_order' AND subject_id = o.id ORDER BY seq DESC LIMIT 1)
                OR (o.approval_level > 0)::int <> (SELECT count(*) FROM decisions d WHERE d.subject_id = o.id AND d.verdict IS NULL
                    AND d.round = o.round AND d.level = o.approval_level AND d.approver_id = o.current_approver)
                OR EXISTS (SELECT FROM decisions d WHERE d.subject_id = o.id AND d.verdict IS NULL AND d.round <> o.round)
                OR EXISTS (SELECT FROM (SELECT from_state, lag(to_state) OVER (ORDER BY seq) AS before FROM transitions
                    WHERE subject_kind = 'purchase_order' AND subject_id = o.id) t WHERE from_state <> before)
                OR (o.status = 'approved') AND (SELECT count(*) FROM decisions d WHERE d.subject_id = o.id AND d.round = o.round
                    AND d.verdict IN ('approved', 'passed')) <> o.required_level",
        )
        .await;
    assert_eq!(broken, serde_json::json!([]));
    assert!(company.number("SELECT count(*) FROM transitions").await > 20);
    assert_eq!(seal::verify(&company.engine).await.unwrap(), None);
    company.pool.close().await;
}

fn whim(dice: usize) -> (PersonId, Event) {
    match dice % 13 {
        0 | 1 => (SAM, Event::Submit),
        4 => (FAY, approve()),
        5 => (crate::test_support::CARLA, approve()),
        6 => (VIK, override_approve("At once")),
        7 => (MIA, reject("No")),
        8 => (FAY, reject("No")),
        9 => (SAM, withdraw()),
        10 => (SAM, reopen()),
        11 => (PAT, reopen()),
        _ => (MIA, approve()),
    }
}
