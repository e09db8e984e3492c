//! The headers that tell a browser what this application never does, on every answer.

use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use super::{Shared, visit::Visit};

/// The same on every answer.
const ALWAYS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // Not no-referrer: it would make our own forms post `Origin: null`, which is refused as foreign.
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    ),
];
/// A year, once the address is https.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000");
/// What is shown to one person now is nobody else's and may be wrong in a moment.
const NEVER_KEPT: HeaderValue = HeaderValue::from_static("no-store");

pub(super) async fn headers(
    State(shared): State<Shared>,
    Extension(visit): Extension<Visit>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::from_str(&content_policy(&visit.nonce)) {
        unless_set(headers, header::CONTENT_SECURITY_POLICY, policy);
    }
    if shared.public_url.is_https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
    }
    unless_set(headers, header::CACHE_CONTROL, NEVER_KEPT);
    response
}

/// Everything comes from here, and only scripts that carry this answer's nonce stand in the page itself. WebAssembly
/// counts as evaluating code, so it is allowed by name.
fn content_policy(nonce: &str) -> String {
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    )
}

fn unless_set(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}
