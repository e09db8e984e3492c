//! The way of a request: what every answer carries, who gets in where, and which page, function or file answers.
//!
//! From the outside in: observed (id, log, metrics) → security headers → compression → error pages → panics caught →
//! time limit → same origin → body limit → session → gate → page or server function. Attachments are neither compressed
//! nor held whole; files of the site and health skip what belongs to people.

mod attachments;
mod body_limit;
mod client_address;
mod error_pages;
mod export;
mod functions;
mod gate;
mod health;
mod leptos_pages;
mod mask;
mod notifications;
mod observe;
mod security;
mod session;
mod visit;

#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    http::{Method, StatusCode},
    middleware::{from_fn, from_fn_with_state},
    routing::get,
};
use engine::{Engine, attachment::Files, notification::Live};
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    csrf::{ConfigError, CsrfLayer},
    timeout::TimeoutLayer,
};

use crate::{
    assets::{self, Site},
    config::{PublicUrl, TrustedProxies},
};

/// The longest a request may take.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// The longest a file may take to arrive: 25 MB over a slow line.
const FILE_TIME_LIMIT: Duration = Duration::from_mins(10);

/// What the router is made from.
#[derive(Clone, Debug)]
pub struct Served {
    /// Everything that is kept.
    pub engine: Engine,
    /// The bytes of attachments.
    pub files: Files,
    /// Who hears of new notifications.
    pub live: Live,
    /// The address people use.
    pub public_url: PublicUrl,
    /// Who may say on whose behalf a request comes.
    pub trusted_proxies: TrustedProxies,
    /// What opens `/metrics` from afar.
    pub metrics_token: Option<String>,
    /// The files of the site.
    pub site: Site,
    /// Whether the database is a demo.
    pub demo: bool,
}

/// The same for every request.
type Shared = Arc<Served>;

/// The whole application. Fails only when the public address cannot be an origin, which its parser excludes.
pub fn router(served: Served) -> Result<Router, ConfigError> {
    let shared: Shared = Arc::new(served);
    let pages = leptos_pages::routes(&shared)
        .merge(export::routes())
        .merge(notifications::routes(&shared))
        .fallback(async || StatusCode::NOT_FOUND);
    let pages = guarded(pages, &shared).layer(from_fn(body_limit::limit));
    let pages = for_people(pages, &shared, TIME_LIMIT)?.layer(CompressionLayer::new());
    let attachments = guarded(attachments::routes(&shared), &shared);
    let attachments = for_people(attachments, &shared, FILE_TIME_LIMIT)?;
    let files = Router::new()
        .route("/assets/{version}/{*name}", get(assets::serve))
        .route("/favicon.ico", get(assets::favicon))
        .with_state(shared.site.clone());
    let machines = Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .with_state(shared.clone());
    Ok(for_all(
        pages.merge(attachments).merge(files).merge(machines),
        &shared,
    ))
}

/// Behind the gate: who it is, whether they may enter, and what server functions may answer.
fn guarded(routes: Router, shared: &Shared) -> Router {
    routes.layer(
        ServiceBuilder::new()
            .layer(session::layer(shared))
            .layer(from_fn_with_state(shared.clone(), gate::gate))
            .layer(from_fn(functions::answer)),
    )
}

/// What stands between people and the gate: limits, and a page whatever goes wrong.
fn for_people(
    routes: Router,
    shared: &Shared,
    time_limit: Duration,
) -> Result<Router, ConfigError> {
    let same_origin = CsrfLayer::new().add_trusted_origin(shared.public_url.origin())?;
    let in_time = TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, time_limit);
    Ok(routes.layer(
        ServiceBuilder::new()
            .layer(from_fn_with_state(shared.clone(), error_pages::fill))
            .layer(CatchPanicLayer::custom(error_pages::panicked))
            .layer(in_time)
            .layer(same_origin),
    ))
}

/// What every answer gets, machines' and files' too.
fn for_all(routes: Router, shared: &Shared) -> Router {
    routes.layer(
        ServiceBuilder::new()
            .layer(from_fn(observe::observe))
            .layer(from_fn_with_state(shared.clone(), security::headers)),
    )
}

/// The method a route is declared with: whoever may GET may ask for the head of it.
fn declared(method: &Method) -> &Method {
    if method == Method::HEAD {
        &Method::GET
    } else {
        method
    }
}
