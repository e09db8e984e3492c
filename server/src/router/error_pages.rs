//! A page for every answer that says "no" without words: those of the layers, not those of pages.

use std::any::Any;

use axum::{
    Extension,
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tower_http::csrf::ProtectionError;

use super::{
    Shared,
    gate::SignInAgain,
    leptos_pages,
    visit::{Visit, wants_page},
};

/// Fills answers of 400 and above that have no page of their own.
pub(super) async fn fill(
    State(shared): State<Shared>,
    Extension(visit): Extension<Visit>,
    request: Request,
    next: Next,
) -> Response {
    let page = wants_page(request.headers());
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) || has_words(&response) {
        return response;
    }
    let foreign = response.extensions().get::<ProtectionError>().is_some();
    let text = if foreign { FOREIGN } else { words(status) };
    let (kind, body) = if page {
        let page = match response.extensions().get::<SignInAgain>() {
            Some(again) => leptos_pages::sign_in_again(&shared, &visit, again.clone()).await,
            None => leptos_pages::error(&shared, &visit, path, status, text).await,
        };
        ("text/html; charset=utf-8", page.into_body())
    } else {
        let text = format!("{text} Reference {}.\n", visit.reference);
        ("text/plain; charset=utf-8", Body::from(text))
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts
        .headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    Response::from_parts(parts, body)
}

/// Pages and server functions speak HTML and JSON; layers are silent or say a few plain words.
fn has_words(response: &Response) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| {
            let kind = kind.as_bytes();
            kind.starts_with(b"text/html") || kind.starts_with(b"application/json")
        })
}

/// What the layer against forged requests says.
const FOREIGN: &str = "This was sent from a page of another site, so nothing was done.";

/// What happened, in a sentence.
fn words(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "The request did not arrive whole, so nothing was done.",
        StatusCode::UNAUTHORIZED => "You are not signed in.",
        StatusCode::FORBIDDEN => "This is not open to you.",
        StatusCode::NOT_FOUND => "There is no page at this address.",
        StatusCode::METHOD_NOT_ALLOWED => "This address is for something else.",
        StatusCode::PAYLOAD_TOO_LARGE => "What was sent is larger than 2 MB, so nothing was done.",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            "What was sent is not a form of these pages, so nothing was done."
        }
        StatusCode::TOO_MANY_REQUESTS => "That was tried too often in a short time.",
        StatusCode::SERVICE_UNAVAILABLE => {
            "This took too long and was broken off. Look whether it was done before you send it again."
        }
        status if status.is_client_error() => "The request could not be understood.",
        _ => "Something went wrong on our side.",
    }
}

/// What is answered when the code that should have answered has panicked. The panic itself is logged by its hook.
pub(super) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
