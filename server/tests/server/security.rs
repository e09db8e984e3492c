//! What every answer carries, and which requests are refused as forged.

use std::collections::HashSet;

use app::routes::ROUTES;
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use server::config::PublicUrl;
use sqlx::PgPool;

use crate::http::{Answer, App, form, from_this_machine};

/// The nonce of the answer's policy, after checking the policy's other words.
#[track_caller]
fn nonce(answer: &Answer) -> String {
    let policy = answer.header("content-security-policy");
    for forbidden in ["unsafe-inline", "'unsafe-eval'", "*", "http:", "https:"] {
        assert!(!policy.contains(forbidden), "{forbidden} in {policy}");
    }
    for needed in [
        "default-src 'self'",
        "style-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ] {
        assert!(policy.contains(needed), "{needed} is missing in {policy}");
    }
    let (_, rest) = policy.split_once("'nonce-").expect("a nonce");
    rest.split_once('\'').unwrap().0.to_owned()
}

#[track_caller]
fn has_every_header(answer: &Answer) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), value);
    }
    assert!(answer.header("permissions-policy").contains("camera=()"));
    assert_eq!(answer.header("x-request-id").len(), 12);
    assert!(!answer.header("cache-control").is_empty());
}

/// The opening tags of a kind in a page.
fn tags<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let open = format!("<{name}");
    html.match_indices(&open)
        .map(|(at, _)| html[at..].split('>').next().unwrap())
        .collect()
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn every_answer_has_the_security_headers_and_a_nonce_of_its_own(pool: PgPool) {
    let app = App::new(pool).await;
    let cookie = app.sign_in("ada").await;
    let mut paths: Vec<String> = ROUTES
        .iter()
        .filter(|row| row.method == "GET")
        .map(|row| row.pattern.replace(['{', '}'], ""))
        .collect();
    for more in [
        "/nowhere",
        "/healthz",
        "/readyz",
        "/metrics",
        "/favicon.ico",
        "/assets/0/none",
    ] {
        paths.push(more.to_owned());
    }
    let mut nonces = HashSet::new();
    for path in paths {
        for cookie in [None, Some(&*cookie)] {
            let answer = app.get(&path, cookie).await;
            has_every_header(&answer);
            assert!(nonces.insert(nonce(&answer)), "{path}: a nonce came twice");
        }
    }
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn pages_hold_nothing_that_their_own_policy_forbids(pool: PgPool) {
    let app = App::new(pool).await;
    let cookie = app.sign_in("ada").await;
    for row in ROUTES.iter().filter(|row| row.method == "GET") {
        let path = row.pattern.replace("{name}", "purchase_order");
        let answer = app.get(&path.replace(['{', '}'], ""), Some(&cookie)).await;
        let nonce = format!("nonce=\"{}\"", nonce(&answer));
        let html = &answer.body;
        for script in tags(html, "script") {
            let fine = script.contains(&nonce) || script.contains("src=\"/assets/");
            assert!(fine, "{path}: {script} lacks {nonce}");
        }
        assert!(
            tags(html, "style").is_empty(),
            "{path} has a style sheet of its own"
        );
        assert!(!html.contains(" style=\""), "{path} has a style attribute");
        for event in [" onclick=", " onsubmit=", " onload=", "javascript:"] {
            assert!(!html.contains(event), "{path} has {event}");
        }
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn what_another_site_sends_is_refused_with_a_page(pool: PgPool) {
    let app = App::new(pool).await;
    let cookie = app.sign_in("sam").await;
    let forged: [&[(&str, &str)]; 5] = [
        &[
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
        ],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[
            ("origin", "http://127.0.0.1:3001"),
            ("sec-fetch-site", "same-site"),
        ],
        &[("sec-fetch-site", "cross-site")],
    ];
    for headers in forged {
        for row in ROUTES.iter().filter(|row| row.method == "POST") {
            let mut request = from_this_machine(Request::post(row.pattern))
                .header("accept", "text/html")
                .header("cookie", &cookie);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let answer = app.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{row:?} {headers:?}");
            assert!(
                answer.body.contains("a page of another site"),
                "{}",
                answer.body
            );
            assert!(answer.body.contains(answer.header("x-request-id")));
            has_every_header(&answer);
        }
    }
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn our_own_forms_and_programs_that_are_no_browsers_are_let_in(pool: PgPool) {
    let app = App::with(pool, |served| {
        served.public_url = PublicUrl::parse("https://countersign.example.com").unwrap();
    })
    .await;
    let allowed: [&[(&str, &str)]; 4] = [
        &[
            ("origin", "https://countersign.example.com"),
            ("sec-fetch-site", "same-origin"),
        ],
        // A proxy that passes on its own name as the host.
        &[("origin", "https://countersign.example.com")],
        &[("sec-fetch-site", "none")],
        &[],
    ];
    for headers in allowed {
        let mut request = from_this_machine(Request::post("/fn/save_purchase_order"))
            .header("accept", "text/html");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = app.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{headers:?}");
        assert!(
            answer.location().starts_with("/login"),
            "{}",
            answer.location()
        );
    }
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn over_plain_http_the_browser_is_not_told_to_stay_with_https(pool: PgPool) {
    let app = App::new(pool).await;
    let answer = app.get("/healthz", None).await;
    assert!(!answer.headers.contains_key("strict-transport-security"));
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn over_https_the_browser_is_told_to_stay_with_it(pool: PgPool) {
    let app = App::with(pool, |served| {
        served.public_url = PublicUrl::parse("https://countersign.example.com").unwrap();
    })
    .await;
    let answer = app
        .send(form("/fn/nothing").body(Body::empty()).unwrap())
        .await;
    assert_eq!(
        answer.header("strict-transport-security"),
        "max-age=31536000"
    );
}
