//! A limit on what a form may send. It stands in front of the server functions, which would answer a longer body with
//! a redirect that tells nothing.

use axum::{
    body::{self, Body},
    extract::Request,
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// 2 MB: a purchase order of a thousand lines has a tenth of it.
pub(super) const LARGEST: usize = 2 * 1024 * 1024;

pub(super) async fn limit(request: Request, next: Next) -> Response {
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<usize>().ok());
    if announced.is_some_and(|length| length > LARGEST) {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    }
    let (parts, body) = request.into_parts();
    // Server functions read the whole body anyway; here its length is known before they begin.
    match body::to_bytes(body, LARGEST).await {
        Ok(bytes) => {
            next.run(Request::from_parts(parts, Body::from(bytes)))
                .await
        }
        Err(error) if is_too_long(&error) => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Err(error) => {
            tracing::debug!(%error, "a request broke off");
            StatusCode::BAD_REQUEST.into_response()
        }
    }
}

fn is_too_long(error: &axum::Error) -> bool {
    std::error::Error::source(error)
        .is_some_and(<dyn std::error::Error>::is::<http_body_util::LengthLimitError>)
}
