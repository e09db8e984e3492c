//! What the list can be asked, against the same done plainly in memory: whatever is asked, every order that fits comes once, in order.

use std::cmp::Ordering;

use domain::{ids::PurchaseOrderId, purchase_order::State};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::PgPool;

use crate::{
    list::{self, Export, Query, saved},
    purchase_order::{ListRow, ORDERS},
    test_support::{ADA, Company, FAY, MIA, SAM, TESS, actor, approve, start},
};

/// Orders of every kind: of two people, two vendors or none, with and without days and deadlines, many of the same total.
const ORDERS_OF_EVERY_KIND: &str = "
    INSERT INTO vendors (id, name, words) VALUES (2, 'Acme Tools', array_to_tsvector('{acme,tools}'));
    INSERT INTO departments (id, name) VALUES (2, 'Sales');
    INSERT INTO purchase_orders (status, submitter_id, vendor_id, department_id, currency, total, needed_by, justification,
        content_hash, required_level, rule_set_id, created_at, status_changed_at, approval_level, current_approver, sla_due_at)
    SELECT CASE n % 4 WHEN 0 THEN 'pending_approval' WHEN 1 THEN 'draft' WHEN 2 THEN 'approved' ELSE 'cancelled' END,
        CASE n % 3 WHEN 0 THEN 9 ELSE 1 END, CASE WHEN n % 4 = 1 AND n % 5 = 0 THEN NULL ELSE 1 + n % 2 END,
        CASE n % 7 WHEN 0 THEN NULL ELSE 1 + n % 2 END, 'USD', (n % 11) * 250.50 + 1,
        CASE n % 5 WHEN 0 THEN NULL ELSE '2026-03-01'::date + (n % 9) END, 'Thing number ' || n, sha256(''), 1, 1,
        '2026-02-01Z', '2026-02-01Z'::timestamptz + interval '1 h' * (n % 13),
        CASE n % 4 WHEN 0 THEN 1 ELSE 0 END, CASE n % 4 WHEN 0 THEN 2 END,
        CASE n % 4 WHEN 0 THEN '2026-03-02T06:00Z'::timestamptz + interval '1 h' * (n % 6) END
    FROM generate_series(1, 230) AS n;";

/// A row as memory compares it.
struct Plain {
    row: ListRow,
    submitter: i64,
    vendor: Option<i64>,
    department: Option<i64>,
}

async fn everything(company: &Company) -> Vec<Plain> {
    let query = Query::parse(&ORDERS, "scope=all", &TimeZone::UTC);
    let mut export = Export::<ListRow>::begin(&company.engine, &actor(ADA), &query)
        .await
        .unwrap();
    let mut rows = Vec::new();
    loop {
        let batch = export.next().await.unwrap();
        if batch.is_empty() {
            break;
        }
        rows.extend(batch);
    }
    let found = company
        .rows("SELECT submitter_id, vendor_id, department_id FROM purchase_orders ORDER BY id DESC")
        .await;
    let found = found.as_array().unwrap();
    let plain = |(row, found): (ListRow, &Value)| Plain {
        row,
        submitter: found["submitter_id"].as_i64().unwrap(),
        vendor: found["vendor_id"].as_i64(),
        department: found["department_id"].as_i64(),
    };
    rows.into_iter().zip(found).map(plain).collect()
}

/// All pages of an address, each link followed.
async fn walk(company: &Company, address: &str) -> Vec<PurchaseOrderId> {
    let mut query = Query::parse(&ORDERS, address, &TimeZone::UTC);
    let mut seen = Vec::new();
    loop {
        let page = list::read::<ListRow>(&company.engine, &actor(ADA), &query)
            .await
            .unwrap();
        seen.extend(page.rows.iter().map(|row| row.id));
        if page.next.is_none() {
            assert_eq!(page.count, i64::try_from(seen.len()).ok(), "{address}");
            return seen;
        }
        query = Query::parse(
            &ORDERS,
            &query.page_after(page.next).encode(),
            &TimeZone::UTC,
        );
    }
}

/// Rows without a value come last in both directions; rows of one value by number, in the same direction.
fn in_order<T: Ord>(a: (Option<T>, i64), b: (Option<T>, i64), descending: bool) -> Ordering {
    let by_key = if descending {
        b.1.cmp(&a.1)
    } else {
        a.1.cmp(&b.1)
    };
    match (a.0, b.0) {
        (None, None) => by_key,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(x), Some(y)) => {
            let by_value = if descending { y.cmp(&x) } else { x.cmp(&y) };
            by_value.then(by_key)
        }
    }
}

fn sorted(mut rows: Vec<&Plain>, sort: &str, descending: bool) -> Vec<PurchaseOrderId> {
    rows.sort_by(|a, b| {
        let (a, b) = (&a.row, &b.row);
        let (x, y) = (a.id.0, b.id.0);
        match sort {
            "number" => in_order((Some(x), x), (Some(y), y), descending),
            "needed_by" => in_order((a.needed_by, x), (b.needed_by, y), descending),
            "total" => in_order((Some(a.total), x), (Some(b.total), y), descending),
            "changed" => in_order(
                (Some(a.status_changed_at), x),
                (Some(b.status_changed_at), y),
                descending,
            ),
            "due" => in_order((a.due, x), (b.due, y), descending),
            other => panic!("no such order: {other}"),
        }
    });
    rows.iter().map(|plain| plain.row.id).collect()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

type Fits = fn(&Plain) -> bool;

/// Each filter and a few together: what the address says, and what fits it.
const FILTERS: [(&str, Fits); 17] = [
    ("", |_| true),
    ("state=approved", |p| p.row.state == State::Approved),
    ("late=true", |p| p.row.due.is_some_and(|due| due < start())),
    ("in_approval=true", |p| p.row.approver.is_some()),
    ("due_from=2026-03-02&due_to=2026-03-02", |p| {
        p.row.due.is_some()
    }),
    ("due_to=2026-03-01", |_| false),
    ("submitter=9", |p| p.submitter == 9),
    ("approver=2", |p| p.row.approver.is_some()),
    ("vendor=2", |p| p.vendor == Some(2)),
    ("department=1", |p| p.department == Some(1)),
    ("currency=EUR", |_| false),
    ("needed_from=2026-03-04", |p| {
        p.row.needed_by.is_some_and(|d| d >= day("2026-03-04"))
    }),
    ("needed_to=2026-03-04", |p| {
        p.row.needed_by.is_some_and(|d| d <= day("2026-03-04"))
    }),
    ("changed_from=2026-02-02", |p| {
        p.row.status_changed_at >= at("2026-02-02T00:00:00Z")
    }),
    ("changed_to=2026-02-01&state=draft", |p| {
        p.row.status_changed_at < at("2026-02-02T00:00:00Z") && p.row.state == State::Draft
    }),
    ("total_from=500&total_to=1003", |p| {
        p.row.total >= Decimal::from(500) && p.row.total <= Decimal::from(1003)
    }),
    ("vendor=1&submitter=1&late=true&total_from=1", |p| {
        p.vendor == Some(1) && p.submitter == 1 && p.row.due.is_some_and(|due| due < start())
    }),
];

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn every_filter_in_every_order_gives_each_order_that_fits_once(pool: PgPool) {
    let company = Company::new(pool).await;
    company.run(ORDERS_OF_EVERY_KIND).await;
    let rows = everything(&company).await;
    assert_eq!(rows.len(), 230);
    for (filter, fits) in FILTERS {
        let fitting = || rows.iter().filter(|plain| fits(plain)).collect::<Vec<_>>();
        for sort in ["number", "needed_by", "total", "changed", "due"] {
            for (dir, descending) in [("asc", false), ("desc", true)] {
                let address = format!("scope=all&{filter}&sort={sort}&dir={dir}");
                assert_eq!(
                    walk(&company, &address).await,
                    sorted(fitting(), sort, descending),
                    "{address}"
                );
            }
        }
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn an_export_holds_what_the_pages_hold_in_their_order(pool: PgPool) {
    let company = Company::new(pool).await;
    company.run(ORDERS_OF_EVERY_KIND).await;
    for address in [
        "scope=all&sort=due",
        "scope=mine&state=approved&sort=total",
        "scope=all&q=number+1",
    ] {
        let query = Query::parse(&ORDERS, address, &TimeZone::UTC);
        let mut export = Export::<ListRow>::begin(&company.engine, &actor(ADA), &query)
            .await
            .unwrap();
        let mut rows: Vec<PurchaseOrderId> = Vec::new();
        // What comes meanwhile is not in it: it is of one moment.
        company
            .run("UPDATE purchase_orders SET total = total + 1 WHERE id % 3 = 0")
            .await;
        loop {
            let batch = export.next().await.unwrap();
            if batch.is_empty() {
                break;
            }
            rows.extend(batch.iter().map(|row| row.id));
        }
        company
            .run("UPDATE purchase_orders SET total = total - 1 WHERE id % 3 = 0")
            .await;
        assert_eq!(rows, walk(&company, address).await, "{address}");
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn an_order_is_found_by_its_number_its_vendor_and_its_words_also_by_their_beginnings(
    pool: PgPool,
) {
    let company = Company::new(pool).await;
    company
        .run("UPDATE vendors SET words = array_to_tsvector('{northwind,supply}')")
        .await;
    let id = company.submitted("900").await;
    let other = company.raise_by(TESS, "80").await;
    company
        .run(&format!(
            "UPDATE purchase_order_words SET words = '' WHERE purchase_order_id = {other}"
        ))
        .await;
    let number = format!("PO-{id}");
    for found in [
        "desk",
        "DES",
        "office desk",
        number.as_str(),
        "northwind desk",
        "Söpply desk".replace('ö', "u").as_str(),
        "nórth",
    ] {
        assert_eq!(
            walk(&company, &format!("scope=all&q={found}")).await,
            [id],
            "{found}"
        );
    }
    // Signs are no words.
    for found in ["'desk", "desk %26 !office", "(desk:*"] {
        assert_eq!(
            walk(&company, &format!("scope=all&q={found}")).await,
            [id],
            "{found}"
        );
    }
    for missed in ["chair", "desk chair", "esk", "!!!", "vendor"] {
        assert_eq!(
            walk(&company, &format!("scope=all&q={missed}")).await,
            [],
            "{missed}"
        );
    }
    // The vendor gets another name: nothing is written anew.
    company
        .run("UPDATE vendors SET name = 'Zephyr', words = array_to_tsvector('{zephyr}')")
        .await;
    assert_eq!(walk(&company, "scope=all&q=zephyr").await, [id]);
    assert_eq!(walk(&company, "scope=all&q=northwind").await, []);
    // What was decided since changes nothing of it.
    company.does(MIA, id, approve()).await;
    assert_eq!(walk(&company, "scope=all&q=desk").await, [id]);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn whatever_an_address_says_a_list_comes_of_it(pool: PgPool) {
    let company = Company::new(pool).await;
    company.run(ORDERS_OF_EVERY_KIND).await;
    for address in [
        "sort=nonsense&dir=sideways",
        "after=",
        "after=x",
        "after=1~",
        "after=1~~2",
        "after=9223372036854775807~9223372036854775807&sort=changed",
        "after=99999999999999999999",
        "sort=total&after=3~1e9",
        "sort=total&after=3~NaN",
        "sort=total&after=3~79228162514264337593543950335",
        "sort=needed_by&after=3~-009999-01-01",
        "sort=needed_by&after=3~9999-12-31",
        "sort=due&after=3~-377705023201000000",
        "vendor=0",
        "vendor=-1",
        "vendor=9223372036854775807",
        "vendor=1&vendor=2",
        "state=nonsense",
        "late=maybe",
        "needed_from=yesterday",
        "needed_to=9999-12-31",
        "changed_to=9999-12-31",
        "changed_from=-009999-01-01",
        "total_from=1e3",
        "total_to=99999999999999999999999999999999",
        "q=%00%ff%01",
        "q=%27%29%3B+DROP+TABLE+people%3B--",
        "scope=%00",
    ] {
        for address in [address.to_owned(), format!("scope=all&{address}")] {
            let query = Query::parse(&ORDERS, &address, &TimeZone::UTC);
            list::read::<ListRow>(&company.engine, &actor(FAY), &query)
                .await
                .unwrap_or_else(|e| panic!("{address}: {e}"));
        }
    }
}

#[test]
fn a_filter_that_makes_no_sense_is_kept_as_typed_has_no_effect_and_is_named() {
    let query = Query::parse(
        &ORDERS,
        "total_from=1e3&state=gone&vendor=2",
        &TimeZone::UTC,
    );
    let wrong: Vec<String> = query
        .errors()
        .into_iter()
        .map(|error| error.field)
        .collect();
    assert_eq!(wrong, ["state", "total_from"]);
    assert_eq!(query.typed("total_from"), "1e3");
    assert_eq!(query.encode(), "state=gone&vendor=2&total_from=1e3");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_view_is_kept_under_a_name_for_its_owner_alone(pool: PgPool) {
    let company = Company::new(pool).await;
    let (engine, sam) = (&company.engine, actor(SAM));
    let views = async |who| saved::views(engine, &actor(who), &ORDERS).await.unwrap();
    saved::save(
        engine,
        &sam,
        &ORDERS,
        " Late ones ",
        "late=true&after=7&panel=filters&x=1",
    )
    .await
    .unwrap();
    saved::save(engine, &sam, &ORDERS, "By total", "sort=total")
        .await
        .unwrap();
    saved::save(engine, &sam, &ORDERS, "late ONES", "late=true&vendor=1")
        .await
        .unwrap();
    let kept: Vec<(String, String)> = views(SAM)
        .await
        .into_iter()
        .map(|v| (v.name, v.query))
        .collect();
    let expected = [
        ("By total", "sort=total"),
        ("late ONES", "vendor=1&late=true"),
    ];
    assert_eq!(
        kept,
        expected.map(|(name, query)| (name.to_owned(), query.to_owned()))
    );
    assert_eq!(views(TESS).await, []);
    let id = views(SAM).await[0].id;
    saved::delete(engine, &actor(TESS), id).await.unwrap();
    assert_eq!(views(SAM).await.len(), 2, "only its owner deletes a view");
    saved::delete(engine, &sam, id).await.unwrap();
    assert_eq!(views(SAM).await.len(), 1);
    for name in ["", "   ", &"x".repeat(61)] {
        assert!(
            saved::save(engine, &sam, &ORDERS, name, "").await.is_err(),
            "{name:?}"
        );
    }
    for n in 0..49 {
        saved::save(engine, &sam, &ORDERS, &format!("View {n}"), "")
            .await
            .unwrap();
    }
    assert!(
        saved::save(engine, &sam, &ORDERS, "One too many", "")
            .await
            .is_err()
    );
    assert_eq!(views(SAM).await.len(), 50);
}
