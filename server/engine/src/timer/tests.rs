use domain::{ids::PurchaseOrderId, purchase_order::Event};
use jiff::SignedDuration;
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::*;
use crate::{
    Clock, Error,
    purchase_order::{execute, inbox},
    test_support::{
        ADA, CARLA, Company, DORA, FAY, MIA, PAT, SAM, TESS, actor, approve, at_once, cancel, key,
        reject, start, wide_pool, withdraw,
    },
};

fn later(company: &Company, minutes: i64) {
    let clock = company.engine.clock();
    clock.advance(SignedDuration::from_mins(minutes));
}

async fn rang(company: &Company) -> usize {
    // What was refused rolls back when its connection is given back, and holds the order until then: timers pass it over.
    company.run("SELECT FROM purchase_orders FOR UPDATE").await;
    ring_due(&company.engine).await.unwrap()
}

async fn timer(company: &Company, id: PurchaseOrderId) -> String {
    company
        .text(&format!(
            "SELECT coalesce((SELECT timer || ' ' || extract(epoch FROM timer_at - opened_at)::bigint / 60 FROM decisions
                 WHERE subject_id = {id} AND verdict IS NULL), '')"
        ))
        .await
}

/// To whom it escalated, by the order and by the decision; 0: nobody.
async fn escalated_to(company: &Company, id: PurchaseOrderId) -> (i64, i64) {
    let order = format!("SELECT coalesce(escalated_to, 0) FROM purchase_orders WHERE id = {id}");
    let decision = format!(
        "SELECT coalesce(max(escalated_to_id), 0) FROM decisions WHERE subject_id = {id} AND verdict IS NULL"
    );
    (
        company.number(&order).await,
        company.number(&decision).await,
    )
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn it_reminds_at_three_quarters_and_escalates_at_the_end_once_each(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("900").await;
    assert_eq!(timer(&company, id).await, "reminder 1080");
    later(&company, 18 * 60 - 1);
    assert_eq!(rang(&company).await, 0);
    later(&company, 1);
    assert_eq!(rang(&company).await, 1);
    assert_eq!(timer(&company, id).await, "escalation 1440");
    assert_eq!(rang(&company).await, 0);
    later(&company, 6 * 60 - 1);
    assert_eq!(rang(&company).await, 0);
    later(&company, 1);
    assert_eq!(rang(&company).await, 1);
    assert_eq!(rang(&company).await, 0);
    assert_eq!(company.events(id).await, "create submit escalate");
    assert_eq!(escalated_to(&company, id).await, (DORA.0, DORA.0));
    let due = "SELECT extract(epoch FROM sla_due_at - submitted_at)::bigint / 60 AS minutes, current_approver, status FROM purchase_orders";
    let expected = serde_json::json!([{ "minutes": 1440, "current_approver": MIA.0, "status": "pending_approval" }]);
    assert_eq!(company.rows(due).await, expected, "nothing else moved");
    let way =
        "SELECT way || coalesce(actor_id::text, '') FROM transitions WHERE event = 'escalate'";
    assert_eq!(company.text(way).await, "timer");
    // Then operations are told daily.
    for _ in 0..3 {
        later(&company, 24 * 60 - 1);
        assert_eq!(rang(&company).await, 0);
        later(&company, 1);
        assert_eq!(rang(&company).await, 1);
    }
    assert_eq!(company.events(id).await, "create submit escalate");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn whoever_it_escalated_to_finds_it_in_the_inbox_and_decides_it_as_themselves(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("5000").await;
    let engine = &company.engine;
    assert!(
        inbox(engine, &actor(DORA), None, 9)
            .await
            .unwrap()
            .0
            .is_empty()
    );
    later(&company, 24 * 60);
    assert_eq!(rang(&company).await, 2);
    let (doras, more) = inbox(engine, &actor(DORA), None, 9).await.unwrap();
    assert_eq!((doras.len(), more), (1, false));
    assert_eq!((doras[0].id, &*doras[0].why), (id, "Escalated to you"));
    assert_eq!(doras[0].escalated_to, None);
    let (mias, _) = inbox(engine, &actor(MIA), None, 9).await.unwrap();
    assert_eq!(mias[0].escalated_to.as_deref(), Some("Dora Diaz"));
    for (who, waiting) in [(MIA, 1), (DORA, 1), (TESS, 0)] {
        let found = crate::purchase_order::waiting(engine, who).await.unwrap();
        assert_eq!(found, waiting);
        let signed_in = crate::person::signed_in(engine, who).await.unwrap();
        assert_eq!(signed_in.unwrap().waiting, waiting);
        let chosen = crate::purchase_order::chosen(engine, &actor(who), &[(id, 2)]).await;
        assert_eq!(chosen.unwrap().len(), usize::try_from(waiting).unwrap());
    }
    assert_eq!(
        company.does(DORA, id, approve()).await.as_str(),
        "requires_finance_review"
    );
    let way =
        "SELECT way || ' ' || decided_by || ' ' || approver_id FROM decisions WHERE level = 1";
    assert_eq!(company.text(way).await, format!("own {DORA} {MIA}"));
    // The next level begins anew, and Dora still sees what she decided.
    assert_eq!(escalated_to(&company, id).await, (0, 0));
    assert_eq!(timer(&company, id).await, "reminder 2160");
    later(&company, 48 * 60);
    assert_eq!(rang(&company).await, 2);
    assert_eq!(
        escalated_to(&company, id).await,
        (CARLA.0, CARLA.0),
        "Fay's manager"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn timers_end_with_the_decision_however_it_ends(pool: PgPool) {
    let company = Company::new(pool).await;
    for end in [approve(), reject("Too dear"), withdraw(), cancel(None)] {
        let id = company.submitted("900").await;
        let who = match end {
            Event::Approve { .. } | Event::Reject { .. } => MIA,
            _ => SAM,
        };
        company.does(who, id, end).await;
        assert_eq!(timer(&company, id).await, "");
    }
    later(&company, 60 * 24 * 30);
    assert_eq!(rang(&company).await, 0);
    assert_eq!(
        company
            .number("SELECT count(*) FROM transitions WHERE event = 'escalate'")
            .await,
        0
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_second_round_escalates_again_and_nothing_is_left_of_the_first(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("900").await;
    later(&company, 24 * 60);
    assert_eq!(rang(&company).await, 2);
    company.does(SAM, id, withdraw()).await;
    assert_eq!(escalated_to(&company, id).await, (0, 0));
    company.does(SAM, id, Event::Submit).await;
    assert_eq!(timer(&company, id).await, "reminder 1080");
    let refused = company.act(DORA, id, approve()).await;
    assert!(
        matches!(refused, Err(Error::Forbidden(_) | Error::NotFound)),
        "{refused:?}"
    );
    later(&company, 24 * 60);
    assert_eq!(rang(&company).await, 2);
    assert_eq!(
        company.events(id).await,
        "create submit escalate withdraw submit escalate"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn without_anybody_above_operations_are_told_at_once_and_daily(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("20000").await;
    company.does(MIA, id, approve()).await;
    company.does(FAY, id, approve()).await;
    later(&company, 72 * 60);
    assert_eq!(rang(&company).await, 3, "reminder, escalation, operations");
    assert_eq!(escalated_to(&company, id).await, (0, 0));
    assert_eq!(timer(&company, id).await, "overdue 5760");
    assert_eq!(
        company.events(id).await,
        "create submit approve approve escalate"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_was_missed_while_nothing_ran_is_done_once_afterwards(pool: PgPool) {
    let company = Company::new(pool.clone()).await;
    let id = company.submitted("900").await;
    // The server that comes back after a week is another one.
    let week = start() + SignedDuration::from_hours(24 * 7);
    let engine = Engine::open(pool, Clock::fixed(week), key()).await.unwrap();
    assert_eq!(ring_due(&engine).await.unwrap(), 2);
    assert_eq!(ring_due(&engine).await.unwrap(), 0);
    assert_eq!(company.events(id).await, "create submit escalate");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn of_three_servers_that_look_at_once_each_timer_rings_for_one(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let company = Company::new(wide_pool(options, 12).await).await;
    let mut orders = Vec::new();
    for _ in 0..15 {
        orders.push(company.submitted("900").await);
    }
    let late = start() + SignedDuration::from_hours(24);
    let mut servers = Vec::new();
    for _ in 0..3 {
        let engine = Engine::open(company.pool.clone(), Clock::fixed(late), key()).await;
        servers.push(engine.unwrap());
    }
    let mut rang = 0;
    // Who meets another server at an order leaves it to that one.
    while rang < 30 {
        let servers = servers.clone().into_iter();
        let all = at_once(servers.map(|engine| async move { ring_due(&engine).await })).await;
        rang += all.into_iter().map(Result::unwrap).sum::<usize>();
    }
    assert_eq!(rang, 30, "a reminder and an escalation each");
    for id in orders {
        assert_eq!(company.events(id).await, "create submit escalate");
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_late_decision_and_its_escalation_race_and_the_decision_always_counts(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let company = Company::new(wide_pool(options, 12).await).await;
    for _ in 0..12 {
        let id = company.submitted("900").await;
        let command = company.command(id, approve()).await;
        later(&company, 24 * 60);
        ring(&company.engine, id).await.unwrap();
        let (one, other) = (company.engine.clone(), company.engine.clone());
        let decided = tokio::spawn(async move { execute(&one, &actor(MIA), &command).await });
        let rang = tokio::spawn(async move { ring(&other, id).await });
        assert_eq!(decided.await.unwrap().unwrap().as_str(), "approved");
        let events = if rang.await.unwrap().unwrap() {
            "create submit escalate approve"
        } else {
            "create submit approve"
        };
        assert_eq!(company.events(id).await, events);
        assert_eq!(escalated_to(&company, id).await, (0, 0));
        assert!(!ring(&company.engine, id).await.unwrap());
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_form_that_was_open_while_it_escalated_still_decides(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("900").await;
    let command = company.command(id, approve()).await;
    later(&company, 24 * 60);
    assert_eq!(rang(&company).await, 2);
    let stale = company.command(id, approve()).await;
    let state = execute(&company.engine, &actor(MIA), &command).await;
    assert_eq!(state.unwrap().as_str(), "approved");
    let Err(Error::Stale(said)) = execute(&company.engine, &actor(DORA), &stale).await else {
        panic!("Dora came second");
    };
    assert!(said.starts_with("Already approved by Mia Moss"), "{said}");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn who_leaves_has_nothing_escalated_to_them_and_operations_are_told(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("900").await;
    later(&company, 24 * 60);
    assert_eq!(rang(&company).await, 2);
    let version = company
        .number(&format!("SELECT version FROM people WHERE id = {DORA}"))
        .await;
    let form = crate::request::Form {
        request_id: uuid::Uuid::new_v4(),
        version: i32::try_from(version).unwrap(),
    };
    crate::person::deactivate(&company.engine, &actor(ADA), form, DORA, None)
        .await
        .unwrap();
    assert_eq!(escalated_to(&company, id).await, (0, 0));
    assert_eq!(company.events(id).await, "create submit escalate reassign");
    assert_eq!(rang(&company).await, 1, "operations");
    assert_eq!(company.does(MIA, id, approve()).await.as_str(), "approved");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn who_takes_over_what_escalated_to_them_is_asked_once(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("900").await;
    later(&company, 24 * 60);
    assert_eq!(rang(&company).await, 2);
    let form = crate::request::Form {
        request_id: uuid::Uuid::new_v4(),
        version: 1,
    };
    crate::person::deactivate(&company.engine, &actor(ADA), form, MIA, Some(DORA))
        .await
        .unwrap();
    assert_eq!(escalated_to(&company, id).await, (0, 0));
    let (rows, _) = inbox(&company.engine, &actor(DORA), None, 9).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(&*rows[0].why, "Handed over to you");
    assert!(
        inbox(&company.engine, &actor(PAT), None, 9)
            .await
            .unwrap()
            .0
            .is_empty()
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_fails_for_one_order_keeps_no_other_from_its_timer(pool: PgPool) {
    let company = Company::new(pool).await;
    let (broken, whole) = (
        company.submitted("900").await,
        company.submitted("800").await,
    );
    company
        .run(&format!("ALTER TABLE purchase_orders ADD CONSTRAINT purchase_orders_broken CHECK (id <> {broken} OR escalated_to IS NULL)"))
        .await;
    later(&company, 24 * 60);
    assert_eq!(rang(&company).await, 3);
    assert_eq!(company.events(broken).await, "create submit");
    assert_eq!(company.events(whole).await, "create submit escalate");
    company
        .run("ALTER TABLE purchase_orders DROP CONSTRAINT purchase_orders_broken")
        .await;
    assert_eq!(rang(&company).await, 1);
    assert_eq!(company.events(broken).await, "create submit escalate");
}

/// What was told of an order beside being asked, oldest first: kind and person.
async fn told(company: &Company) -> String {
    company
        .text("SELECT string_agg(kind || ' ' || person_id, ', ' ORDER BY at, kind) FROM notifications WHERE kind <> 'approval_asked'")
        .await
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn who_is_late_and_who_may_help_are_told_once_and_operations_daily(pool: PgPool) {
    let company = Company::new(pool).await;
    company
        .run("INSERT INTO person_roles (person_id, role) VALUES (9, 'operations')")
        .await;
    company.submitted("900").await;
    let waiting_to_be_sent = "SELECT count(*) FROM deliveries";
    let before = company.number(waiting_to_be_sent).await;
    later(&company, 18 * 60);
    rang(&company).await;
    assert_eq!(told(&company).await, format!("reminder {MIA}"));
    later(&company, 6 * 60);
    rang(&company).await;
    let escalated = format!("reminder {MIA}, escalated {DORA}, reminder {MIA}");
    assert_eq!(told(&company).await, escalated);
    for days in 1..3 {
        later(&company, 24 * 60);
        rang(&company).await;
        let operations = format!(", nobody_to_escalate {TESS}").repeat(days);
        assert_eq!(told(&company).await, format!("{escalated}{operations}"));
    }
    assert_eq!(
        company.number(waiting_to_be_sent).await,
        before + 5,
        "each by mail too"
    );
}
