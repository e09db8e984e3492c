//! The demo's clock over HTTP: who sees it, what a jump does, what every page says afterwards.

use axum::http::StatusCode;
use sqlx::PgPool;

use crate::http::{App, sent};

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn an_administrator_jumps_ahead_after_being_asked_and_every_page_says_so(pool: PgPool) {
    let app = App::new(pool).await;
    let ada = app.sign_in("ada").await;
    let page = app.get("/admin/clock", Some(&ada)).await;
    assert_eq!(page.status, StatusCode::OK);
    for part in [
        "Jump ahead",
        "/admin/clock/jump?number=3&amp;unit=days",
        "Nothing",
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    let asked = app
        .get("/admin/clock/jump?number=3&unit=days", Some(&ada))
        .await;
    assert!(
        asked.body.contains("Jump ahead by 3 days"),
        "{}",
        asked.body
    );
    let moved = "The demo's clock was moved ahead by";
    assert!(!asked.body.contains(moved), "asking moves nothing");
    assert!(app.engine.clock().moved().is_zero());

    let (to, told) = sent(&app, "/fn/jump_clock", &ada, "number=3&unit=days").await;
    assert_eq!(to, "/admin/clock");
    assert!(
        told.body.contains("The clock went ahead by 3 days."),
        "{}",
        told.body
    );
    assert_eq!(app.engine.clock().moved().as_hours(), 72);
    let sam = app.sign_in("sam").await;
    for (path, cookie) in [
        ("/", Some(&*sam)),
        ("/approvals", Some(&*ada)),
        ("/login", None),
        ("/nowhere", Some(&*sam)),
    ] {
        let page = app.get(path, cookie).await;
        assert!(
            page.body.contains(&format!("{moved} 3 days")),
            "{path}: {}",
            page.body
        );
    }
    let audit = app.get("/admin/audit?kind=organisation", Some(&ada)).await;
    assert!(audit.body.contains("Clock moved"), "{}", audit.body);
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_jump_that_is_none_is_said_so_beside_its_field(pool: PgPool) {
    let app = App::new(pool).await;
    let ada = app.sign_in("ada").await;
    for number in ["", "0", "-3", "one", "99999999999999999999", "1.5", "9999"] {
        let path = format!("/admin/clock/jump?number={number}&unit=days");
        let page = app.get(&path, Some(&ada)).await;
        assert!(
            page.body.contains("The clock goes ahead only."),
            "{number}: {}",
            page.body
        );
        let body = format!("number={number}&unit=days");
        let (to, _) = sent(&app, "/fn/jump_clock", &ada, &body).await;
        assert_eq!(to, "/admin/clock/jump", "{number}");
    }
    assert!(app.engine.clock().moved().is_zero());
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn there_is_no_clock_for_others_nor_outside_of_a_demo(pool: PgPool) {
    let app = App::with(pool.clone(), |served| served.demo = false).await;
    let (ada, sam) = (app.sign_in("ada").await, app.sign_in("sam").await);
    for path in ["/admin/clock", "/admin/clock/jump?number=1&unit=days"] {
        assert_eq!(
            app.get(path, Some(&sam)).await.status,
            StatusCode::FORBIDDEN
        );
    }
    sqlx::query!("UPDATE organisation SET demo = false")
        .execute(&pool)
        .await
        .unwrap();
    for path in ["/admin/clock", "/admin/clock/jump?number=1&unit=days"] {
        assert_eq!(
            app.get(path, Some(&ada)).await.status,
            StatusCode::NOT_FOUND
        );
    }
    let (_, told) = sent(&app, "/fn/jump_clock", &ada, "number=1&unit=days").await;
    assert_eq!(told.status, StatusCode::NOT_FOUND);
    assert!(app.engine.clock().moved().is_zero());
    let home = app.get("/", Some(&ada)).await;
    assert!(!home.body.contains("/admin/clock"), "{}", home.body);
}
