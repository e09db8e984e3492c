//! What is too large, and how answers are sent.

use axum::{body::Body, http::StatusCode};
use sqlx::PgPool;

use crate::http::{App, form, page, streamed};

const LARGEST: usize = 2 * 1024 * 1024;

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_form_that_is_too_large_is_answered_with_a_page_and_not_with_a_redirect(pool: PgPool) {
    let app = App::new(pool).await;
    let cookie = app.sign_in("sam").await;
    let sent = |body: Body| {
        let request = form("/fn/save_purchase_order")
            .header("cookie", &cookie)
            .header("referer", "http://127.0.0.1:3000/purchase-orders/new");
        app.send(request.body(body).unwrap())
    };
    let announced = sent(Body::from(vec![b'a'; LARGEST + 1])).await;
    let unannounced = sent(streamed(LARGEST + 1)).await;
    for answer in [announced, unannounced] {
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(answer.body.contains("Too large"), "{}", answer.body);
        assert!(answer.body.contains("2 MB"), "{}", answer.body);
    }
    let just_right = sent(streamed(LARGEST)).await;
    assert_eq!(just_right.status, StatusCode::SEE_OTHER);
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn pages_are_sent_compressed_to_who_accepts_it(pool: PgPool) {
    let app = App::new(pool).await;
    for (accepted, encoding) in [("gzip, br", "br"), ("gzip", "gzip")] {
        let request = page("/nowhere").header("accept-encoding", accepted);
        let answer = app.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.header("content-encoding"), encoding);
    }
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn files_may_be_kept_for_ever_and_pages_name_them_by_their_content(pool: PgPool) {
    let app = App::new(pool).await;
    let html = app.get("/nowhere", None).await.body;
    let named: Vec<&str> = html
        .split('"')
        .filter(|text| text.starts_with("/assets/"))
        .collect();
    assert!(named.len() >= 3, "{html}");
    for path in named {
        let answer = app.get(path, None).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(
            answer.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
    }
    let icon = app.get("/favicon.ico", None).await;
    assert!(
        icon.location().ends_with("/favicon.svg"),
        "{}",
        icon.location()
    );
}
