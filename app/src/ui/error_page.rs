//! The page of an error: what happened, what to do next, and the reference to give when asking.

use leptos::prelude::*;
use leptos_meta::Title;

/// The content of an error's page (403, 404, 409, 422, 429, 500). Setting the response's status is its caller's.
#[component]
pub fn ErrorPage(
    /// The HTTP status.
    status: u16,
    /// What happened, in few words.
    #[prop(into)]
    title: String,
    /// What happened, in a sentence.
    #[prop(into)]
    text: String,
    /// What to do next, in a sentence; may be empty.
    #[prop(optional, into)]
    what_next: Option<String>,
    /// The reference id that is also in the log.
    #[prop(optional_no_strip, into)]
    reference: Option<String>,
    /// Links or a form that do what is next.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    view! {
        <Title text=format!("{title} · Countersign")/>
        <div class="error-page">
            <p class="error-status">"Error "{status}</p>
            <h1>{title}</h1>
            <p>{text}</p>
            {what_next.map(|text| view! { <p>{text}</p> })}
            <div class="error-actions">
                {children.map(|children| children())}
                <a class="btn btn-plain" href="/">"Go to My work"</a>
            </div>
            {reference.map(|id| view! { <p class="error-reference">"Reference "<code>{id}</code></p> })}
        </div>
    }
    .into_any()
}
