//! The request's id, its one line in the log, and its place in the metrics.

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, Method},
    middleware::Next,
    response::Response,
};
use tokio::time::Instant;
use tower_http::csrf::ProtectionError;
use tracing::Instrument;

use super::{mask, visit::Visit};
use crate::telemetry::REQUEST_SECONDS;

/// The header that names the request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub(super) async fn observe(mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let visit = Visit::begin();
    let method = request.method().clone();
    let path = mask::path(request.uri().path()).into_owned();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |route| route.as_str().to_owned());
    request.extensions_mut().insert(visit.clone());

    let span = tracing::info_span!("request", id = &*visit.reference);
    let mut response = next.run(request).instrument(span).await;

    let seconds = began.elapsed().as_secs_f64();
    let status = response.status().as_u16();
    if let Ok(reference) = HeaderValue::from_str(&visit.reference) {
        response.headers_mut().insert(REQUEST_ID, reference);
    }
    let refused = response
        .extensions()
        .get::<ProtectionError>()
        .map(ToString::to_string);
    let line = Line {
        method: known(&method),
        path: &path,
        status,
        latency_ms: (seconds * 100_000.0).round() / 100.0,
        refused: refused.as_deref(),
    };
    line.write(&visit);
    metrics::histogram!(
        REQUEST_SECONDS,
        "method" => known(&method), "route" => route, "status" => status.to_string()
    )
    .record(seconds);
    response
}

struct Line<'a> {
    method: &'static str,
    path: &'a str,
    status: u16,
    latency_ms: f64,
    refused: Option<&'a str>,
}

impl Line<'_> {
    fn write(&self, visit: &Visit) {
        let person_id = visit.signed_in().map(|person| person.actor.id.0);
        let request_id = &*visit.reference;
        let Self {
            method,
            path,
            status,
            latency_ms,
            refused,
        } = *self;
        // Asked for every few seconds by machines: said only to who wants to hear it.
        if matches!(path, "/healthz" | "/readyz" | "/metrics") {
            tracing::debug!(request_id, method, path, status, latency_ms, "request");
        } else {
            tracing::info!(
                request_id, method, path, status, latency_ms, person_id, refused, "request"
            );
        }
    }
}

/// The method as a label: one of few, whatever was sent.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
