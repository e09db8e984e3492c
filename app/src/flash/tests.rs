//! A flash is its session's, is read until replaced, and two tabs do not overwrite each other.

use std::sync::Arc;

use engine::{AuditKey, Clock, session_store::PostgresStore};
use sqlx::PgPool;

use super::*;

async fn engine(pool: PgPool) -> Engine {
    let key = AuditKey::new(vec![7; 32]).unwrap();
    Engine::open(pool, Clock::system(), key).await.unwrap()
}

fn session(engine: &Engine) -> Session {
    Session::new(None, Arc::new(PostgresStore::new(engine.clone())), None)
}

fn said(text: &str) -> Flash {
    Flash {
        status: 200,
        notice: Some(text.to_owned()),
        ..Flash::default()
    }
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn two_tabs_each_read_their_own_as_often_as_they_like(pool: PgPool) {
    let engine = engine(pool).await;
    let (session, first, second) = (session(&engine), Uuid::new_v4(), Uuid::new_v4());
    assert!(put(&engine, &session, first, &said("one")).await.unwrap());
    assert!(put(&engine, &session, second, &said("two")).await.unwrap());
    for _ in 0..2 {
        assert_eq!(
            get(&engine, &session, Some(first.to_string()))
                .await
                .unwrap(),
            said("one")
        );
        assert_eq!(
            get(&engine, &session, Some(second.to_string()))
                .await
                .unwrap(),
            said("two")
        );
    }
    assert!(put(&engine, &session, first, &said("three")).await.unwrap());
    assert_eq!(
        get(&engine, &session, Some(first.to_string()))
            .await
            .unwrap(),
        said("three")
    );
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn another_session_reads_nothing_of_it(pool: PgPool) {
    let engine = engine(pool).await;
    let (mine, other, id) = (session(&engine), session(&engine), Uuid::new_v4());
    put(&engine, &mine, id, &said("secret")).await.unwrap();
    put(&engine, &other, Uuid::new_v4(), &said("mine"))
        .await
        .unwrap();
    assert_eq!(
        get(&engine, &other, Some(id.to_string())).await.unwrap(),
        Flash::default()
    );
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_form_too_large_to_keep_is_not_kept(pool: PgPool) {
    let engine = engine(pool).await;
    let session = session(&engine);
    let long = said(&"a".repeat(engine::flash::MAX_BYTES));
    assert!(!put(&engine, &session, Uuid::new_v4(), &long).await.unwrap());
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn an_address_that_names_no_flash_says_nothing(pool: PgPool) {
    let engine = engine(pool).await;
    let session = session(&engine);
    for key in [None, Some("x".to_owned()), Some(Uuid::new_v4().to_string())] {
        assert_eq!(get(&engine, &session, key).await.unwrap(), Flash::default());
    }
}

#[test]
fn what_was_typed_is_shown_by_the_form_it_was_typed_into_and_by_no_other() {
    let flash = Flash {
        form: "/fn/approve".to_owned(),
        status: 422,
        values: Fields::parse(b"note=Because"),
        errors: vec![FieldError::new("note", "Too short.")],
        ..Flash::default()
    };
    assert_eq!(flash.typed_text("/fn/approve", "note"), "Because");
    assert_eq!(
        flash.errors_of("/fn/approve").of("note").as_deref(),
        Some("Too short.")
    );
    assert_eq!(flash.typed_text("/fn/reject", "note"), "");
    assert!(flash.errors_of("/fn/reject").is_empty());
}
