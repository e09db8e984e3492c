use domain::{ids::PersonId, role::Role};
use jiff::SignedDuration;
use sqlx::PgPool;

use super::*;
use crate::{
    demo::PASSWORD,
    person::{change_password, set_time_zone, signed_in},
    sign_in::sign_in,
    testing::{assert_history_holds, company},
};

const NEW: &str = "another long one";

async fn lets_in(engine: &Engine, password: &str) -> bool {
    sign_in(engine, "sam@example.com", password, [192, 0, 2, 1].into())
        .await
        .is_ok()
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_changed_password_signs_out_everywhere_and_is_the_only_one_that_works(pool: PgPool) {
    let engine = company(&pool).await;
    let sam = id(&engine, "sam").await;
    let before = sign_in(&engine, "sam@example.com", PASSWORD, [192, 0, 2, 1].into())
        .await
        .unwrap()
        .identity();
    sqlx::query!(
        "INSERT INTO sessions (id_hash, person_id, data, created_at, expires_at) VALUES ('\\x01', $1, '{}', now(), now())",
        sam.0,
    )
    .execute(&pool)
    .await
    .unwrap();

    let after = change_password(&engine, sam, request(), PASSWORD, NEW)
        .await
        .unwrap();

    assert_ne!(after, before, "a sign-in under way is not let in");
    let sessions = sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM sessions"#)
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(sessions, 0);
    assert!(lets_in(&engine, NEW).await);
    assert!(!lets_in(&engine, PASSWORD).await);
    let (event, by, data) = newest(&engine, sam).await;
    assert_eq!(
        (event.as_str(), by.as_deref()),
        ("change_password", Some("Sam Stone"))
    );
    assert_eq!(data, serde_json::json!({}));
    assert_history_holds(&engine).await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_password_is_changed_by_whoever_knows_it(pool: PgPool) {
    let engine = company(&pool).await;
    let sam = id(&engine, "sam").await;
    for (current, new, field) in [
        ("not the password", NEW, "current_password"),
        (PASSWORD, "short", "new_password"),
        (PASSWORD, "sam@example.com", "new_password"),
    ] {
        let error = change_password(&engine, sam, request(), current, new)
            .await
            .unwrap_err();
        assert_eq!(fields(&error), [field]);
    }
    assert!(lets_in(&engine, PASSWORD).await);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn guessing_the_password_of_an_open_session_is_slowed_like_guessing_at_sign_in(pool: PgPool) {
    let engine = company(&pool).await;
    let sam = id(&engine, "sam").await;
    for _ in 0..5 {
        change_password(&engine, sam, request(), "not the password", NEW)
            .await
            .unwrap_err();
    }
    let error = change_password(&engine, sam, request(), PASSWORD, NEW)
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::TooMany {
                retry_after_seconds: 1
            }
        ),
        "{error:?}"
    );
    assert!(!lets_in(&engine, PASSWORD).await);
    engine.clock().advance(SignedDuration::from_secs(1));
    assert!(lets_in(&engine, PASSWORD).await);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn people_choose_the_time_zone_they_read_times_in(pool: PgPool) {
    let engine = company(&pool).await;
    let sam = id(&engine, "sam").await;
    let error = set_time_zone(&engine, sam, form(&engine, sam).await, "Moon/Tranquility")
        .await
        .unwrap_err();
    assert_eq!(fields(&error), ["time_zone"]);
    set_time_zone(&engine, sam, form(&engine, sam).await, "Asia/Tokyo")
        .await
        .unwrap();
    assert_eq!(
        signed_in(&engine, sam).await.unwrap().unwrap().time_zone,
        "Asia/Tokyo"
    );
    assert_eq!(
        newest(&engine, sam).await.2["time_zone"],
        serde_json::json!({ "from": "UTC", "to": "Asia/Tokyo" })
    );
    assert_history_holds(&engine).await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn whoever_asks_is_known_in_one_statement_and_only_while_active(pool: PgPool) {
    let engine = company(&pool).await;
    let mia = signed_in(&engine, id(&engine, "mia").await)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (mia.actor.name.as_str(), mia.email.as_str()),
        ("Mia Moss", "mia@example.com")
    );
    assert!(mia.actor.is_manager && mia.actor.roles.is_empty() && !mia.actor.override_approvals);
    let vik = actor(&engine, "vik").await;
    assert_eq!((vik.roles, vik.override_approvals), (vec![Role::Vp], true));
    assert!(!actor(&engine, "sam").await.is_manager);
    assert_eq!(signed_in(&engine, PersonId(999)).await.unwrap(), None);
    sqlx::query!("UPDATE people SET deactivated_at = created_at WHERE id IN ($1, (SELECT id FROM people WHERE name = 'Sam Stone'), (SELECT id FROM people WHERE name = 'Tess Tran'))", mia.actor.id.0)
        .execute(&pool)
        .await
        .unwrap();
    assert_eq!(signed_in(&engine, mia.actor.id).await.unwrap(), None);
}
