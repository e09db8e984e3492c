use jiff::SignedDuration;
use serde_json::json;
use sqlx::PgPool;
use std::sync::Arc;
use tower_sessions::{
    Session, SessionStore,
    cookie::time::{Duration, OffsetDateTime},
    session::{Id, Record},
};

use super::*;
use crate::testing::{actor, company, engine};

fn record(hours: i64) -> Record {
    let data = [("colour".to_owned(), json!("blue"))].into();
    Record {
        id: Id::default(),
        data,
        expiry_date: OffsetDateTime::now_utc() + Duration::hours(hours),
    }
}

async fn identity(engine: &Engine, name: &str) -> Identity {
    let person = actor(engine, name).await.id;
    let credential = sqlx::query_scalar!(
        "SELECT credential_version FROM people WHERE id = $1",
        person.0
    )
    .fetch_one(engine.pool())
    .await
    .unwrap();
    Identity {
        person,
        credential,
        second_factor: false,
    }
}

fn session(engine: &Engine, id: Option<Id>) -> Session {
    Session::new(
        id,
        Arc::new(PostgresStore::new(engine.clone())),
        Some(expiry()),
    )
}

/// Signs someone in. The id their cookie carries.
async fn signed_in(engine: &Engine, name: &str) -> Id {
    let session = session(engine, None);
    enter(
        &session,
        engine,
        identity(engine, name).await,
        "Test browser",
    )
    .await
    .unwrap();
    session.save().await.unwrap();
    session.id().unwrap()
}

async fn person_of(engine: &Engine, id: Id) -> Option<i64> {
    let session = session(engine, Some(id));
    super::person_of(&session, engine)
        .await
        .unwrap()
        .map(|id| id.0)
}

/// The place of the only session's row: another one after every write.
async fn place(engine: &Engine) -> String {
    sqlx::query_scalar!(r#"SELECT ctid::text AS "ctid!" FROM sessions"#)
        .fetch_one(engine.pool())
        .await
        .unwrap()
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_session_comes_back_as_it_was_and_its_id_is_nowhere_in_the_database(pool: PgPool) {
    let engine = engine(&pool).await;
    let store = PostgresStore::new(engine.clone());
    let mut record = record(1);
    store.create(&mut record).await.unwrap();
    let back = store.load(&record.id).await.unwrap().unwrap();
    assert_eq!((back.id, &back.data), (record.id, &record.data));
    assert!((back.expiry_date - record.expiry_date).abs() < Duration::seconds(5));

    let row = sqlx::query!(r#"SELECT id_hash, to_jsonb(s)::text AS "all!" FROM sessions s"#)
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(row.id_hash, owner_of(&record.id));
    assert!(
        !row.all.contains(&record.id.to_string()) && !row.all.contains(&record.id.0.to_string())
    );
    assert!(!row.all.contains(&hex::encode(record.id.0.to_le_bytes())));
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_taken_id_is_never_given_twice(pool: PgPool) {
    let store = PostgresStore::new(engine(&pool).await);
    let (mut first, mut second) = (record(1), record(1));
    second.id = first.id;
    store.create(&mut first).await.unwrap();
    store.create(&mut second).await.unwrap();
    assert_ne!(first.id, second.id);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_session_in_use_is_written_at_most_hourly(pool: PgPool) {
    let engine = engine(&pool).await;
    let store = PostgresStore::new(engine.clone());
    let mut record = record(24);
    store.create(&mut record).await.unwrap();
    let first = place(&engine).await;
    record.expiry_date += Duration::minutes(59);
    store.save(&record).await.unwrap();
    assert_eq!(
        place(&engine).await,
        first,
        "its end moved by less than an hour"
    );
    record.expiry_date += Duration::minutes(2);
    store.save(&record).await.unwrap();
    let second = place(&engine).await;
    assert_ne!(second, first, "its end moved by more");
    record.data.insert("colour".to_owned(), json!("red"));
    store.save(&record).await.unwrap();
    assert_ne!(
        place(&engine).await,
        second,
        "what it holds is written at once"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_visit_renews_the_cookie_at_most_hourly(pool: PgPool) {
    let engine = company(&pool).await;
    let id = signed_in(&engine, "sam").await;
    for (minutes, renewed) in [(1, false), (58, false), (1, true), (1, false), (-90, true)] {
        engine.clock().advance(SignedDuration::from_mins(minutes));
        let visit = session(&engine, Some(id));
        assert!(super::person_of(&visit, &engine).await.unwrap().is_some());
        assert_eq!(visit.is_modified(), renewed, "after {minutes} more minutes");
        if visit.is_modified() {
            visit.save().await.unwrap();
        }
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_session_ends_by_the_engines_clock_and_is_forgotten(pool: PgPool) {
    let engine = engine(&pool).await;
    let store = PostgresStore::new(engine.clone());
    let mut record = record(2);
    store.create(&mut record).await.unwrap();
    engine.clock().advance(SignedDuration::from_mins(119));
    assert!(store.load(&record.id).await.unwrap().is_some());
    assert_eq!(purge(&engine).await.unwrap(), 0);
    engine.clock().advance(SignedDuration::from_mins(2));
    assert!(store.load(&record.id).await.unwrap().is_none());
    assert_eq!(purge(&engine).await.unwrap(), 1);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_request_under_way_does_not_bring_back_an_ended_session(pool: PgPool) {
    let store = PostgresStore::new(engine(&pool).await);
    let mut record = record(1);
    store.create(&mut record).await.unwrap();
    store.delete(&record.id).await.unwrap();
    store.save(&record).await.unwrap();
    assert!(store.load(&record.id).await.unwrap().is_none());
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn signing_in_renews_the_session(pool: PgPool) {
    let engine = company(&pool).await;
    let planted = session(&engine, None);
    planted.insert("colour", "blue").await.unwrap();
    planted.save().await.unwrap();
    let before = planted.id().unwrap();

    let session = session(&engine, Some(before));
    let sam = identity(&engine, "sam").await;
    enter(&session, &engine, sam, "Test browser").await.unwrap();
    session.save().await.unwrap();
    let after = session.id().unwrap();

    assert_ne!(after, before);
    assert_eq!(person_of(&engine, after).await, Some(sam.person.0));
    assert_eq!(person_of(&engine, before).await, None);
    assert_eq!(
        session.get::<String>("colour").await.unwrap(),
        None,
        "nothing planted is carried over"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_session_never_becomes_somebody_elses(pool: PgPool) {
    let engine = company(&pool).await;
    let store = PostgresStore::new(engine.clone());
    let mut anonymous = record(1);
    store.create(&mut anonymous).await.unwrap();
    let sam = identity(&engine, "sam").await;
    anonymous
        .data
        .insert(PERSON.to_owned(), json!(sam.person.0));
    anonymous
        .data
        .insert(CREDENTIAL.to_owned(), json!(sam.credential));
    store.save(&anonymous).await.unwrap();
    assert_eq!(person_of(&engine, anonymous.id).await, None);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn signing_out_everywhere_ends_every_session_of_one_person(pool: PgPool) {
    let engine = company(&pool).await;
    let (first, second, tess) = (
        signed_in(&engine, "sam").await,
        signed_in(&engine, "sam").await,
        signed_in(&engine, "tess").await,
    );
    let sam = actor(&engine, "sam").await.id;
    assert_eq!(list(&engine, sam).await.unwrap().len(), 2);
    sign_out_everywhere(&engine, sam).await.unwrap();
    assert_eq!(
        (
            person_of(&engine, first).await,
            person_of(&engine, second).await
        ),
        (None, None)
    );
    assert!(person_of(&engine, tess).await.is_some());
    assert!(list(&engine, sam).await.unwrap().is_empty());
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_sign_in_under_way_when_everything_is_signed_out_lets_nobody_in(pool: PgPool) {
    let engine = company(&pool).await;
    let proved = identity(&engine, "sam").await;
    sign_out_everywhere(&engine, proved.person).await.unwrap();
    let late = session(&engine, None);
    enter(&late, &engine, proved, "Test browser").await.unwrap();
    late.save().await.unwrap();
    assert_eq!(person_of(&engine, late.id().unwrap()).await, None);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn people_see_by_what_and_when_they_signed_in(pool: PgPool) {
    let engine = company(&pool).await;
    let here = signed_in(&engine, "sam").await;
    engine.clock().advance(SignedDuration::from_hours(3));
    signed_in(&engine, "sam").await;
    let listed = list(&engine, actor(&engine, "sam").await.id).await.unwrap();
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[1].owner, owner_of(&here));
    assert_eq!(listed[1].device, "Test browser");
    assert_eq!(
        listed[0].created_at.duration_since(listed[1].created_at),
        SignedDuration::from_hours(3)
    );
    assert_eq!(listed[0].used_at, listed[0].created_at);
    let left = listed[0].expires_at.duration_since(listed[0].created_at);
    assert!(
        (SignedDuration::from_hours(24 * LIFETIME_DAYS) - left).abs()
            < SignedDuration::from_secs(5)
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_proof_and_a_right_password_that_waits_for_a_code_each_count_for_ten_minutes(
    pool: PgPool,
) {
    let engine = company(&pool).await;
    let sam = identity(&engine, "sam").await;
    let minutes = |n| engine.clock().advance(SignedDuration::from_mins(n));
    let proved = session(&engine, None);
    enter(&proved, &engine, sam, "a browser").await.unwrap();
    assert!(!is_proved(&proved, &engine).await.unwrap());
    prove(&proved, &engine).await.unwrap();
    let half = session(&engine, None);
    let asked = CodeAsked {
        person: sam.person,
        credential: sam.credential,
    };
    wait_for_code(&half, &engine, asked).await.unwrap();
    assert_eq!(super::person_of(&half, &engine).await.unwrap(), None);
    minutes(9);
    assert!(is_proved(&proved, &engine).await.unwrap());
    assert_eq!(code_asked(&half, &engine).await.unwrap(), Some(asked));
    minutes(1);
    assert!(!is_proved(&proved, &engine).await.unwrap());
    assert_eq!(code_asked(&half, &engine).await.unwrap(), None);
}
