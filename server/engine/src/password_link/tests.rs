//! Setting a password by a link: who is sent one, what it does once, and every way in which it does nothing.

use std::net::IpAddr;

use domain::ids::PersonId;
use jiff::SignedDuration;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use super::{Open, Purpose, SendPasswordReset, look, request_reset, send, set_password};
use crate::{
    Engine, Error, Result, job,
    mail::{self, Post},
    sign_in::sign_in,
    test_support::{Company, MIA, SAM, at_once, files},
};

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7));
const NEW: &str = "a password of my own";

async fn company(pool: PgPool) -> Company {
    job::migrate(&pool).await.unwrap();
    Company::new(pool).await
}

async fn link(company: &Company, person: PersonId, purpose: Purpose) -> String {
    let mut tx = company.engine.begin().await.unwrap();
    let token = send(&mut tx, &company.engine, person, purpose)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    token
}

async fn set(company: &Company, token: &str, new: &str) -> Result<()> {
    set_password(&company.engine, token, HERE, new).await
}

async fn opens(company: &Company, token: &str) -> bool {
    look(&company.engine, token, HERE).await.unwrap().is_some()
}

async fn lets_in(engine: &Engine, email: &str, password: &str) -> bool {
    sign_in(engine, email, password, HERE).await.is_ok()
}

/// That it opens nothing and sets nothing.
async fn is_dead(company: &Company, token: &str) {
    assert!(!opens(company, token).await);
    let set = set(company, token, "another long password").await;
    assert!(matches!(set, Err(Error::Stale(_))), "{set:?}");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn an_invitation_sets_the_first_password_once_and_ends_every_session(pool: PgPool) {
    let company = company(pool).await;
    let token = link(&company, SAM, Purpose::Invitation).await;
    let other = link(&company, SAM, Purpose::Reset).await;
    let open = look(&company.engine, &token, HERE).await.unwrap().unwrap();
    let invited = Open {
        purpose: Purpose::Invitation,
        name: "Sam Stone".to_owned(),
        email: "sam@example.com".to_owned(),
    };
    assert_eq!(open, invited);
    let session = "INSERT INTO sessions (id_hash, person_id, data, created_at, expires_at) VALUES ('\\x01', 1, '{}', now(), now())";
    company.run(session).await;
    assert!(!lets_in(&company.engine, "sam@example.com", NEW).await);
    set(&company, &token, NEW).await.unwrap();
    assert!(lets_in(&company.engine, "sam@example.com", NEW).await);
    assert_eq!(company.number("SELECT count(*) FROM sessions").await, 0);
    is_dead(&company, &token).await;
    is_dead(&company, &other).await;
    let said = "SELECT event || ' ' || way || ' ' || actor_id FROM transitions WHERE subject_kind = 'person' AND subject_id = 1 ORDER BY seq DESC LIMIT 1";
    assert_eq!(company.text(said).await, "set_password link 1");
}

/// The newest mail as the outbox shows it.
async fn newest_mail(company: &Company) -> String {
    let (engine, stop) = (&company.engine, CancellationToken::new());
    mail::deliver_due(engine, &files(), &Post::default(), &stop)
        .await
        .unwrap();
    let id = company.number("SELECT max(id) FROM deliveries").await;
    mail::get(engine, id).await.unwrap().text.unwrap()
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_mail_brings_the_link_until_it_was_used(pool: PgPool) {
    let company = company(pool).await;
    let token = link(&company, SAM, Purpose::Invitation).await;
    let kept = "SELECT string_agg(d::text || l::text, '') FROM deliveries d, password_links l";
    assert!(
        !company.text(kept).await.contains(&token),
        "who reads the database has no link"
    );
    let brings = format!("/reset/{token}");
    assert!(newest_mail(&company).await.contains(&brings));
    set(&company, &token, NEW).await.unwrap();
    let text = newest_mail(&company).await;
    assert!(!text.contains("/reset/"), "{text}");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_link_expires_after_its_time_an_invitation_later_than_a_reset(pool: PgPool) {
    let company = company(pool).await;
    let (invitation, reset) = (
        link(&company, SAM, Purpose::Invitation).await,
        link(&company, MIA, Purpose::Reset).await,
    );
    let clock = company.engine.clock();
    clock.advance(SignedDuration::from_mins(59));
    assert!(opens(&company, &reset).await);
    clock.advance(SignedDuration::from_mins(1));
    is_dead(&company, &reset).await;
    clock.advance(SignedDuration::from_hours(7 * 24 - 2));
    assert!(opens(&company, &invitation).await);
    clock.advance(SignedDuration::from_hours(1));
    is_dead(&company, &invitation).await;
    clock.advance(SignedDuration::from_hours(31 * 24));
    assert_eq!(super::purge(&company.engine).await.unwrap(), 2);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn another_email_another_password_and_leaving_end_a_link(pool: PgPool) {
    let company = company(pool).await;
    for change in [
        "email = 'samuel@example.com'",
        "credential_version = credential_version + 1",
        "deactivated_at = '2026-03-01Z'",
    ] {
        let token = link(&company, SAM, Purpose::Reset).await;
        assert!(opens(&company, &token).await);
        company
            .run(&format!("UPDATE people SET {change} WHERE id = {SAM}"))
            .await;
        is_dead(&company, &token).await;
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_password_that_is_too_short_is_refused_and_the_link_goes_on_working(pool: PgPool) {
    let company = company(pool).await;
    let token = link(&company, SAM, Purpose::Reset).await;
    for bad in ["short", "sam@example.com"] {
        match set(&company, &token, bad).await {
            Err(Error::Invalid(faults)) => assert_eq!(faults[0].field, "new_password"),
            other => panic!("{other:?}"),
        }
    }
    set(&company, &token, NEW).await.unwrap();
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn of_two_links_used_at_once_one_wins(pool: PgPool) {
    let company = company(pool).await;
    let one = link(&company, SAM, Purpose::Reset).await;
    let other = link(&company, SAM, Purpose::Reset).await;
    let tries = [one.clone(), one, other].map(|token| {
        let company = company.clone();
        async move { set(&company, &token, NEW).await }
    });
    let outcomes = at_once(tries).await;
    assert_eq!(
        outcomes.iter().filter(|set| set.is_ok()).count(),
        1,
        "{outcomes:?}"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn asking_for_a_link_does_the_same_whether_anybody_has_the_email(pool: PgPool) {
    let company = company(pool).await;
    let kept = "SELECT task_identifier, (SELECT count(*) FROM deliveries) AS mails, (SELECT count(*) FROM password_links) AS links
        FROM graphile_worker.jobs ORDER BY id DESC LIMIT 1";
    let mut left = Vec::new();
    for email in [" Sam@Example.com ", "nobody@example.com"] {
        request_reset(&company.engine, email, HERE).await.unwrap();
        left.push(company.rows(kept).await);
    }
    assert_eq!(
        left[0], left[1],
        "nothing is found out while somebody waits"
    );
    for email in ["sam@example.com", "nobody@example.com"] {
        let email = email.to_owned();
        SendPasswordReset { email }
            .send(&company.engine)
            .await
            .unwrap();
    }
    let mails = "SELECT address, person_id, headline FROM deliveries";
    let mailed = serde_json::json!([
        { "address": "sam@example.com", "person_id": 1, "headline": "Set a new password" }
    ]);
    assert_eq!(company.rows(mails).await, mailed);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn who_asks_too_often_waits_and_can_sign_in_all_the_while(pool: PgPool) {
    let company = company(pool).await;
    let token = link(&company, SAM, Purpose::Reset).await;
    set(&company, &token, NEW).await.unwrap();
    let mut slowed = 0;
    for _ in 0..8 {
        match request_reset(&company.engine, "sam@example.com", HERE).await {
            Ok(()) => {}
            Err(Error::TooMany { .. }) => slowed += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(slowed > 0);
    assert!(lets_in(&company.engine, "sam@example.com", NEW).await);
    let unknown = look(&company.engine, "guess", HERE).await;
    assert!(matches!(unknown, Err(Error::NotFound)), "{unknown:?}");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_password_set_by_a_link_forgives_the_guesses_of_others(pool: PgPool) {
    let company = company(pool).await;
    let elsewhere = IpAddr::from([198, 51, 100, 1]);
    for n in 0..8 {
        let guess = format!("guess {n}");
        let _ = sign_in(&company.engine, "sam@example.com", &guess, elsewhere).await;
    }
    let token = link(&company, SAM, Purpose::Reset).await;
    set(&company, &token, NEW).await.unwrap();
    assert!(lets_in(&company.engine, "sam@example.com", NEW).await);
}
