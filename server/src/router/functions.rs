//! What server functions are sent, a form, and what they may answer to it: a redirect of ours (303), nothing else.
//!
//! They would read anything else as a form without fields, and an order's is a draft as it is.
//!
//! Leptos turns a failed one into a redirect (302) to where the form stood, with the error in the address: the page
//! would look as if nothing had been sent. It becomes an error page with a reference here.

use axum::{
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::visit::wants_page;

/// How browsers send the fields of a form.
const FORM: &[u8] = b"application/x-www-form-urlencoded";
/// What the addresses of server functions begin with.
pub(super) const PREFIX: &str = "/fn/";

pub(super) async fn answer(request: Request, next: Next) -> Response {
    let is_function = request.uri().path().starts_with(PREFIX);
    if is_function && !holds_form(request.headers()) {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    let is_form = is_function && wants_page(request.headers());
    let response = next.run(request).await;
    if is_form && response.status() != StatusCode::SEE_OTHER {
        tracing::error!(
            status = response.status().as_u16(),
            "a server function failed without an answer for people"
        );
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    response
}

/// Whether the body is said to be a form, or nothing is said of it.
pub(super) fn holds_form(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_none_or(|kind| {
        let kind = kind.as_bytes().split(|byte| *byte == b';').next();
        kind.is_some_and(|kind| kind.trim_ascii().eq_ignore_ascii_case(FORM))
    })
}
