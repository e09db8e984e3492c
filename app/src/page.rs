//! The frame of every page: loads what it shows, then renders it; an error becomes its page.

use axum::http::StatusCode;
use domain::actor::Actor;
use engine::{Engine, Error};
use jiff::tz::TimeZone;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_router::hooks::use_params_map;

use crate::{
    error,
    flash::{self, Flash, Told},
    request::RequestContext,
    ui::{ErrorPage, Notice, NoticeKind, ReaderTime, Section},
};

/// What a page knows while it loads.
pub struct PageContext {
    /// The request.
    pub request: RequestContext,
    /// What the action that led here says.
    pub flash: Flash,
    /// The reader's clock.
    pub time: ReaderTime,
    id: Option<String>,
}

impl PageContext {
    /// Everything that is kept.
    pub fn engine(&self) -> &Engine {
        &self.request.engine
    }

    /// The signed-in person. The gate lets nobody else through to pages that ask.
    pub fn actor(&self) -> Result<&Actor, Error> {
        self.request
            .signed_in
            .as_ref()
            .map(|s| &s.actor)
            .ok_or(Error::NotFound)
    }

    /// The `{id}` of the address; not found when it is no number.
    pub fn id(&self) -> Result<i64, Error> {
        self.id
            .as_deref()
            .and_then(|id| id.parse().ok())
            .filter(|id| *id > 0)
            .ok_or(Error::NotFound)
    }
}

/// A page: `load` reads and renders. Rendered whole before anything is sent (`SsrMode::Async`), so that its status can be told.
pub fn page<F, Fut>(load: F) -> impl IntoView
where
    F: FnOnce(PageContext) -> Fut + Send + 'static,
    Fut: Future<Output = Result<AnyView, Error>> + Send + 'static,
{
    let request = expect_context::<RequestContext>();
    let response = expect_context::<ResponseOptions>();
    let id = use_params_map().with_untracked(|params| params.get("id"));
    let body = Suspend::new(async move {
        let reference = request.reference.clone();
        match render(request, &response, id, load).await {
            Ok(view) => view,
            Err(failure) => {
                let status = error::status(&failure);
                set_status(&response, status);
                problem_page(status, &error::said(&failure, &reference), &reference)
            }
        }
    });
    view! { <Suspense>{body}</Suspense> }
}

async fn render<F, Fut>(
    request: RequestContext,
    response: &ResponseOptions,
    id: Option<String>,
    load: F,
) -> Result<AnyView, Error>
where
    F: FnOnce(PageContext) -> Fut,
    Fut: Future<Output = Result<AnyView, Error>>,
{
    let flash = flash::get(&request.engine, &request.session, request.query("f")).await?;
    let zone = request
        .signed_in
        .as_ref()
        .map_or("UTC", |s| s.time_zone.as_str());
    let time = ReaderTime {
        now: request.engine.clock().now(),
        zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC),
    };
    if flash.status >= 400 {
        set_status(response, flash.status);
    }
    let said = (
        flash.notice.clone(),
        flash.problem.clone().filter(|_| flash.errors.is_empty()),
    );
    let told = flash.told.clone();
    let (refused, reference) = (flash.clone(), request.reference.clone());
    let loaded = load(PageContext {
        request,
        flash,
        time,
        id,
    })
    .await;
    let content = match loaded {
        Err(failure) if refused.problem.is_some() && error::status(&failure) < 500 => {
            return Ok(not_shown(response, &failure, &refused, &reference));
        }
        loaded => loaded?,
    };
    Ok(view! {
        {said.0.map(|text| view! { <Notice text=text/> })}
        {said.1.map(|text| view! { <Notice text=text kind=NoticeKind::Error/> })}
        {results(told)}
        {content}
    }
    .into_any())
}

/// What became of each of many.
fn results(told: Vec<Told>) -> Option<impl IntoView> {
    (!told.is_empty()).then(|| {
        let rows = told.into_iter().map(|one| {
            let class = if one.good { "told" } else { "told told-not" };
            view! { <li class=class><a href=one.to>{one.label}</a>": "{one.text}</li> }
        });
        view! { <ul class="told-list" aria-label="Results">{rows.collect_view()}</ul> }
    })
}

/// A refused form leads back to a page that is not shown any more: what was said and typed is not lost with it.
fn not_shown(
    response: &ResponseOptions,
    failure: &Error,
    refused: &Flash,
    reference: &str,
) -> AnyView {
    let (status, text) = match (failure, &refused.problem) {
        (Error::NotFound, Some(problem)) if refused.status != 422 => {
            (refused.status, problem.clone())
        }
        _ => (error::status(failure), failure.to_string()),
    };
    set_status(response, status);
    let page = problem_page(status, &text, reference);
    view! { {page} {entered(refused)} }.into_any()
}

/// What was typed into a form that is no longer offered.
pub fn entered(flash: &Flash) -> Option<AnyView> {
    let typed = flash.values.shown();
    (!typed.is_empty()).then(|| {
        let rows = typed
            .into_iter()
            .map(|(name, text)| view! { <div><dt>{name}</dt><dd class="prose">{text}</dd></div> })
            .collect_view();
        view! { <Section title="What you entered"><dl class="facts-list">{rows}</dl></Section> }
            .into_any()
    })
}

fn set_status(response: &ResponseOptions, status: u16) {
    if let Ok(status) = StatusCode::from_u16(status) {
        response.set_status(status);
    }
}

/// The page of an error, by its status.
pub fn problem_page(status: u16, text: &str, reference: &str) -> AnyView {
    let (title, what_next) = match status {
        403 => (
            "Not allowed",
            "If you need this for your work, ask an administrator.",
        ),
        404 => (
            "Not found",
            "Check the address, or look for it in your lists.",
        ),
        409 => (
            "It changed meanwhile",
            "Open the record again to see where it stands.",
        ),
        415 => (
            "Could not be read",
            "Go back to the page, and send its form from there.",
        ),
        413 => (
            "Too large",
            "Shorten what you entered, or choose a smaller file, and send it again.",
        ),
        422 => (
            "Needs a correction",
            "Go back and correct what you entered.",
        ),
        429 => ("Too many tries", "Wait a little, then try again."),
        _ => ("Something went wrong", "Try again in a moment."),
    };
    let reference = (status >= 500 || status == 403).then(|| reference.to_owned());
    view! { <ErrorPage status=status title=title text=text.to_owned() what_next=what_next reference=reference/> }.into_any()
}
