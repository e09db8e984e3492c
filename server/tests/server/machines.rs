//! Health and metrics.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use sqlx::PgPool;

use crate::http::{Answer, App, from};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

async fn ask(app: &App, path: &str, peer: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = from(Request::get(path), peer);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.send(request.body(Body::empty()).unwrap()).await
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn without_its_database_the_server_is_alive_and_not_ready(pool: PgPool) {
    let app = App::new(pool.clone()).await;
    assert_eq!(app.get("/healthz", None).await.status, StatusCode::OK);
    assert_eq!(app.get("/readyz", None).await.status, StatusCode::OK);
    pool.close().await;
    assert_eq!(app.get("/healthz", None).await.status, StatusCode::OK);
    let answer = app.get("/readyz", None).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.body, "not ready: the database does not answer\n");
    let page = app
        .get("/", Some("countersign=AAAAAAAAAAAAAAAAAAAAAA"))
        .await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(
        page.body.contains(page.header("x-request-id")),
        "{}",
        page.body
    );
    let page = app.get("/", None).await;
    assert_eq!(
        page.status,
        StatusCode::SEE_OTHER,
        "who has no cookie needs no database"
    );
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_database_that_lacks_a_migration_is_not_ready(pool: PgPool) {
    let app = App::new(pool.clone()).await;
    forget_a_migration(&pool).await;
    let answer = app.get("/readyz", None).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        answer.body.contains("countersign migrate"),
        "{}",
        answer.body
    );
}

#[expect(
    clippy::disallowed_methods,
    reason = "sqlx's own table, which no store knows"
)]
async fn forget_a_migration(pool: &PgPool) {
    sqlx::query(
        "DELETE FROM _sqlx_migrations WHERE version = (SELECT max(version) FROM _sqlx_migrations)",
    )
    .execute(pool)
    .await
    .unwrap();
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn metrics_are_for_this_machine_or_for_who_has_the_token(pool: PgPool) {
    let app = App::with(pool, |served| served.metrics_token = Some(TOKEN.to_owned())).await;
    let bearer = format!("Bearer {TOKEN}");
    let (near, far) = ("127.0.0.1:9", "192.0.2.1:9");
    for (peer, headers, let_in) in [
        (near, &[][..], true),
        ("[::1]:9", &[], true),
        (far, &[], false),
        (far, &[("authorization", "Bearer wrong")], false),
        (far, &[("authorization", TOKEN)], false),
        (far, &[("authorization", bearer.as_str())], true),
        (far, &[("x-forwarded-for", "127.0.0.1")], false),
        // A proxy on this machine asks for someone else.
        (near, &[("x-forwarded-for", "192.0.2.1")], false),
        (near, &[("forwarded", "for=192.0.2.1")], false),
    ] {
        let answer = ask(&app, "/metrics", peer, headers).await;
        let expected = if let_in {
            StatusCode::OK
        } else {
            StatusCode::UNAUTHORIZED
        };
        assert_eq!(answer.status, expected, "{peer} {headers:?}");
    }
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn without_a_token_set_no_token_opens_the_metrics(pool: PgPool) {
    let app = App::new(pool).await;
    for given in ["Bearer ", "Bearer x"] {
        let answer = ask(&app, "/metrics", "192.0.2.1:9", &[("authorization", given)]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn requests_are_counted_by_route_and_not_by_address(pool: PgPool) {
    server::telemetry::metrics();
    let app = App::new(pool).await;
    app.get("/purchase-orders/123456", None).await;
    app.get("/nowhere/987654", None).await;
    let text = ask(&app, "/metrics", "127.0.0.1:9", &[]).await.body;
    assert!(text.contains("countersign_http_request_duration_seconds_count{method=\"GET\",route=\"/purchase-orders/{id}\",status=\"303\"}"), "{text}");
    assert!(text.contains("route=\"none\",status=\"404\""), "{text}");
    assert!(text.contains("countersign_database_connections "), "{text}");
    for state in ["due", "given_up"] {
        let gauge = format!("countersign_jobs{{state=\"{state}\"}} 0");
        assert!(text.contains(&gauge), "{text}");
    }
    for address in ["123456", "987654"] {
        assert!(!text.contains(address), "{text}");
    }
}
