//! The walk from draft to completed, at each level, with everything it leaves behind.

use domain::purchase_order::Event;
use sqlx::PgPool;

use super::diary::Diary;
use crate::test_support::{
    CARLA, Company, FAY, MIA, PAT, SAM, approve, cancel, complete, line, parsed, raw, receive,
    reject, reopen, saving, start_processing, withdraw,
};

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn an_order_of_900_is_approved_by_the_manager_alone(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.raise("900").await;
    let mut diary = Diary::begin(&company, id).await;
    diary.does(SAM, Event::Submit).await;
    diary.does(MIA, approve()).await;
    insta::assert_snapshot!(diary.text());
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn an_order_of_5_000_is_approved_by_manager_and_finance(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.raise("5000").await;
    let mut diary = Diary::begin(&company, id).await;
    diary.does(SAM, Event::Submit).await;
    diary.does(MIA, approve()).await;
    diary.does(FAY, approve()).await;
    insta::assert_snapshot!(diary.text());
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn an_order_of_12_000_climbs_three_levels_and_is_processed_received_and_completed(
    pool: PgPool,
) {
    let company = Company::new(pool).await;
    let mut form = raw("2000");
    form.lines = vec![line("Desk", "4", "2000"), line("Cable", "2.5", "1600")];
    let saved = saving(parsed(&form), None);
    let (id, _) = crate::purchase_order::save_draft(
        &company.engine,
        &crate::test_support::actor(SAM),
        &saved,
    )
    .await
    .unwrap();
    let mut diary = Diary::begin(&company, id).await;
    diary.does(SAM, Event::Submit).await;
    for who in [MIA, FAY, CARLA] {
        diary.does(who, approve()).await;
    }
    diary.does(PAT, start_processing()).await;
    diary.does(PAT, receive(&[(1, "3"), (2, "0.5")])).await;
    diary.does(PAT, receive(&[(1, "4"), (2, "2.5")])).await;
    diary.does(PAT, complete()).await;
    insta::assert_snapshot!(diary.text());
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_rejected_order_keeps_its_lines_aside_and_gets_them_back_when_reopened(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.raise("5000").await;
    let mut diary = Diary::begin(&company, id).await;
    diary.does(SAM, Event::Submit).await;
    diary.does(MIA, approve()).await;
    diary.does(FAY, reject("Half of it would do.")).await;
    diary.does(SAM, reopen()).await;
    diary.does(SAM, Event::Submit).await;
    diary.does(MIA, reject("Still too much.")).await;
    diary.does(SAM, reopen()).await;
    insta::assert_snapshot!(diary.text());
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn an_order_is_withdrawn_resubmitted_reopened_after_approval_and_cancelled(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.raise("5000").await;
    let mut diary = Diary::begin(&company, id).await;
    diary.does(SAM, Event::Submit).await;
    diary.does(MIA, approve()).await;
    diary.does(SAM, withdraw()).await;
    diary.does(SAM, Event::Submit).await;
    diary.does(MIA, approve()).await;
    diary.does(FAY, approve()).await;
    diary.does(PAT, reopen()).await;
    diary.does(SAM, Event::Submit).await;
    diary.does(SAM, cancel(None)).await;
    insta::assert_snapshot!(diary.text());
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn every_save_and_every_event_is_one_version_more(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.raise("900").await;
    assert_eq!(company.version(id).await, 1);
    for (expected, (who, event)) in (2..).zip([
        (SAM, Event::Submit),
        (SAM, withdraw()),
        (SAM, Event::Submit),
        (MIA, approve()),
        (PAT, start_processing()),
        (PAT, receive(&[])),
        (PAT, receive(&[(1, "1")])),
        (PAT, complete()),
    ]) {
        company.does(who, id, event).await;
        assert_eq!(company.version(id).await, expected);
    }
}
