use serde_json::json;
use sqlx::PgPool;

use super::*;
use crate::test_support::Company;

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_flash_is_read_by_its_owner_only_until_it_is_replaced(pool: PgPool) {
    let company = Company::new(pool).await;
    let engine = &company.engine;
    let (one, two) = (Uuid::new_v4(), Uuid::new_v4());
    assert!(put(engine, b"mine", one, &"first").await.unwrap());
    assert!(put(engine, b"mine", two, &"other tab").await.unwrap());
    assert!(put(engine, b"theirs", one, &"theirs").await.unwrap());
    let read = async |owner: &'static [u8], id| get::<String>(engine, owner, id).await.unwrap();
    assert_eq!(read(b"mine", one).await.as_deref(), Some("first"));
    assert_eq!(
        read(b"mine", one).await.as_deref(),
        Some("first"),
        "read again"
    );
    assert_eq!(read(b"mine", two).await.as_deref(), Some("other tab"));
    assert_eq!(read(b"theirs", one).await.as_deref(), Some("theirs"));
    assert_eq!(read(b"theirs", two).await, None);
    assert!(put(engine, b"mine", one, &"second").await.unwrap());
    assert_eq!(read(b"mine", one).await.as_deref(), Some("second"));
    assert_eq!(read(b"theirs", one).await.as_deref(), Some("theirs"));
    // A page of another build that cannot read it shows none.
    assert_eq!(get::<Vec<i32>>(engine, b"mine", one).await.unwrap(), None);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_flash_of_up_to_64_kb_is_kept_whatever_it_is_made_of_and_a_larger_one_refused(
    pool: PgPool,
) {
    let company = Company::new(pool).await;
    let engine = &company.engine;
    let id = Uuid::new_v4();
    // Two bytes of JSON a value: what grows most in the database.
    let numbers = vec![1; MAX_BYTES / 2 - 1];
    let quotes = "\"\\\n".repeat((MAX_BYTES - 2) / 6);
    let pairs: serde_json::Map<_, _> = (0..4000).map(|i| (i.to_string(), json!(1))).collect();
    for body in [json!(numbers), json!(quotes), json!(pairs)] {
        assert!(put(engine, b"mine", id, &body).await.unwrap());
        assert_eq!(get(engine, b"mine", id).await.unwrap(), Some(body));
    }
    let full = "x".repeat(MAX_BYTES - 2);
    assert!(put(engine, b"mine", id, &full).await.unwrap());
    assert!(!put(engine, b"mine", id, &format!("{full}x")).await.unwrap());
    assert_eq!(
        get(engine, b"mine", id).await.unwrap(),
        Some(full),
        "the one before stays"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn characters_that_postgres_does_not_hold_are_dropped_and_all_others_kept(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = Uuid::new_v4();
    let typed = json!({ "note": "a\0b\u{1}\u{fffe}🪑", "lines\0": ["\0"] });
    assert!(put(&company.engine, b"mine", id, &typed).await.unwrap());
    let kept: Option<Value> = get(&company.engine, b"mine", id).await.unwrap();
    assert_eq!(
        kept,
        Some(json!({ "note": "ab\u{1}\u{fffe}🪑", "lines": [""] }))
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_flash_is_forgotten_after_a_day(pool: PgPool) {
    let company = Company::new(pool).await;
    let (old, new) = (Uuid::new_v4(), Uuid::new_v4());
    put(&company.engine, b"mine", old, &1).await.unwrap();
    company.hour();
    put(&company.engine, b"mine", new, &2).await.unwrap();
    company
        .engine
        .clock()
        .advance(jiff::SignedDuration::from_hours(24));
    assert_eq!(purge(&company.engine).await.unwrap(), 1);
    assert_eq!(
        get::<i32>(&company.engine, b"mine", old).await.unwrap(),
        None
    );
    assert_eq!(
        get::<i32>(&company.engine, b"mine", new).await.unwrap(),
        Some(2)
    );
}
