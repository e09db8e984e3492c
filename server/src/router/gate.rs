//! The one place that decides who gets in where. What a record allows is asked further in; this is about addresses.

use std::error::Error as _;

use app::{
    request::RequestContext,
    sign_in::{Kept, leading},
};
use axum::{
    Extension,
    body::to_bytes,
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use domain::permission::may_enter;
use engine::second_factor::ADDRESS;
use tower_sessions::Session;

use super::{
    Shared,
    body_limit::LARGEST,
    client_address, declared,
    functions::{PREFIX, holds_form},
    session,
    visit::{Visit, wants_page},
};

/// Where who is not signed in is sent.
const SIGN_IN: &str = "/login";
/// What everyone may ask for.
const SIGN_OUT: &str = "/fn/sign_out";

pub(super) async fn gate(
    State(shared): State<Shared>,
    Extension(session): Extension<Session>,
    Extension(visit): Extension<Visit>,
    mut request: Request,
    next: Next,
) -> Response {
    let signed_in = match session::signed_in(&shared.engine, &session).await {
        Ok(signed_in) => signed_in,
        Err(error) => {
            tracing::error!(%error, source = error.source(), "a session could not be read");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    if let Some(person) = &signed_in {
        visit.is_by(person);
    }
    let Some(area) = app::routes::access(declared(request.method()), request.uri().path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if !may_enter(area, signed_in.as_ref().map(|person| &person.actor)) {
        return match signed_in {
            None => sign_in_first(&shared, request).await,
            Some(person) if person.actor.second_factor.is_missing() => {
                second_factor_first(&shared, &session, request).await
            }
            Some(_) => StatusCode::FORBIDDEN.into_response(),
        };
    }
    let before = session.id();
    let peer = client_address::peer(request.extensions());
    let context = RequestContext {
        engine: shared.engine.clone(),
        signed_in,
        session: session.clone(),
        reference: visit.reference.to_string(),
        path: request.uri().path().to_owned(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        client_address: client_address::client(peer, request.headers(), &shared.trusted_proxies),
        demo: shared.demo,
    };
    request.extensions_mut().insert(context);
    let response = next.run(request).await;
    session::announce(&session, before);
    response
}

/// To where a second factor is set up, and from there back to what was asked for. Who sent a form signs in again, which keeps what was
/// typed until they have one.
async fn second_factor_first(shared: &Shared, session: &Session, request: Request) -> Response {
    if sends_form(&request) {
        return match session.flush().await {
            Ok(()) => sign_in_first(shared, request).await,
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        };
    }
    if !wants_page(request.headers()) || *declared(request.method()) != Method::GET {
        return StatusCode::FORBIDDEN.into_response();
    }
    Redirect::to(&leading(ADDRESS, &local(request.uri()).unwrap_or_default())).into_response()
}

/// To the sign-in page, and from there back to what was asked for. A form that was sent leads back to the page it
/// stood on, with what was typed into it.
async fn sign_in_first(shared: &Shared, request: Request) -> Response {
    if !wants_page(request.headers()) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let back = if *declared(request.method()) == Method::GET {
        local(request.uri())
    } else {
        came_from(shared, request.headers())
    };
    if sends_form(&request) {
        let kept = kept(request).await;
        let mut response = StatusCode::UNAUTHORIZED.into_response();
        response.extensions_mut().insert(SignInAgain { back, kept });
        return response;
    }
    Redirect::to(&leading(SIGN_IN, &back.unwrap_or_default())).into_response()
}

/// What the page is told that answers a form of somebody who is not signed in any more.
#[derive(Clone, Debug)]
pub(super) struct SignInAgain {
    /// The page it stood on.
    pub(super) back: Option<String>,
    /// What was typed into it.
    pub(super) kept: Option<Kept>,
}

/// Whether it is a form of ours that asks for something. Who signs out without being signed in has what they want.
fn sends_form(request: &Request) -> bool {
    let path = request.uri().path();
    let headers = request.headers();
    let sent = headers.contains_key(header::CONTENT_TYPE) && holds_form(headers);
    path.starts_with(PREFIX) && path != SIGN_OUT && sent
}

/// What was typed into a form of ours.
async fn kept(request: Request) -> Option<Kept> {
    let path = request.uri().path().to_owned();
    let body = to_bytes(request.into_body(), LARGEST).await.ok()?;
    Kept::sent(&path, &body)
}

/// The page a form stood on, if it is one of ours.
fn came_from(shared: &Shared, headers: &HeaderMap) -> Option<String> {
    let referer: Uri = headers.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let from = referer.authority()?.as_str();
    let ours = from == host || shared.public_url.origin().ends_with(&format!("://{from}"));
    ours.then(|| local(&referer)).flatten()
}

/// Path and query, when a browser would take them for an address here and not for one of another host.
fn local(address: &Uri) -> Option<String> {
    let path = address.path_and_query()?.as_str();
    (path.starts_with('/') && !path.starts_with("//") && !path.starts_with("/\\"))
        .then(|| path.to_owned())
}
