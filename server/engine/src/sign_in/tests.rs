use std::{cell::Cell, net::IpAddr};

use futures::future::join_all;
use jiff::SignedDuration;
use sqlx::PgPool;

use super::*;
use crate::{
    demo::PASSWORD,
    password::COMPARED,
    testing::{actor, company, company_with, engine},
};

const HOME: &str = "192.0.2.7";

async fn from(engine: &Engine, address: &str, email: &str, password: &str) -> Result<Identity> {
    let entered = sign_in(engine, email, password, address.parse().unwrap()).await;
    entered.map(Entered::identity)
}

async fn wrong_from(engine: &Engine, address: &str, email: &str) -> Error {
    from(engine, address, email, "not the password")
        .await
        .unwrap_err()
}

/// The seconds to wait, or `None` for another answer.
fn wait(error: &Error) -> Option<i64> {
    match error {
        Error::TooMany {
            retry_after_seconds,
        } => Some(*retry_after_seconds),
        _ => None,
    }
}

/// What is said, and how often a password was compared for it.
async fn said(engine: &Engine, email: &str, password: &str) -> (String, u32) {
    COMPARED
        .scope(Cell::new(0), async {
            let error = from(engine, HOME, email, password).await.unwrap_err();
            (format!("{error:?}"), COMPARED.with(Cell::get))
        })
        .await
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_right_password_signs_in_however_the_email_is_written(pool: PgPool) {
    let engine = company(&pool).await;
    let sam = actor(&engine, "sam").await.id;
    for email in ["sam@example.com", " Sam@Example.COM "] {
        assert_eq!(
            from(&engine, HOME, email, PASSWORD).await.unwrap().person,
            sam
        );
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn an_unknown_email_and_a_wrong_password_are_answered_alike_after_the_same_work(
    pool: PgPool,
) {
    let engine = company(&pool).await;
    sqlx::query!("UPDATE people SET deactivated_at = created_at WHERE email = 'tess@example.com'")
        .execute(&pool)
        .await
        .unwrap();
    sqlx::query!("UPDATE people SET password_hash = NULL WHERE email = 'leo@example.com'")
        .execute(&pool)
        .await
        .unwrap();
    let (wrong, compared) = said(&engine, "sam@example.com", "not the password").await;
    assert_eq!(compared, 1);
    for (email, password) in [
        ("nobody@example.com", "not the password"),
        ("nobody@example.com", ""),
        ("tess@example.com", PASSWORD),
        ("leo@example.com", ""),
        ("", ""),
        ("\0", "\0"),
    ] {
        assert_eq!(
            said(&engine, email, password).await,
            (wrong.clone(), 1),
            "{email}"
        );
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_hundred_guesses_at_once_get_five_tries(pool: PgPool) {
    let engine = company_with(&pool, 16).await;
    for email in ["sam@example.com", "nobody@example.com"] {
        let guesses = (0..100).map(|n| {
            let (engine, address) = (engine.clone(), format!("198.51.100.{n}"));
            async move { wrong_from(&engine, &address, email).await }
        });
        let answers = join_all(guesses).await;
        assert_eq!(
            answers
                .iter()
                .filter(|e| matches!(e, Error::Refused { .. }))
                .count(),
            5,
            "{email}"
        );
        assert_eq!(
            answers.iter().filter(|e| wait(e).is_some()).count(),
            95,
            "{email}"
        );
    }
    // Nobody gets in meanwhile either, not even with the right password.
    assert_eq!(
        wait(
            &from(&engine, HOME, "sam@example.com", PASSWORD)
                .await
                .unwrap_err()
        ),
        Some(1)
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn each_further_failure_of_an_account_doubles_its_wait_up_to_a_quarter_of_an_hour(
    pool: PgPool,
) {
    let engine = company(&pool).await;
    let mut waits = Vec::new();
    for n in 0..17 {
        let address = format!("198.51.100.{n}");
        let Some(seconds) = wait(&wrong_from(&engine, &address, "sam@example.com").await) else {
            continue;
        };
        waits.push(seconds);
        engine.clock().advance(SignedDuration::from_secs(seconds));
        assert_eq!(
            wait(&wrong_from(&engine, &address, "sam@example.com").await),
            None
        );
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn an_address_that_fails_twenty_times_waits_and_no_other(pool: PgPool) {
    let engine = company(&pool).await;
    for n in 0..20 {
        assert_eq!(
            wait(&wrong_from(&engine, HOME, &format!("guess{n}@example.com")).await),
            None
        );
    }
    assert_eq!(
        wait(&wrong_from(&engine, HOME, "another@example.com").await),
        Some(1)
    );
    assert_eq!(
        wait(
            &from(&engine, HOME, "sam@example.com", PASSWORD)
                .await
                .unwrap_err()
        ),
        Some(1)
    );
    assert!(
        from(&engine, "192.0.2.8", "sam@example.com", PASSWORD)
            .await
            .is_ok()
    );
    // The address's wait is not the account's: a refused try counts against nobody.
    let left = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM sign_in_failures WHERE key LIKE 'account:%'"#
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(left, 20);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_addresses_of_one_subscriber_are_counted_together(pool: PgPool) {
    let engine = engine(&pool).await;
    for n in 0..20 {
        let address = format!("2001:db8:1:2:{n}::1");
        assert_eq!(
            wait(&wrong_from(&engine, &address, &format!("guess{n}@example.com")).await),
            None
        );
    }
    assert_eq!(
        wait(&wrong_from(&engine, "2001:db8:1:2::9", "x@example.com").await),
        Some(1)
    );
    assert_eq!(
        wait(&wrong_from(&engine, "2001:db8:1:3::9", "x@example.com").await),
        None
    );
    // The same IPv4 address by either way.
    let mapped: IpAddr = "::ffff:192.0.2.7".parse().unwrap();
    for n in 0..20 {
        let address = if n % 2 == 0 {
            mapped.to_string()
        } else {
            HOME.to_owned()
        };
        wrong_from(&engine, &address, &format!("other{n}@example.com")).await;
    }
    assert_eq!(
        wait(&wrong_from(&engine, HOME, "y@example.com").await),
        Some(1)
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn signing_in_clears_the_accounts_failures_and_not_the_addresss(pool: PgPool) {
    let engine = company(&pool).await;
    for _ in 0..4 {
        assert_eq!(
            wait(&wrong_from(&engine, HOME, "sam@example.com").await),
            None
        );
    }
    from(&engine, HOME, "sam@example.com", PASSWORD)
        .await
        .unwrap();
    let failures = sqlx::query!("SELECT key, failures FROM sign_in_failures")
        .fetch_all(&pool)
        .await
        .unwrap();
    assert_eq!(failures.len(), 1);
    assert_eq!(
        (failures[0].key.as_str(), failures[0].failures),
        ("address:192.0.2.7", 4)
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_right_password_leaves_no_wait_behind(pool: PgPool) {
    let engine = company(&pool).await;
    for n in 0..19 {
        wrong_from(&engine, HOME, &format!("guess{n}@example.com")).await;
    }
    // Counted as the twentieth failure while it was looked at.
    from(&engine, HOME, "sam@example.com", PASSWORD)
        .await
        .unwrap();
    from(&engine, HOME, "tess@example.com", PASSWORD)
        .await
        .unwrap();
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn two_tries_at_one_moment_do_not_wait_for_each_other(pool: PgPool) {
    let engine = company(&pool).await;
    wrong_from(&engine, HOME, "sam@example.com").await;
    from(&engine, HOME, "sam@example.com", PASSWORD)
        .await
        .unwrap();
    // The second one read its clock before the first one wrote.
    engine.clock().advance(SignedDuration::from_secs(-1));
    from(&engine, HOME, "sam@example.com", PASSWORD)
        .await
        .unwrap();
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn failures_are_forgotten_after_a_day(pool: PgPool) {
    let engine = company(&pool).await;
    for _ in 0..5 {
        wrong_from(&engine, HOME, "sam@example.com").await;
    }
    engine.clock().advance(SignedDuration::from_hours(25));
    for _ in 0..4 {
        assert_eq!(
            wait(&wrong_from(&engine, HOME, "sam@example.com").await),
            None,
            "it counts from one again"
        );
    }
    assert_eq!(purge(&engine).await.unwrap(), 0);
    engine.clock().advance(SignedDuration::from_hours(25));
    assert_eq!(purge(&engine).await.unwrap(), 2);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn every_server_counts_the_same_failures(pool: PgPool) {
    let (first, second) = (company(&pool).await, engine(&pool).await);
    for _ in 0..5 {
        wrong_from(&first, HOME, "sam@example.com").await;
    }
    assert_eq!(
        wait(&wrong_from(&second, "192.0.2.8", "sam@example.com").await),
        Some(1)
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_was_typed_into_the_wrong_field_is_not_kept(pool: PgPool) {
    let engine = company(&pool).await;
    wrong_from(&engine, HOME, "my secret password").await;
    let keys = sqlx::query_scalar!("SELECT key FROM sign_in_failures")
        .fetch_all(&pool)
        .await
        .unwrap();
    assert!(keys.iter().all(|key| !key.contains("secret")), "{keys:?}");
}
