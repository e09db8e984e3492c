//! What is shown of rules: the dry run, the limits, why an order waits.

use domain::{
    approval_rule::{ApproverRule, Level},
    ids::RuleSetId,
    money::Currency,
    purchase_order::Event,
    role::Role,
};
use rust_decimal::Decimal;
use sqlx::PgPool;

use super::{bea, form, from, general, proposes};
use crate::{
    approval_rule::{boundaries, confirm, dry_run, get},
    test_support::{ADA, CARLA, Company, MIA, SAM, actor, approve},
};

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_dry_run_says_what_the_last_90_days_would_have_been(pool: PgPool) {
    let company = Company::new(pool).await;
    // Too old to count.
    company.submitted("700").await;
    company
        .engine
        .clock()
        .advance(jiff::SignedDuration::from_hours(24 * 91));
    let mut moved = Vec::new();
    for total in ["700", "800", "400", "5000"] {
        moved.push(company.submitted(total).await);
    }
    // Drafts were not submitted, and what came back is a draft again.
    company.raise("700").await;
    let back = company.submitted("700").await;
    company
        .does(SAM, back, Event::Withdraw { note: None })
        .await;
    let set = from(&company, 500).await;
    let id = proposes(&company, &actor(ADA), &set).await.unwrap();
    let run = get(&company.engine, id).await.unwrap().dry_run.unwrap();
    assert_eq!(
        (
            run.orders,
            run.changed,
            run.level_changed,
            run.without_approver
        ),
        (4, 2, 2, 0)
    );
    assert_eq!(run.people, [("Fay Finch".to_owned(), 1, 3)]);
    let listed: Vec<_> = run.list.iter().map(|moved| moved.id).collect();
    assert_eq!(listed, [moved[1], moved[0]]);
    let newest = &run.list[0];
    assert_eq!(
        (newest.before.level, newest.after.level),
        (Some(Level(1)), Some(Level(2)))
    );
    assert_eq!(newest.after.asked, ["Mia Moss", "Fay Finch"]);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_dry_run_counts_what_nobody_could_have_decided_and_lists_no_more_than_a_hundred(
    pool: PgPool,
) {
    let company = Company::new(pool).await;
    for _ in 0..3 {
        company.submitted("700").await;
    }
    company
        .run(
            "INSERT INTO purchase_orders (status, submitter_id, vendor_id, department_id, currency, total, required_level, priority, rule_set_id,
                 content_hash, submitted_at, created_at, status_changed_at)
             SELECT 'approved', 1, 1, 1, 'USD', 700, 1, 'normal', 1, decode(repeat('00', 32), 'hex'), '2026-03-01Z', '2026-03-01Z', '2026-03-01Z'
             FROM generate_series(1, 250)",
        )
        .await;
    let set = from(&company, 500).await;
    let run = dry_run::run(&company.engine, &dry_run::Change::Put(&set))
        .await
        .unwrap();
    assert_eq!((run.orders, run.changed, run.list.len()), (253, 253, 100));
    let mut none = general(&company).await;
    none.fallback = None;
    none.levels[0].approver = ApproverRule::Role(Role::Hr);
    let run = dry_run::run(&company.engine, &dry_run::Change::Put(&none))
        .await
        .unwrap();
    assert_eq!(run.without_approver, 0, "Ada still stands in");
    none.fallback_alternate = None;
    let run = dry_run::run(&company.engine, &dry_run::Change::Put(&none))
        .await
        .unwrap();
    assert_eq!(run.without_approver, 253);
    let missing = run.list[0].after.missing.clone().unwrap();
    assert_eq!(missing, (Level(1), "somebody in HR".to_owned()));
    assert_eq!(run.people, [("Mia Moss".to_owned(), 253, 0)]);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn boundaries_are_shown_in_every_currency_used(pool: PgPool) {
    let company = Company::new(pool).await;
    let (ada, bea) = (actor(ADA), bea(&company).await);
    let mut euro = from(&company, 900).await;
    euro.currency = Currency::parse("EUR");
    let id = proposes(&company, &ada, &euro).await.unwrap();
    confirm(&company.engine, &bea, form(), id, "")
        .await
        .unwrap();
    let general = general(&company).await.id;
    let tables = boundaries(&company.engine, general, SAM).await.unwrap();
    let said: Vec<_> = tables
        .iter()
        .map(|table| (table.currency.as_str(), table.set.0))
        .collect();
    assert_eq!(said, [("USD", general), ("EUR", id)]);
    let bands: Vec<String> = tables[1]
        .bands
        .iter()
        .map(|band| {
            let route = band.route.iter().map(|(_, name, _)| name.clone().unwrap());
            format!(
                "{} {}: {}",
                band.total,
                band.level,
                route.collect::<Vec<_>>().join(", ")
            )
        })
        .collect();
    assert_eq!(
        bands,
        [
            "0.01 1: Mia Moss",
            "899.99 1: Mia Moss",
            "900.00 2: Mia Moss, Fay Finch",
            "900.01 2: Mia Moss, Fay Finch",
            "10000.00 2: Mia Moss, Fay Finch",
            "10000.01 3: Mia Moss, Fay Finch, Carla Chief",
            "10000.02 3: Mia Moss, Fay Finch, Carla Chief",
        ]
    );
    assert_eq!(
        boundaries(&company.engine, id, CARLA).await.unwrap().len(),
        1
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn an_order_says_why_it_waits_for_whom_and_until_when(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("5000").await;
    company.hour();
    company.does(MIA, id, approve()).await;
    let why = crate::purchase_order::record(&company.engine, &actor(SAM), id)
        .await
        .unwrap()
        .why;
    assert_eq!(
        (why.set, why.required, why.straight),
        ((RuleSetId(1), 1), Some(Level(2)), false)
    );
    assert_eq!(
        why.band,
        Some((Decimal::new(100_000, 2), Some(Decimal::new(1_000_001, 2))))
    );
    assert_eq!(why.manager.as_deref(), Some("Mia Moss"));
    let asked: Vec<_> = why
        .levels
        .iter()
        .map(|(_, whom, hours)| (whom.as_str(), *hours))
        .collect();
    assert_eq!(
        asked,
        [("The submitter's manager", 24), ("A finance manager", 48)]
    );
    let (level, began, hours, due) = why.deadline.unwrap();
    let now = company.engine.clock().now();
    assert_eq!((level, began, hours), (Level(2), now, 48));
    assert_eq!(due, now + jiff::SignedDuration::from_hours(48));
}
