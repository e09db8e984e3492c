//! Every address with everyone: nobody, the wrong person, the right one.

use std::collections::BTreeSet;

use app::routes::{App as Pages, FILES, ROUTES, RouteRow};
use axum::http::StatusCode;
use domain::permission::{Area, may_enter};
use sqlx::PgPool;

use crate::http::App;

/// An address of the row. There is no such record: what a page says then is its own answer.
fn address(row: &RouteRow) -> String {
    row.pattern
        .replace("{id}", "999999999")
        .replace("{event}", "reject")
        .replace("{name}", "purchase_order")
        .replace("{token}", "0123456789abcdef")
}

async fn ask(app: &App, row: &RouteRow, cookie: Option<&str>) -> crate::http::Answer {
    let address = address(row);
    assert!(
        !address.contains('{'),
        "say above what stands for: {address}"
    );
    match row.method {
        "GET" => app.get(&address, cookie).await,
        "POST" => app.post(&address, cookie, "").await,
        other => panic!("no test knows how to {other}"),
    }
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn nobody_gets_past_the_sign_in_page_but_to_what_is_public(pool: PgPool) {
    let app = App::new(pool).await;
    for row in ROUTES.iter().chain(FILES) {
        let answer = ask(&app, row, None).await;
        let sent_away = match answer.status {
            StatusCode::SEE_OTHER => {
                answer.location() == "/login" || answer.location().starts_with("/login?next=")
            }
            StatusCode::UNAUTHORIZED => answer.body.contains("so nothing was done. Sign in"),
            _ => false,
        };
        if row.area == Area::Public {
            assert_ne!(answer.status, StatusCode::UNAUTHORIZED, "{row:?}");
            assert!(!answer.status.is_server_error(), "{row:?}: {}", answer.body);
        } else {
            assert!(
                sent_away,
                "{row:?}: {} {}",
                answer.status,
                answer.location()
            );
        }
    }
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn everyone_gets_where_their_offices_lead_and_nowhere_else(pool: PgPool) {
    let app = App::new(pool).await;
    for name in ["ada", "aud", "sam", "fay", "pat", "carla"] {
        let actor = engine::demo::actor(&app.engine, name).await.unwrap();
        for row in ROUTES.iter().chain(FILES) {
            // Actions may end the session, signing out for one.
            let cookie = app.sign_in(name).await;
            let answer = ask(&app, row, Some(&cookie)).await;
            let said = format!("{name}, {row:?}: {} {}", answer.status, answer.body);
            if may_enter(row.area, Some(&actor)) {
                assert_ne!(answer.status, StatusCode::FORBIDDEN, "{said}");
                assert!(!answer.status.is_server_error(), "{said}");
                if row.pattern.starts_with("/fn/") {
                    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{said}");
                }
            } else {
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{said}");
                assert!(answer.body.contains("Not allowed"), "{said}");
            }
        }
    }
}

#[test]
fn every_page_and_action_has_its_row_and_every_row_its_page_or_action() {
    let rows: BTreeSet<(String, String)> = ROUTES
        .iter()
        .map(|row| (row.method.to_owned(), row.pattern.to_owned()))
        .collect();
    let pages = leptos_axum::generate_route_list(Pages);
    let pages = pages
        .iter()
        .map(|page| ("GET".to_owned(), page.path().to_owned()));
    let actions = server_fn::axum::server_fn_paths()
        .map(|(path, method)| (method.to_string(), path.to_owned()));
    let served: BTreeSet<(String, String)> = pages.chain(actions).collect();
    assert_eq!(rows, served);
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn an_unknown_address_is_a_page_that_says_so(pool: PgPool) {
    let app = App::new(pool).await;
    let cookie = app.sign_in("sam").await;
    for cookie in [None, Some(&*cookie)] {
        for path in [
            "/nowhere",
            "/purchase-orders/",
            "//example.com",
            "/fn/nothing",
            "/fn/save_purchase_order",
        ] {
            let answer = app.get(path, cookie).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert!(answer.body.contains("Not found"), "{path}: {}", answer.body);
            assert!(answer.header("content-type").starts_with("text/html"));
        }
        let answer = app.post("/fn/nothing", cookie, "").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        let answer = app.post("/purchase-orders", cookie, "").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    let answer = app.get("/nowhere", Some(&cookie)).await;
    assert!(
        answer.body.contains("Sam Stone"),
        "the frame is there: {}",
        answer.body
    );
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn signing_in_leads_back_to_what_was_asked_for(pool: PgPool) {
    let app = App::new(pool).await;
    let answer = app.get("/purchase-orders?state=draft&q=a%20b", None).await;
    assert_eq!(
        answer.location(),
        "/login?next=%2Fpurchase-orders%3Fstate%3Ddraft%26q%3Da%2520b"
    );
    assert_eq!(app.get("/", None).await.location(), "/login");

    let posted = |referer: &'static str| {
        let request = crate::http::form("/fn/save_purchase_order").header("referer", referer);
        app.send(request.body(axum::body::Body::empty()).unwrap())
    };
    let next = "name=\"next\" value=\"";
    let ours = posted("http://127.0.0.1:3000/purchase-orders/new").await;
    assert!(ours.body.contains(&format!("{next}/purchase-orders/new\"")));
    for elsewhere in [
        "https://evil.example/purchase-orders/new",
        "http://127.0.0.1:3000//evil.example/",
    ] {
        let answer = posted(elsewhere).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(!answer.body.contains(next), "{}", answer.body);
    }
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_script_is_told_by_the_status_that_it_must_sign_in(pool: PgPool) {
    let app = App::new(pool).await;
    let request = crate::http::from_this_machine(axum::http::Request::get("/purchase-orders"));
    let answer = app
        .send(request.body(axum::body::Body::empty()).unwrap())
        .await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.header("content-type").starts_with("text/plain"));
    assert!(
        answer.body.contains(answer.header("x-request-id")),
        "{}",
        answer.body
    );
}
