//! Pages and server functions, with what they are told about the request; and the page of an error that no page made.

use app::{
    form::PostForm,
    page::problem_page,
    request::RequestContext,
    routes::App,
    shell::shell,
    sign_in::pages::SignInAgain,
    ui::{Frame, MenuButton, Viewer},
};
use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{StatusCode, request::Parts},
    response::Response,
};
use domain::permission::{Area, may_enter};
use engine::person::SignedIn;
use leptos::{config::LeptosOptions, prelude::*};
use leptos_axum::{LeptosRoutes, generate_route_list, render_app_async_with_context};
use leptos_meta::provide_meta_context;

use super::{Shared, gate, visit::Visit};

/// The routes that `app` declares, in its own words.
pub(super) fn routes(shared: &Shared) -> Router {
    let options = options(shared);
    let document = {
        let options = options.clone();
        move || shell(options.clone(), App)
    };
    let shared = shared.clone();
    let context = move || {
        if let Some(parts) = use_context::<Parts>() {
            tell(&shared, &parts);
        }
    };
    Router::new()
        .leptos_routes_with_context(&options, generate_route_list(App), context, document)
        .with_state(options)
}

/// The page of an error that came from a layer.
pub(super) async fn error(
    shared: &Shared,
    visit: &Visit,
    path: String,
    status: StatusCode,
    text: &'static str,
) -> Response {
    let reference = visit.reference.clone();
    let page = move || problem_page(status.as_u16(), text, &reference);
    document(shared, visit, path, page).await
}

/// The page that answers a form of somebody who is not signed in any more.
pub(super) async fn sign_in_again(
    shared: &Shared,
    visit: &Visit,
    again: gate::SignInAgain,
) -> Response {
    let page = move || {
        let gate::SignInAgain { back, kept } = again.clone();
        view! { <SignInAgain next=back kept=kept/> }.into_any()
    };
    document(shared, visit, "/login".to_owned(), page).await
}

/// A page that no route made, in the frame of every page.
async fn document(
    shared: &Shared,
    visit: &Visit,
    path: String,
    page: impl Fn() -> AnyView + Clone + Send + Sync + 'static,
) -> Response {
    let (shared, visit) = (shared.clone(), visit.clone());
    let options = options(&shared);
    let context = move || {
        provide_context(shared.site.addresses());
        provide_context(visit.nonce.clone());
        tell_clock(&shared, visit.signed_in());
        if let Some(person) = visit.signed_in() {
            provide_context(viewer(&shared, person, path.clone()));
        }
    };
    let document = move || {
        let page = page.clone();
        shell(options.clone(), move || {
            provide_meta_context();
            let sign_out =
                view! { <PostForm action="/fn/sign_out"><MenuButton label="Sign out"/></PostForm> };
            view! { <Frame sign_out=sign_out.into_any()>{page()}</Frame> }
        })
    };
    render_app_async_with_context(context, document)(Request::new(Body::empty())).await
}

fn options(shared: &Shared) -> LeptosOptions {
    LeptosOptions::builder()
        .output_name("app")
        .site_pkg_dir(shared.site.package_folder())
        .build()
}

/// Gives pages and server functions what they know of the request.
fn tell(shared: &Shared, parts: &Parts) {
    let path = parts.uri.path();
    provide_context(shared.site.addresses());
    if let Some(request) = parts.extensions.get::<RequestContext>() {
        if let Some(person) = &request.signed_in {
            provide_context(viewer(shared, person, path.to_owned()));
        }
        tell_clock(shared, request.signed_in.as_ref());
        provide_context(request.clone());
    }
    // The nonce that the answer's header names, in place of the one Leptos made.
    if let Some(visit) = parts.extensions.get::<Visit>() {
        provide_context(visit.nonce.clone());
    }
}

/// Gives the frame what it says of the demo's clock, once that was moved.
fn tell_clock(shared: &Shared, reader: Option<&SignedIn>) {
    let zone = reader.map_or("UTC", |person| person.time_zone.as_str());
    if let Some(moved) = app::clock::moved(shared.engine.clock(), zone) {
        provide_context(moved);
    }
}

/// What the frame shows of who reads.
fn viewer(shared: &Shared, person: &SignedIn, current_path: String) -> Viewer {
    Viewer {
        name: person.actor.name.clone(),
        waiting: person.waiting,
        unread: person.unread,
        areas: Area::ALL
            .iter()
            .copied()
            .filter(|area| may_enter(*area, Some(&person.actor)))
            .filter(|area| shared.demo || *area != Area::DemoClock)
            .collect(),
        demo: shared.demo,
        current_path,
    }
}
