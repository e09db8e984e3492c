use std::path::PathBuf;

use sqlx::PgPool;
use tower_sessions::{Session, SessionStore as _, session::Id};
use uuid::Uuid;

use super::{moved::LONGEST_HOURS, *};
use crate::{
    Engine, Error, job, person,
    session_store::{PostgresStore, enter, expiry},
    sign_in::Identity,
    test_support::{ADA, Company, DORA, MIA, SAM, actor, files, key, refusal, start},
};

/// The company as a demo.
async fn demo(pool: PgPool) -> Company {
    let company = Company::new(pool).await;
    job::migrate(&company.pool).await.unwrap();
    company.run("UPDATE organisation SET demo = true").await;
    company
}

async fn jumped(company: &Company, hours: i64) {
    let by = Jump::hours(hours).unwrap();
    jump(&company.engine, &actor(ADA), Uuid::new_v4(), by)
        .await
        .unwrap();
}

async fn again(company: &Company) -> Engine {
    let clock = Clock::fixed(start());
    Engine::open(company.pool.clone(), clock, key())
        .await
        .unwrap()
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn every_server_of_a_demo_goes_by_the_clock_that_was_moved(pool: PgPool) {
    let company = demo(pool).await;
    let other = again(&company).await;
    jumped(&company, 72).await;
    let then = start() + SignedDuration::from_hours(72);
    assert_eq!(company.engine.clock().now(), then);
    assert_eq!(other.clock().now(), start());
    person::signed_in(&other, SAM).await.unwrap();
    assert_eq!(other.clock().now(), then, "with the next request");
    jumped(&company, 1).await;
    assert_eq!(
        again(&company).await.clock().now(),
        then + SignedDuration::from_hours(1),
        "after a restart"
    );
    other.clock().moved_by(0);
    assert_eq!(other.clock().now(), then, "it never goes back");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_becomes_due_by_a_jump_happens_at_once(pool: PgPool) {
    let company = demo(pool).await;
    let id = company.submitted("900").await;
    // The worker's own server has not heard of the jump.
    let worker = job::worker(&again(&company).await, &files(), PathBuf::new())
        .await
        .unwrap();
    jumped(&company, 24).await;
    worker.run_once().await.unwrap();
    assert_eq!(company.events(id).await, "create submit escalate");
    let to = company
        .number("SELECT escalated_to FROM purchase_orders")
        .await;
    assert_eq!(to, DORA.0);
    assert_eq!(
        company
            .number(
                "SELECT count(*) FROM graphile_worker.jobs WHERE task_identifier = 'ring_timers'"
            )
            .await,
        0
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn nobody_is_signed_out_by_a_jump(pool: PgPool) {
    let company = demo(pool).await;
    let engine = &company.engine;
    let store = PostgresStore::new(engine.clone());
    let session = Session::new(
        None::<Id>,
        std::sync::Arc::new(store.clone()),
        Some(expiry()),
    );
    let identity = Identity {
        person: MIA,
        credential: 1,
        second_factor: false,
    };
    company
        .run("UPDATE people SET credential_version = 1")
        .await;
    enter(&session, engine, identity, "Test browser")
        .await
        .unwrap();
    session.save().await.unwrap();
    for _ in 0..3 {
        jumped(&company, 24 * 20).await;
        assert_eq!(crate::session_store::purge(engine).await.unwrap(), 0);
        assert!(store.load(&session.id().unwrap()).await.unwrap().is_some());
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn only_administrators_of_a_demo_move_its_clock_and_only_ahead(pool: PgPool) {
    let company = Company::new(pool).await;
    job::migrate(&company.pool).await.unwrap();
    let hour = Jump::hours(1).unwrap();
    let ask = async |who| jump(&company.engine, &actor(who), Uuid::new_v4(), hour).await;
    assert!(matches!(ask(ADA).await, Err(Error::NotFound)), "no demo");
    let moved = "UPDATE organisation SET clock_moved_seconds = 3600";
    let refused = refusal(&company.pool, moved).await;
    assert!(
        refused.contains("organisation_clock_of_a_demo"),
        "{refused}"
    );
    company.run("UPDATE organisation SET demo = true").await;
    for who in [SAM, MIA, DORA] {
        assert!(matches!(ask(who).await, Err(Error::Forbidden(_))));
    }
    sqlx::query!("UPDATE organisation SET demo = false")
        .execute(&company.pool)
        .await
        .unwrap();
    assert!(
        matches!(ask(ADA).await, Err(Error::NotFound)),
        "no demo any more"
    );
    assert_eq!(company.engine.clock().now(), start());
    for hours in [-1, 0, LONGEST_HOURS + 1, i64::MIN, i64::MAX] {
        assert!(
            matches!(Jump::hours(hours), Err(Error::Invalid(_))),
            "{hours}"
        );
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_second_click_jumps_once_and_the_history_says_who_jumped(pool: PgPool) {
    let company = demo(pool).await;
    let (form, day) = (Uuid::new_v4(), Jump::hours(24).unwrap());
    jump(&company.engine, &actor(ADA), form, day).await.unwrap();
    let twice = jump(&company.engine, &actor(ADA), form, day).await;
    assert!(matches!(twice, Err(Error::Repeated(_))), "{twice:?}");
    assert_eq!(company.engine.clock().moved(), day.by());
    let said = "SELECT event || ' ' || actor_id || ' ' || (data->>'ahead') FROM transitions WHERE subject_kind = 'organisation'";
    assert_eq!(company.text(said).await, format!("move_clock {ADA} 1 day"));
}

#[test]
fn a_span_is_said_in_days_and_hours() {
    for (hours, words) in [
        (0, ""),
        (1, "1 hour"),
        (24, "1 day"),
        (50, "2 days 2 hours"),
        (49, "2 days 1 hour"),
    ] {
        assert_eq!(in_words(SignedDuration::from_hours(hours)), words);
    }
}
