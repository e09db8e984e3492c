use std::path::Path;

use domain::{ids::PersonId, vendor::Event};
use jiff::tz::TimeZone;
use sqlx::PgPool;
use uuid::Uuid;

use super::*;
use crate::{
    Error, Result,
    job::{self, VerifyHistory},
    list::tests::asked,
    seal::Wrong,
    test_support::{ADA, AUD, CARLA, Company, NORTHWIND, PAT, SAM, actor, files, refusal},
};

async fn company(pool: PgPool) -> Company {
    let company = Company::new(pool).await;
    job::migrate(&company.pool).await.unwrap();
    company
}

async fn asks(company: &Company, who: PersonId) -> Result<()> {
    ask(&company.engine, &actor(who), Uuid::new_v4()).await
}

async fn runs_now(company: &Company, scheduled: bool) {
    let nowhere = Path::new("/nonexistent");
    run(&company.engine, nowhere, &VerifyHistory { scheduled })
        .await
        .unwrap();
}

async fn newest(company: &Company) -> Run {
    runs(&company.engine, 1).await.unwrap().remove(0)
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_verification_is_asked_for_once_carried_out_by_its_job_and_kept(pool: PgPool) {
    let company = company(pool).await;
    company.submitted("900").await;
    asks(&company, AUD).await.unwrap();
    let waiting = newest(&company).await;
    assert_eq!(waiting.asked_by.as_deref(), Some("Aud Abel"));
    assert_eq!((waiting.started_at, waiting.finished), (None, None));
    let again = asks(&company, ADA).await;
    assert!(matches!(again, Err(Error::Refused { .. })), "{again:?}");

    let worker = job::worker(&company.engine, &files(), "/nonexistent".into())
        .await
        .unwrap();
    worker.run_once().await.unwrap();
    let done = newest(&company).await;
    assert_eq!(done.finished.unwrap().1, Outcome::Whole);
    assert_eq!((done.rows, done.seals, done.found), (2, 0, None));
    // The job once more, as after a crash: nothing is left to do.
    runs_now(&company, false).await;
    assert_eq!(runs(&company.engine, 9).await.unwrap().len(), 1);
    asks(&company, ADA).await.unwrap();
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_nightly_one_names_what_it_found_and_stays_as_it_is(pool: PgPool) {
    let company = company(pool).await;
    let id = company.submitted("900").await;
    runs_now(&company, true).await;
    company
        .run("ALTER TABLE transitions DISABLE TRIGGER ALL; UPDATE transitions SET note = 'x' WHERE seq = 2")
        .await;
    runs_now(&company, true).await;
    let all = runs(&company.engine, 9).await.unwrap();
    assert_eq!(all[1].finished.unwrap().1, Outcome::Whole);
    assert_eq!(all[0].asked_by, None);
    assert_eq!(all[0].finished.unwrap().1, Outcome::Tampered);
    let found = all[0].found.clone().unwrap();
    assert_eq!(
        (found.wrong, found.place),
        (Wrong::Changed, format!("purchase_order/{id}/2"))
    );
    for statement in [
        "UPDATE audit_runs SET outcome = 'whole', wrong = NULL, place = NULL",
        "DELETE FROM audit_runs",
        "TRUNCATE audit_runs",
    ] {
        let told = refusal(&company.pool, statement).await;
        assert!(told.ends_with("history is append only"), "{told}");
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_run_that_lost_its_job_does_not_block_the_next_for_ever(pool: PgPool) {
    let company = company(pool).await;
    asks(&company, AUD).await.unwrap();
    company
        .engine
        .clock()
        .advance(jiff::SignedDuration::from_hours(25));
    asks(&company, ADA).await.unwrap();
    let all = runs(&company.engine, 9).await.unwrap();
    assert_eq!(all[1].finished.unwrap().1, Outcome::Failed);
    assert_eq!(all[0].finished, None);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn only_administrators_and_auditors_ask(pool: PgPool) {
    let company = company(pool).await;
    for who in [SAM, PAT, CARLA] {
        let refused = asks(&company, who).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{who}");
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_standing_counts_rows_and_what_no_seal_covers(pool: PgPool) {
    let company = company(pool).await;
    company.submitted("900").await;
    let before = standing(&company.engine).await.unwrap();
    assert_eq!((before.rows, before.exact, before.unsealed), (2, true, 2));
    assert_eq!(before.newest_seal, None);
    // Other tests' transactions may still be under way: then a seal takes one of the two, and the next one the other.
    let mut sealed = 0;
    while sealed < 2 {
        sealed += crate::seal::seal(&company.engine).await.unwrap();
    }
    let after = standing(&company.engine).await.unwrap();
    assert_eq!((sealed, after.unsealed), (2, 0));
    let (id, _, rows) = after.newest_seal.unwrap();
    assert!(id >= 1 && (1..=2).contains(&rows), "{id} covers {rows}");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn changes_are_listed_newest_first_by_kind_person_and_day(pool: PgPool) {
    let company = company(pool).await;
    company.submitted("900").await;
    for turn in 0..30 {
        let who = if turn % 3 == 0 { ADA } else { PAT };
        company.stand(who, NORTHWIND, Event::Hold).await.unwrap();
        company.hour();
        company.stand(PAT, NORTHWIND, Event::Release).await.unwrap();
    }
    let everything = asked::<Change>(&company.engine, "").await;
    assert_eq!(everything.len(), 60, "orders are no changes");
    assert!(everything.iter().rev().map(|row| row.at).is_sorted());
    assert!(everything.iter().all(|row| row.name == "Northwind Supply"));
    let count = async |address: &str| asked::<Change>(&company.engine, address).await.len();
    assert_eq!(count(&format!("by={ADA}")).await, 10);
    assert_eq!(count(&format!("kind=vendor&by={ADA}")).await, 10);
    assert_eq!(count("kind=person").await, 0);
    let first = everything.last().unwrap().at.to_zoned(TimeZone::UTC).date();
    assert!(count(&format!("to={first}")).await < 60);
    assert_eq!(count(&format!("from={first}")).await, 60);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn changes_are_found_by_what_happened_to_which_record_and_who_did_it(pool: PgPool) {
    let company = company(pool).await;
    company.submitted("900").await;
    // As their services keep them.
    for table in ["vendors", "people"] {
        let words = format!("UPDATE {table} SET words = to_tsvector('simple', name)");
        company.run(&words).await;
    }
    company.stand(ADA, NORTHWIND, Event::Hold).await.unwrap();
    company.stand(PAT, NORTHWIND, Event::Release).await.unwrap();
    let found = async |words: &str| {
        let rows = asked::<Change>(&company.engine, &format!("q={words}")).await;
        rows.into_iter().map(|row| row.event).collect::<Vec<_>>()
    };
    assert_eq!(found("northwind").await.len(), 2);
    assert_eq!(found("northwind+hold").await, ["hold"]);
    assert_eq!(found("pat+price").await, ["release"]);
    assert_eq!(found("submit").await.len(), 0, "orders are no changes");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_indexes_of_changes_are_of_the_kinds_that_are_listed(pool: PgPool) {
    let of: Vec<String> = sqlx::query_scalar!(
        r#"SELECT pg_get_expr(i.indpred, i.indrelid) AS "of!" FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
           WHERE c.relname LIKE 'transitions_changes%'"#
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert_eq!(of.len(), 4);
    let listed: Vec<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
    for predicate in of {
        let kinds: Vec<&str> = predicate.split('\'').skip(1).step_by(2).collect();
        assert_eq!(kinds, listed, "{predicate}");
    }
}
