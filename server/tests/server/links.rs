//! Links from emails over HTTP, signed out and in: what they show, when they act, and what stays out of the database.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use domain::{ids::PurchaseOrderId, purchase_order::State};
use engine::{
    approval_link::{address, issue},
    purchase_order::record,
};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    http::{Answer, App, form, page, renewed, sent},
    invariants::texts,
    orders,
};

/// The token of somebody's link to what an order waits for.
pub async fn token(app: &App, order: PurchaseOrderId, name: &str) -> String {
    let person = engine::demo::actor(&app.engine, name).await.unwrap().id;
    let asked =
        format!("SELECT id::text FROM decisions WHERE subject_id = {order} AND verdict IS NULL");
    let mut db = app.engine.pool().acquire().await.unwrap();
    let decision = texts(&mut db, &asked).await[0].parse().unwrap();
    drop(db);
    let mut tx = app.engine.begin().await.unwrap();
    let link = issue(&mut tx, &app.engine, decision, person).await;
    tx.commit().await.unwrap();
    link.unwrap().unwrap().token(&app.engine)
}

pub async fn state(app: &App, order: PurchaseOrderId) -> (State, i32) {
    let ada = engine::demo::actor(&app.engine, "ada").await.unwrap();
    let record = record(&app.engine, &ada, order).await.unwrap();
    (record.order.state, record.version)
}

/// What the page of a link sends, from a page that shows the order as it is now.
pub async fn fields(app: &App, order: PurchaseOrderId, token: &str, more: &str) -> String {
    let (_, version) = state(app, order).await;
    let request = Uuid::new_v4();
    format!("request_id={request}&id={order}&version={version}&token={token}&{more}")
}

fn text(answer: &Answer) -> String {
    answer.body.replace("<!>", "")
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_scanner_that_follows_every_link_a_hundred_times_changes_nothing(pool: PgPool) {
    let app = App::new(pool).await;
    let order = orders::submitted(&app.engine, "900").await;
    let token = token(&app, order, "mia").await;
    let before = state(&app, order).await;
    let query = "approve=1&intent=approve&category=price&reason=x&request_id=6b1b36cb-8a1e-4b3a-9d5e-000000000000&version=2";
    for n in 0..100 {
        let end = ["", "/reject"][n % 2];
        let path = format!("{}{end}?{query}", address(&token));
        let mut request = page(&path).body(Body::empty()).unwrap();
        if n % 4 > 1 {
            *request.method_mut() = axum::http::Method::HEAD;
        }
        let answer = app.send(request).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
    }
    for action in ["approve_by_link", "reject_by_link"] {
        let answer = app
            .get(&format!("/fn/{action}?token={token}&{query}"), None)
            .await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(state(&app, order).await, before);
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn who_is_signed_out_approves_by_the_link_and_it_says_so_afterwards(pool: PgPool) {
    let app = App::new(pool).await;
    let order = orders::submitted(&app.engine, "900").await;
    let token = token(&app, order, "mia").await;
    let shown = app.get(&address(&token), None).await;
    let said = text(&shown);
    for words in [
        &*format!("PO-{order}"),
        "This link is Mia Moss's",
        "Decide as Mia Moss",
        "You manage Sam Stone",
        "900.00",
        "Northwind Supply",
        "Approve",
        "Reject",
        "Sign in to read files and comments",
    ] {
        assert!(
            said.contains(&words.replace('\'', "&#x27;")) || said.contains(words),
            "{words}: {said}"
        );
    }
    let body = fields(&app, order, &token, "note=From+the+train").await;
    for _ in 0..2 {
        let done = app.post("/fn/approve_by_link", None, &body).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert_eq!(done.location(), address(&token));
    }
    assert_eq!(state(&app, order).await.0, State::Approved);
    let used = app.get(&address(&token), None).await;
    assert_eq!(used.status, StatusCode::OK);
    let said = text(&used);
    assert!(
        said.contains("was approved by Mia Moss") && said.contains("Sign in"),
        "{said}"
    );
    let again = fields(&app, order, &token, "").await;
    let refused = app.post("/fn/reject_by_link", None, &again).await;
    let shown = app
        .get(refused.location(), renewed(&refused).as_deref())
        .await;
    assert!(
        text(&shown).contains("This link works once"),
        "{}",
        shown.body
    );
    assert_eq!(state(&app, order).await.0, State::Approved);
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn rejecting_by_a_link_asks_for_category_and_reason_and_shows_what_was_typed_again(
    pool: PgPool,
) {
    let app = App::new(pool).await;
    let order = orders::submitted(&app.engine, "900").await;
    let token = token(&app, order, "mia").await;
    let asked = app
        .get(&format!("{}/reject?note=Hm", address(&token)), None)
        .await;
    let said = text(&asked);
    for words in ["Reason category", "Hm", "Reject PO-"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let incomplete = fields(&app, order, &token, "category=&reason=Far+too+dear").await;
    let refused = app.post("/fn/reject_by_link", None, &incomplete).await;
    assert!(
        refused
            .location()
            .starts_with(&format!("{}/reject?f=", address(&token)))
    );
    let cookie = renewed(&refused).unwrap();
    let shown = app.get(refused.location(), Some(&cookie)).await;
    assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(&shown).contains("Far too dear"), "{}", shown.body);
    assert_eq!(state(&app, order).await.0, State::PendingApproval);
    let whole = fields(&app, order, &token, "category=price&reason=Far+too+dear").await;
    app.post("/fn/reject_by_link", Some(&cookie), &whole).await;
    assert_eq!(state(&app, order).await.0, State::Rejected);
    let sam = app.sign_in("sam").await;
    let record = app
        .get(&engine::purchase_order::address(order), Some(&sam))
        .await;
    assert!(text(&record).contains("email link"), "{}", record.body);
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn who_is_signed_in_as_somebody_else_is_told_whose_link_it_is_and_acts_as_that_person(
    pool: PgPool,
) {
    let app = App::new(pool).await;
    let order = orders::submitted(&app.engine, "900").await;
    let token = token(&app, order, "mia").await;
    let (mia, tess) = (app.sign_in("mia").await, app.sign_in("tess").await);
    let own = text(&app.get(&address(&token), Some(&mia)).await);
    assert!(!own.contains("done as Mia Moss"), "{own}");
    let others = text(&app.get(&address(&token), Some(&tess)).await);
    assert!(
        others.contains("You are signed in as Tess Tran"),
        "{others}"
    );
    assert!(others.contains("done as Mia Moss"), "{others}");
    let body = fields(&app, order, &token, "").await;
    let (to, _) = sent(&app, "/fn/approve_by_link", &tess, &body).await;
    assert_eq!(to, address(&token));
    let ada = app.sign_in("ada").await;
    let record = app
        .get(&engine::purchase_order::address(order), Some(&ada))
        .await;
    let said = text(&record);
    assert!(
        !said.contains("Tess Tran") && said.contains("email link"),
        "{said}"
    );
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_link_that_is_not_known_or_does_nothing_any_more_says_so_and_offers_to_sign_in(
    pool: PgPool,
) {
    let app = App::new(pool).await;
    let order = orders::submitted(&app.engine, "900").await;
    for odd in [
        "0123456789abcdef",
        "%2e%2e%2flogin",
        "a%0d%0ab",
        "%f0%9f%99%82",
    ] {
        let answer = app.get(&format!("/a/{odd}"), None).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{odd}");
        let said = text(&answer);
        assert!(
            said.contains("This link is not known") && said.contains("Sign in"),
            "{said}"
        );
        let posted = app
            .post("/fn/approve_by_link", None, &format!("token={odd}"))
            .await;
        assert_eq!(posted.status, StatusCode::SEE_OTHER);
        assert!(
            posted.location().starts_with("/a/"),
            "{}",
            posted.location()
        );
    }
    let token = token(&app, order, "tess").await;
    let answer = app.get(&address(&token), None).await;
    assert_eq!(answer.status, StatusCode::GONE);
    let said = text(&answer);
    assert!(
        said.contains("not Tess Tran") && said.contains("Sign in"),
        "{said}"
    );
    assert!(
        !said.contains("900.00"),
        "what it is about stays unseen: {said}"
    );
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_form_of_another_site_does_nothing_by_a_link(pool: PgPool) {
    let app = App::new(pool).await;
    let order = orders::submitted(&app.engine, "900").await;
    let token = token(&app, order, "mia").await;
    let body = fields(&app, order, &token, "").await;
    let mut request: Request<Body> = form("/fn/approve_by_link").body(Body::from(body)).unwrap();
    let headers = request.headers_mut();
    headers.insert("origin", "https://evil.example".parse().unwrap());
    headers.insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(app.send(request).await.status, StatusCode::FORBIDDEN);
    assert_eq!(state(&app, order).await.0, State::PendingApproval);
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn no_table_holds_the_token_of_a_link_that_was_looked_at_mistyped_and_used(pool: PgPool) {
    let app = App::new(pool.clone()).await;
    let order = orders::submitted(&app.engine, "900").await;
    let token = token(&app, order, "mia").await;
    app.get(&address(&token), None).await;
    let wrong = fields(&app, order, &token, "category=&reason=x").await;
    app.post("/fn/reject_by_link", None, &wrong).await;
    let right = fields(&app, order, &token, "note=y").await;
    app.post("/fn/approve_by_link", None, &right).await;
    assert_eq!(state(&app, order).await.0, State::Approved);
    let mut db = pool.acquire().await.unwrap();
    let tables = "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
    for table in crate::invariants::texts(&mut db, tables).await {
        let rows =
            format!("SELECT coalesce(string_agg(to_jsonb(t)::text, ' '), '') FROM {table} t");
        let rows = crate::invariants::texts(&mut db, &rows).await.concat();
        assert!(!rows.contains(&token), "{table}: {rows}");
    }
}
