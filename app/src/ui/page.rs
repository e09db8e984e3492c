//! The layout of a page: its heading, its sections and columns, the facts of a record.

use leptos::prelude::*;
use leptos_meta::Title;

use super::raw_text;

/// A page's heading and its actions. Also sets the document's title.
#[component]
pub fn PageHeader(
    /// The heading.
    #[prop(into)]
    title: String,
    /// One line below it.
    #[prop(optional, into)]
    subtitle: Option<String>,
    /// The way back: address and words.
    #[prop(optional)]
    back: Option<(&'static str, &'static str)>,
    /// The page's actions, the primary one last.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    view! {
        <Title text=raw_text(&format!("{title} · Countersign"))/>
        <header class="page-header">
            <div class="page-heading">
                {back.map(|(href, label)| view! { <a class="page-back" href=href>{label}</a> })}
                <h1>{title}</h1>
                {subtitle.map(|text| view! { <p class="subtitle">{text}</p> })}
            </div>
            {children.map(|children| view! { <div class="page-actions">{children()}</div> })}
        </header>
    }
    .into_any()
}

/// A record's heading: number, title, state, the facts that matter most, and what can be done now.
#[component]
pub fn RecordHeader(
    /// "PO-1042".
    #[prop(into)]
    number: String,
    /// What it is about, in its writer's words.
    #[prop(into)]
    title: String,
    /// Its `StateBadge`.
    #[prop(into)]
    state: AnyView,
    /// One line of facts: who, to whom, how much, how late.
    #[prop(into)]
    facts: AnyView,
    /// The actions, the primary one last.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    view! {
        <Title text=raw_text(&format!("{number} {title} · Countersign"))/>
        <header class="page-header record-header">
            <div class="page-heading">
                <div class="record-line">
                    <h1><span class="record-number">{number}</span>" "{title}</h1>
                    {state}
                </div>
                <div class="facts">{facts}</div>
            </div>
            {children.map(|children| view! { <div class="page-actions">{children()}</div> })}
        </header>
    }
    .into_any()
}

/// The record on the left, what surrounds it (route, details) on the right; one under the other where there is no room.
#[component]
pub fn Columns(
    /// The narrow column's content.
    #[prop(into)]
    aside: AnyView,
    /// The wide column's content.
    children: Children,
) -> AnyView {
    view! { <div class="columns"><div class="column-main">{children()}</div><div class="column-aside">{aside}</div></div> }
    .into_any()
}

/// A part of a page with its own heading.
#[component]
pub fn Section(
    /// The heading.
    #[prop(into)]
    title: String,
    /// A link or a button beside the heading.
    #[prop(optional, into)]
    action: Option<AnyView>,
    /// The content.
    children: Children,
) -> AnyView {
    let id = format!(
        "section-{}",
        title
            .to_lowercase()
            .replace(|c: char| !c.is_ascii_alphanumeric(), "-")
    );
    view! {
        <section class="section" aria-labelledby=id.clone()>
            <div class="section-head"><h2 id=id.clone()>{title}</h2>{action}</div>
            {children()}
        </section>
    }
    .into_any()
}

/// One fact: its label and its value.
pub struct DescriptionItem {
    label: String,
    value: AnyView,
}

impl DescriptionItem {
    /// A fact from its label and anything that can be shown.
    pub fn new(label: impl Into<String>, value: impl IntoView + 'static) -> Self {
        Self {
            label: label.into(),
            value: value.into_any(),
        }
    }
}

/// The facts of a record.
#[component]
pub fn DescriptionList(
    /// In order.
    items: Vec<DescriptionItem>,
) -> AnyView {
    let items = items
        .into_iter()
        .map(|item| view! { <div><dt>{item.label}</dt><dd>{item.value}</dd></div> })
        .collect_view();
    view! { <dl class="facts-list">{items}</dl> }.into_any()
}
