//! What happened to a record and what was said about it, newest first.

use leptos::prelude::*;

use super::{Moment, Timestamp, Tone};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// What: "Approved", "Submitted for approval".
    pub title: String,
    /// Who: "Fay Finch for Mia Moss".
    pub by: String,
    /// By which way, if not by the page: "email link", "override", "timer".
    pub way: Option<String>,
    /// When.
    pub at: Moment,
    /// The state before, in words; `None` at the first entry or where the state stayed.
    pub from: Option<String>,
    /// The state after, in words.
    pub to: Option<String>,
    /// What the state after means.
    pub tone: Tone,
    /// What they wrote.
    pub note: Option<String>,
    /// More lines, e.g. an override's or a rejection's reason: label and text.
    pub extra: Vec<(String, String)>,
}

/// One thing that happened to a record, in its [`ActivityList`].
#[component]
pub fn HistoryItem(
    /// What happened.
    entry: HistoryEntry,
) -> AnyView {
    self::entry(entry)
}

/// One thing that was said about a record, in its [`ActivityList`].
#[component]
pub fn CommentItem(
    /// What the item's address ends with: `#comment-12`.
    id: i64,
    /// Who.
    author: String,
    /// When.
    at: Moment,
    /// What they wrote.
    text: String,
    /// Whom they mentioned.
    mentions: Vec<String>,
) -> AnyView {
    let mentioned = (!mentions.is_empty()).then(|| {
        view! { <p class="history-change">"Mentioned: "{mentions.join(", ")}</p> }
    });
    view! {
        <li class="history-entry comment" id=format!("comment-{id}")>
            <p class="history-line"><b>"Comment"</b>" by "{author}" "<Timestamp at=at/></p>
            <blockquote class="history-note">{text}</blockquote>
            {mentioned}
        </li>
    }
    .into_any()
}

/// What happened to a record and was said about it: `HistoryItem`s and `CommentItem`s, newest first.
#[component]
pub fn ActivityList(
    /// The items.
    children: Children,
) -> AnyView {
    view! { <ol class="history" aria-label="Activity">{children()}</ol> }.into_any()
}

/// The history of anything that keeps one and is not talked about.
#[component]
pub fn HistoryList(
    /// What happened, newest first.
    entries: Vec<HistoryEntry>,
    /// The list's accessible name.
    #[prop(default = "History".to_owned(), into)]
    label: String,
) -> AnyView {
    let items = entries.into_iter().map(entry).collect_view();
    view! { <ol class="history" aria-label=label>{items}</ol> }.into_any()
}

fn entry(entry: HistoryEntry) -> AnyView {
    let marker = format!(
        "history-entry {}",
        entry.tone.class().trim_start_matches("state ")
    );
    let change = match (entry.from, entry.to) {
        (Some(from), Some(to)) => Some(format!("{from} → {to}")),
        (None, Some(to)) => Some(to),
        (Some(from), None) => Some(from),
        (None, None) => None,
    };
    let extra = entry
        .extra
        .into_iter()
        .map(|(label, text)| view! { <p class="history-extra"><b>{label}": "</b>{text}</p> })
        .collect_view();
    view! {
        <li class=marker>
            <p class="history-line">
                <b>{entry.title}</b>" by "{entry.by}
                {entry.way.map(|way| view! { <span class="history-way">" ("{way}")"</span> })}
                " "<Timestamp at=entry.at/>
            </p>
            {change.map(|text| view! { <p class="history-change">{text}</p> })}
            {entry.note.map(|text| view! { <blockquote class="history-note">{text}</blockquote> })}
            {extra}
        </li>
    }
    .into_any()
}
