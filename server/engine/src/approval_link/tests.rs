//! Links on a real Postgres: what they do, once, and every way in which they do nothing.

use std::net::IpAddr;

use domain::{
    ids::{PersonId, PurchaseOrderId},
    purchase_order::Event,
    vendor::Event::{Hold, Release},
};
use futures::FutureExt;
use jiff::SignedDuration;
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use uuid::Uuid;

use super::{Cause, Dead, Look, Open, decide, issue, look};
use crate::{
    Clock, Error, Result,
    purchase_order::execute,
    request::Form,
    test_support::{
        ADA, CARLA, Company, DORA, FAY, MIA, NORTHWIND, SAM, TESS, VIK, actor, approve, at_once,
        reject, wide_pool, withdraw,
    },
};

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7));

/// The newest decision about an order.
async fn decision(company: &Company, order: PurchaseOrderId) -> i64 {
    let statement = format!("SELECT max(id) FROM decisions WHERE subject_id = {order}");
    company.number(&statement).await
}

async fn link(company: &Company, order: PurchaseOrderId, person: PersonId) -> String {
    let decision = decision(company, order).await;
    let mut tx = company.engine.begin().await.unwrap();
    let token = issue(&mut tx, &company.engine, decision, person).await;
    tx.commit().await.unwrap();
    token.unwrap().unwrap().token(&company.engine)
}

async fn sees(company: &Company, token: &str) -> Look {
    look(&company.engine, token, HERE).await.unwrap()
}

async fn opens(company: &Company, token: &str) -> Open {
    match sees(company, token).await {
        Look::Open(open) => *open,
        Look::Dead(dead) => panic!("{}", dead.said()),
    }
}

/// That it does nothing and says why, looked at and acted on.
async fn is_dead(company: &Company, order: PurchaseOrderId, token: &str) -> Dead {
    let before = company.everything(order).await;
    let Look::Dead(dead) = sees(company, token).await else {
        panic!("the link works");
    };
    for event in [approve(), reject("Too dear")] {
        match act(company, order, token, event).await {
            Err(Error::Stale(said)) => assert_eq!(said, dead.said()),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(company.everything(order).await, before);
    dead
}

async fn form(company: &Company, order: PurchaseOrderId) -> Form {
    Form {
        request_id: Uuid::new_v4(),
        version: company.version(order).await,
    }
}

/// From a fresh page of the link.
async fn act(company: &Company, order: PurchaseOrderId, token: &str, event: Event) -> Result<()> {
    let form = form(company, order).await;
    decide(&company.engine, token, HERE, form, event).await
}

async fn newest(company: &Company, order: PurchaseOrderId) -> String {
    company
        .text(&format!(
            "SELECT event || ' ' || way || ' ' || coalesce(actor_id::text, '-') || ' ' || coalesce(note, '') FROM transitions
             WHERE subject_kind = 'purchase_order' AND subject_id = {order} ORDER BY seq DESC LIMIT 1"
        ))
        .await
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_link_approves_as_its_person_and_the_history_says_by_which_way(pool: PgPool) {
    let company = Company::new(pool).await;
    let order = company.submitted("900").await;
    let token = link(&company, order, MIA).await;
    let open = opens(&company, &token).await;
    assert_eq!(open.person.actor.name, "Mia Moss");
    assert_eq!(open.why, "You manage Sam Stone");
    assert_eq!(open.blocked, None);
    let note = Event::Approve {
        note: Some("From the train".to_owned()),
        override_reason: None,
    };
    act(&company, order, &token, note).await.unwrap();
    assert_eq!(company.state(order).await, "approved");
    assert_eq!(
        newest(&company, order).await,
        "approve link 2 From the train"
    );
    let way = "SELECT way || ' ' || decided_by FROM decisions";
    assert_eq!(company.text(way).await, "own 2");
    let dead = is_dead(&company, order, &token).await;
    assert_eq!(dead.cause, Cause::Used);
    assert!(
        dead.said().contains("was approved by Mia Moss"),
        "{}",
        dead.said()
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_link_rejects_with_category_and_reason_and_works_on_where_they_are_missing(pool: PgPool) {
    let company = Company::new(pool).await;
    let order = company.submitted("900").await;
    let token = link(&company, order, MIA).await;
    let bare = Event::Reject {
        category: None,
        reason: None,
        override_reason: None,
    };
    let before = company.everything(order).await;
    match act(&company, order, &token, bare).await {
        Err(Error::Refused { fields, .. }) => {
            let fields: Vec<_> = fields.iter().map(|fault| fault.field.as_str()).collect();
            assert_eq!(fields, ["category", "reason"]);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(company.everything(order).await, before);
    act(&company, order, &token, reject("Too dear"))
        .await
        .unwrap();
    assert_eq!(company.state(order).await, "rejected");
    assert_eq!(newest(&company, order).await, "reject link 2 Too dear");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn looking_at_a_link_a_hundred_times_changes_nothing(pool: PgPool) {
    let company = Company::new(pool).await;
    let order = company.submitted("900").await;
    let token = link(&company, order, MIA).await;
    let links = "SELECT * FROM approval_links";
    let before = (company.everything(order).await, company.rows(links).await);
    for _ in 0..100 {
        opens(&company, &token).await;
    }
    assert_eq!(
        (company.everything(order).await, company.rows(links).await),
        before
    );
    act(&company, order, &token, approve()).await.unwrap();
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_same_link_is_issued_again_while_it_works_and_the_database_holds_no_token(
    pool: PgPool,
) {
    let company = Company::new(pool).await;
    let order = company.submitted("2000").await;
    let token = link(&company, order, MIA).await;
    assert_eq!(token, link(&company, order, MIA).await);
    let others = link(&company, order, DORA).await;
    assert_ne!(token, others);
    company
        .engine
        .clock()
        .advance(SignedDuration::from_hours(24 * 14));
    let renewed = link(&company, order, MIA).await;
    assert_ne!(token, renewed);
    act(&company, order, &renewed, approve()).await.unwrap();
    let next = link(&company, order, FAY).await;
    assert_ne!(next, renewed);
    let kept = "SELECT string_agg(to_jsonb(t)::text, ' ') FROM (SELECT to_jsonb(l) FROM approval_links l UNION ALL SELECT to_jsonb(r) FROM requests r) t";
    let kept = company.text(kept).await;
    for token in [token, renewed, next] {
        assert!(!kept.contains(&token), "{kept}");
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn no_link_is_issued_for_what_waits_for_nobody(pool: PgPool) {
    let company = Company::new(pool).await;
    let approved = company.approved().await;
    let made = decision(&company, approved).await;
    let mut tx = company.engine.begin().await.unwrap();
    for decision in [made, made + 1] {
        let link = issue(&mut tx, &company.engine, decision, MIA).await;
        assert_eq!(link.unwrap(), None);
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_form_sent_twice_acts_once_and_another_one_is_told(pool: PgPool) {
    let company = Company::new(pool).await;
    let order = company.submitted("900").await;
    let token = link(&company, order, MIA).await;
    let form = form(&company, order).await;
    for _ in 0..2 {
        decide(&company.engine, &token, HERE, form, approve())
            .await
            .unwrap();
    }
    assert_eq!(company.events(order).await, "create submit approve");
    assert_eq!(is_dead(&company, order, &token).await.cause, Cause::Used);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_link_is_worth_nothing_to_whom_the_decision_is_not_asked_of(pool: PgPool) {
    let company = Company::new(pool).await;
    let order = company.submitted("900").await;
    // Its submitter, nobody to it, above its approver, and two who could override: by signing in, with a reason.
    for person in [SAM, TESS, DORA, CARLA, ADA, VIK] {
        let token = link(&company, order, person).await;
        let dead = is_dead(&company, order, &token).await;
        assert_eq!(dead.cause, Cause::NotTheirs, "{person}");
        let by_force = Event::Approve {
            note: None,
            override_reason: Some("I may".to_owned()),
        };
        let refused = act(&company, order, &token, by_force).await;
        assert!(matches!(refused, Err(Error::Stale(_))), "{refused:?}");
    }
    assert_eq!(company.state(order).await, "pending_approval");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn guessed_tokens_are_unknown_and_slowed_down_while_a_right_one_works(pool: PgPool) {
    let company = Company::new(pool).await;
    let order = company.submitted("900").await;
    let token = link(&company, order, MIA).await;
    let mut flipped = token.clone();
    flipped.replace_range(0..1, if token.starts_with('A') { "B" } else { "A" });
    let mut slowed = false;
    for n in 0..40 {
        let guess = if n == 0 {
            flipped.clone()
        } else {
            format!("guess{n}")
        };
        match look(&company.engine, &guess, HERE).await {
            Err(Error::NotFound) => assert!(!slowed),
            Err(Error::TooMany { .. }) => slowed = true,
            other => panic!("{other:?}"),
        }
    }
    assert!(slowed);
    let form = form(&company, order).await;
    let guessed = decide(&company.engine, "guess", HERE, form, approve()).await;
    assert!(matches!(guessed, Err(Error::TooMany { .. })), "{guessed:?}");
    opens(&company, &token).await;
    act(&company, order, &token, approve()).await.unwrap();
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_link_expires_after_two_weeks(pool: PgPool) {
    let company = Company::new(pool).await;
    let order = company.submitted("900").await;
    let token = link(&company, order, MIA).await;
    let clock = company.engine.clock();
    clock.advance(SignedDuration::from_hours(24 * 14) - SignedDuration::from_secs(1));
    opens(&company, &token).await;
    clock.advance(SignedDuration::from_secs(1));
    assert_eq!(is_dead(&company, order, &token).await.cause, Cause::Expired);
    clock.advance(SignedDuration::from_hours(24 * 91));
    assert_eq!(super::purge(&company.engine).await.unwrap(), 1);
    let gone = look(&company.engine, &token, HERE).await;
    assert!(matches!(gone, Err(Error::NotFound)), "{gone:?}");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_link_dies_when_its_round_is_over_even_where_the_same_person_is_asked_again(
    pool: PgPool,
) {
    let company = Company::new(pool).await;
    let order = company.submitted("900").await;
    let token = link(&company, order, MIA).await;
    company.does(SAM, order, withdraw()).await;
    assert_eq!(
        is_dead(&company, order, &token).await.cause,
        Cause::TakenBack
    );
    company.does(SAM, order, Event::Submit).await;
    assert_eq!(
        is_dead(&company, order, &token).await.cause,
        Cause::TakenBack
    );
    let anew = link(&company, order, MIA).await;
    act(&company, order, &anew, approve()).await.unwrap();
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_link_dies_when_its_level_was_decided_by_another_way(pool: PgPool) {
    let company = Company::new(pool).await;
    let order = company.submitted("2000").await;
    let token = link(&company, order, MIA).await;
    company.does(MIA, order, approve()).await;
    let dead = is_dead(&company, order, &token).await;
    assert_eq!(dead.cause, Cause::Decided);
    assert!(
        dead.said().contains("was approved by Mia Moss"),
        "{}",
        dead.said()
    );
    assert_eq!(company.state(order).await, "requires_finance_review");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_link_dies_when_its_person_leaves_or_the_decision_goes_to_somebody_else(pool: PgPool) {
    let company = Company::new(pool).await;
    let (one, other) = (
        company.submitted("900").await,
        company.submitted("900").await,
    );
    let (first, second) = (
        link(&company, one, MIA).await,
        link(&company, other, MIA).await,
    );
    company
        .run(&format!(
            "UPDATE people SET deactivated_at = '2026-03-01Z' WHERE id = {MIA}"
        ))
        .await;
    assert_eq!(is_dead(&company, one, &first).await.cause, Cause::NotTheirs);
    company
        .run(&format!(
            "UPDATE people SET deactivated_at = NULL WHERE id = {MIA};
             UPDATE purchase_orders SET current_approver = {DORA} WHERE id = {other};
             UPDATE decisions SET approver_id = {DORA}, assignee_id = {DORA} WHERE subject_id = {other}"
        ))
        .await;
    assert_eq!(
        is_dead(&company, other, &second).await.cause,
        Cause::NotTheirs
    );
    act(&company, one, &first, approve()).await.unwrap();
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_vendor_on_hold_blocks_approving_and_the_link_goes_on_working(pool: PgPool) {
    let company = Company::new(pool).await;
    let (one, other) = (
        company.submitted("900").await,
        company.submitted("900").await,
    );
    let (first, second) = (
        link(&company, one, MIA).await,
        link(&company, other, MIA).await,
    );
    company.stand(ADA, NORTHWIND, Hold).await.unwrap();
    let blocked = opens(&company, &first).await.blocked.unwrap();
    assert!(blocked.contains("unpaid"), "{blocked}");
    let refused = act(&company, one, &first, approve()).await;
    assert!(matches!(refused, Err(Error::Refused { .. })), "{refused:?}");
    act(&company, other, &second, reject("Not from them"))
        .await
        .unwrap();
    company.stand(ADA, NORTHWIND, Release).await.unwrap();
    act(&company, one, &first, approve()).await.unwrap();
    assert_eq!(company.state(one).await, "approved");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_page_of_the_link_that_is_out_of_date_does_not_act(pool: PgPool) {
    let company = Company::new(pool).await;
    let order = company.submitted("900").await;
    let token = link(&company, order, MIA).await;
    let form = form(&company, order).await;
    company
        .run("UPDATE purchase_orders SET version = version + 1")
        .await;
    let stale = decide(&company.engine, &token, HERE, form, approve()).await;
    assert!(matches!(stale, Err(Error::Stale(_))), "{stale:?}");
    act(&company, order, &token, approve()).await.unwrap();
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn of_a_link_clicked_twice_and_the_page_at_once_exactly_one_wins(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let company = Company::with_clock(wide_pool(options, 90).await, Clock::system()).await;
    let mut all = Vec::new();
    for _ in 0..30 {
        let order = company.submitted("900").await;
        let token = link(&company, order, MIA).await;
        let forms = [form(&company, order).await, form(&company, order).await];
        all.push((token, forms, company.command(order, approve()).await));
    }
    let engine = &company.engine;
    let outcomes = at_once(all.iter().flat_map(|(token, forms, command)| {
        let by_link = forms.map(|form| {
            let (engine, token) = (engine.clone(), token.clone());
            async move { decide(&engine, &token, HERE, form, reject("No")).await }.boxed()
        });
        let (engine, command) = (engine.clone(), command.clone());
        let page = async move { execute(&engine, &actor(MIA), &command).await.map(|_| ()) }.boxed();
        by_link.into_iter().chain([page])
    }))
    .await;
    for (three, (.., command)) in outcomes.chunks(3).zip(&all) {
        assert_eq!(
            three.iter().filter(|one| one.is_ok()).count(),
            1,
            "{three:?}"
        );
        for lost in three.iter().filter_map(|one| one.as_ref().err()) {
            assert!(matches!(lost, Error::Stale(_)), "{lost:?}");
        }
        let events = company.events(command.id).await;
        assert!(
            ["create submit approve", "create submit reject"].contains(&events.as_str()),
            "{events}"
        );
    }
    let used = "SELECT count(*) FROM approval_links l JOIN decisions d ON d.id = l.decision_id WHERE (l.used_at IS NULL) = (d.verdict = 'rejected')";
    assert_eq!(
        company.number(used).await,
        0,
        "used exactly where the link won"
    );
}
