use std::path::PathBuf;

use graphile_worker::JobSpec;
use sqlx::PgPool;
use uuid::Uuid;

use super::*;
use crate::{
    seal::{Tampering, verify},
    test_support::{Company, files},
};

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_minute_job_seals_and_the_hourly_one_forgets(pool: PgPool) {
    let company = Company::new(pool).await;
    let engine = &company.engine;
    migrate(&company.pool).await.unwrap();
    // Again, as every server does at its start.
    migrate(&company.pool).await.unwrap();
    company.raise("900").await;
    flash::put(engine, b"mine", Uuid::new_v4(), &1)
        .await
        .unwrap();
    engine
        .clock()
        .advance(jiff::SignedDuration::from_hours(24 * 8));

    let worker = worker(engine, &files(), PathBuf::new()).await.unwrap();
    let queue = worker.create_utils();
    // The horizon waits for every transaction of the whole cluster, other tests' too.
    while company.number("SELECT count(*) FROM seals").await == 0 {
        queue
            .add_job(SealHistory {}, JobSpec::default())
            .await
            .unwrap();
        worker.run_once().await.unwrap();
    }
    queue
        .add_job(PurgeExpired {}, JobSpec::default())
        .await
        .unwrap();
    worker.run_once().await.unwrap();

    assert_eq!(
        company.number("SELECT sum(rows)::bigint FROM seals").await,
        1
    );
    assert_eq!(verify(engine).await.unwrap(), None::<Tampering>);
    assert_eq!(company.number("SELECT count(*) FROM requests").await, 0);
    assert_eq!(company.number("SELECT count(*) FROM flashes").await, 0);
    assert_eq!(
        company
            .number("SELECT count(*) FROM graphile_worker.jobs")
            .await,
        0,
        "none failed"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_job_that_fails_says_why_in_the_queue_and_is_tried_again(pool: PgPool) {
    let company = Company::new(pool).await;
    migrate(&company.pool).await.unwrap();
    company.raise("900").await;
    company
        .run("ALTER TABLE seals ADD CONSTRAINT seals_broken CHECK (id < 0)")
        .await;
    let worker = worker(&company.engine, &files(), PathBuf::new())
        .await
        .unwrap();
    let queue = worker.create_utils();
    while company
        .number("SELECT count(*) FROM graphile_worker.jobs")
        .await
        == 0
    {
        queue
            .add_job(SealHistory {}, JobSpec::default())
            .await
            .unwrap();
        worker.run_once().await.unwrap();
    }
    let told = company
        .text("SELECT last_error FROM graphile_worker.jobs")
        .await;
    assert!(told.contains("seals_broken"), "{told}");
    company
        .run("ALTER TABLE seals DROP CONSTRAINT seals_broken")
        .await;
    company
        .run("UPDATE graphile_worker._private_jobs SET run_at = now()")
        .await;
    worker.run_once().await.unwrap();
    assert_eq!(company.number("SELECT count(*) FROM seals").await, 1);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_the_schedule_puts_into_the_queue_is_what_its_jobs_can_read(pool: PgPool) {
    let company = Company::new(pool).await;
    migrate(&company.pool).await.unwrap();
    let worker = worker(&company.engine, &files(), PathBuf::new())
        .await
        .unwrap();
    let queue = worker.create_utils();
    for schedule in schedules().unwrap() {
        queue
            .add_raw_job(
                &schedule.task_identifier,
                schedule.payload,
                JobSpec::default(),
            )
            .await
            .unwrap();
        worker.run_once().await.unwrap();
        let failed = "SELECT count(*) FROM graphile_worker.jobs";
        let name = schedule.task_identifier;
        assert_eq!(company.number(failed).await, 0, "{name}");
    }
}
