//! The count beside the bell, while a page is open: server-sent events.

use std::convert::Infallible;

use app::request::RequestContext;
use axum::{
    Extension, Router,
    extract::State,
    http::StatusCode,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
    routing::get,
};
use futures::StreamExt as _;

use super::Shared;

pub(super) fn routes(shared: &Shared) -> Router {
    Router::new()
        .route("/notifications/stream", get(stream))
        .with_state(shared.clone())
}

/// How many notifications the reader has not read: at once, and whenever that changes.
async fn stream(
    State(shared): State<Shared>,
    Extension(request): Extension<RequestContext>,
) -> Response {
    let Some(reader) = &request.signed_in else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let counts = shared.live.counts(reader.actor.id);
    let events = counts.map(|count| Ok::<_, Infallible>(Event::default().data(count.to_string())));
    Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response()
}
