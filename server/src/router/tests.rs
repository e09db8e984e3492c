use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header},
    middleware::from_fn,
    response::{IntoResponse, Redirect},
    routing::{get, post},
};
use engine::{AuditKey, Clock, Engine, attachment::Files, notification::Live};
use sqlx::PgPool;
use tower::ServiceExt as _;

use super::{Served, client_address, declared, for_all, for_people, functions, leptos_pages, mask};
use crate::{
    assets::Site,
    config::{PublicUrl, TrustedProxies},
};

/// Enough for what does not wait for anything.
const SHORT: Duration = Duration::from_secs(2);

/// What a browser is answered by `routes`, which stand where pages and server functions do.
async fn answer(pool: PgPool, routes: Router, request: Request<Body>) -> (StatusCode, String) {
    let key = AuditKey::new(vec![7; 32]).unwrap();
    let engine = Engine::open(pool, Clock::system(), key).await.unwrap();
    let shared = Arc::new(Served {
        live: Live::new(&engine),
        engine,
        files: Files::in_folder(&tempfile::tempdir().unwrap().keep()).unwrap(),
        public_url: PublicUrl::parse("http://127.0.0.1:3000").unwrap(),
        trusted_proxies: TrustedProxies::default(),
        metrics_token: None,
        site: Site::from_files([]),
        demo: false,
    });
    // Leptos has to know how to run what pages wait for.
    let _ = leptos_pages::routes(&shared);
    let routes = routes.layer(from_fn(functions::answer));
    let app = for_all(for_people(routes, &shared, SHORT).unwrap(), &shared);
    let answer = app.oneshot(request).await.unwrap();
    let (status, reference) = (answer.status(), answer.headers()["x-request-id"].clone());
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    let text = String::from_utf8(body.to_vec()).unwrap();
    if status.is_server_error() {
        assert!(text.contains(reference.to_str().unwrap()), "{text}");
    }
    (status, text)
}

fn by_browser(method: &str, path: &str) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(path)
        .header(header::ACCEPT, "text/html")
        .body(Body::empty())
        .unwrap()
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_panic_is_a_page_with_its_reference_and_without_its_words(pool: PgPool) {
    let routes = Router::new().route("/", get(async || -> &'static str { panic!("the secret") }));
    let (status, text) = answer(pool, routes, by_browser("GET", "/")).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(
        text.contains("Something went wrong") && !text.contains("secret"),
        "{text}"
    );
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn what_takes_too_long_is_broken_off_with_a_page(pool: PgPool) {
    let routes = Router::new().route("/", get(async || std::future::pending::<()>().await));
    let (status, text) = answer(pool, routes, by_browser("GET", "/")).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(text.contains("This took too long"), "{text}");
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_failed_server_function_is_a_page_and_not_a_silent_way_back(pool: PgPool) {
    // What Leptos makes of an error.
    let back = async || (StatusCode::FOUND, [(header::LOCATION, "/form?__err=x")]).into_response();
    let routes = Router::new().route("/fn/save", post(back));
    let (status, text) = answer(pool, routes, by_browser("POST", "/fn/save")).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(text.contains("Something went wrong"), "{text}");
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn our_own_redirect_after_a_server_function_is_left_alone(pool: PgPool) {
    let routes = Router::new().route("/fn/save", post(async || Redirect::to("/saved")));
    let (status, _) = answer(pool, routes, by_browser("POST", "/fn/save")).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn the_page_of_an_error_that_a_page_made_itself_is_left_alone(pool: PgPool) {
    let own = async || (StatusCode::CONFLICT, axum::response::Html("our own words"));
    let routes = Router::new().route("/", get(own));
    let (status, text) = answer(pool, routes, by_browser("GET", "/")).await;
    assert_eq!((status, &*text), (StatusCode::CONFLICT, "our own words"));
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn the_wrong_method_is_a_page_too(pool: PgPool) {
    let routes = Router::new().route("/", get(async || "right"));
    let (status, text) = answer(pool, routes, by_browser("DELETE", "/")).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(
        text.contains("This address is for something else"),
        "{text}"
    );
}

fn forwarded(values: &[&'static str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append("x-forwarded-for", HeaderValue::from_static(value));
    }
    headers
}

fn client(peer: &str, values: &[&'static str], trusted: &str) -> String {
    let peer: IpAddr = peer.parse().unwrap();
    let trusted = TrustedProxies::parse(trusted).unwrap();
    client_address::client(peer, &forwarded(values), &trusted).to_string()
}

#[test]
fn tokens_in_addresses_are_not_logged() {
    assert_eq!(mask::path("/a/s3cret"), "/a/…");
    assert_eq!(mask::path("/t/s3cret/reply"), "/t/…");
    assert_eq!(mask::path("/u/s3cret"), "/u/…");
    assert_eq!(mask::path("/reset/s3cret"), "/reset/…");
    assert_eq!(mask::path("/approvals"), "/approvals");
    assert_eq!(mask::path("/tickets/7"), "/tickets/7");
}

#[test]
fn whoever_may_get_a_page_may_ask_for_its_head() {
    assert_eq!(declared(&Method::HEAD), Method::GET);
    assert_eq!(declared(&Method::POST), Method::POST);
}

#[test]
fn a_stranger_cannot_say_where_they_come_from() {
    assert_eq!(client("203.0.113.9", &["10.0.0.1"], ""), "203.0.113.9");
    assert_eq!(
        client("203.0.113.9", &["10.0.0.1"], "10.0.0.0/8"),
        "203.0.113.9"
    );
}

#[test]
fn a_trusted_proxy_names_the_client() {
    assert_eq!(
        client("10.0.0.1", &["198.51.100.7"], "10.0.0.0/8"),
        "198.51.100.7"
    );
    assert_eq!(
        client("10.0.0.1", &["198.51.100.7:4711"], "10.0.0.0/8"),
        "198.51.100.7"
    );
    assert_eq!(
        client("10.0.0.1", &["[2001:db8::1]:4711"], "10.0.0.0/8"),
        "2001:db8::1"
    );
    assert_eq!(
        client("::ffff:10.0.0.1", &["198.51.100.7"], "10.0.0.0/8"),
        "198.51.100.7"
    );
}

#[test]
fn what_a_client_adds_in_front_is_not_believed() {
    assert_eq!(
        client(
            "10.0.0.1",
            &["127.0.0.1, 198.51.100.7, 10.0.0.2"],
            "10.0.0.0/8"
        ),
        "198.51.100.7"
    );
    assert_eq!(
        client(
            "10.0.0.1",
            &["127.0.0.1", "198.51.100.7", "10.0.0.2"],
            "10.0.0.0/8"
        ),
        "198.51.100.7"
    );
    assert_eq!(
        client("10.0.0.1", &["junk, 10.0.0.2"], "10.0.0.0/8"),
        "10.0.0.2"
    );
    assert_eq!(client("10.0.0.1", &[], "10.0.0.0/8"), "10.0.0.1");
}

#[test]
fn a_request_that_came_through_a_proxy_is_not_a_local_one() {
    let local: IpAddr = "127.0.0.1".parse().unwrap();
    assert!(client_address::is_local(local, &HeaderMap::new()));
    assert!(!client_address::is_local(local, &forwarded(&["127.0.0.1"])));
    let far: IpAddr = "192.0.2.1".parse().unwrap();
    assert!(!client_address::is_local(far, &HeaderMap::new()));
}
