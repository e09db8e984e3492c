//! What server functions may answer to a plain form: a redirect of ours (303), nothing else.
//!
//! Leptos turns a failed one into a redirect (302) to where the form stood, with the error in the address: the page
//! would look as if nothing had been sent. It becomes an error page with a reference here.

use axum::{
    extract::Request,
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::visit::wants_page;

/// What the addresses of server functions begin with.
pub(super) const PREFIX: &str = "/fn/";

pub(super) async fn answer(request: Request, next: Next) -> Response {
    let is_form = request.uri().path().starts_with(PREFIX) && wants_page(request.headers());
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
