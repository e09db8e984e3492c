//! What happened to an order and what was said about it, with the box to say more.

use domain::purchase_order::{EventKind, RejectionCategory, State};
use engine::{
    Error,
    activity::Entry,
    purchase_order::{RecordView, address, subject},
    transition_log::Row,
};
use leptos::prelude::*;

use crate::{
    comment::comment_form,
    page::PageContext,
    purchase_order::tone,
    ui::{ActivityList, CommentItem, HistoryEntry, HistoryItem, ReaderTime, Section},
};

/// The activity, newest first. `form`: the page is the draft's form, which the comment does not save.
pub fn activity(context: &PageContext, record: &RecordView, form: bool) -> Result<AnyView, Error> {
    let (id, time) = (record.order.id, &context.time);
    let items = record
        .activity
        .entries
        .iter()
        .map(|entry| item(entry, time))
        .collect_view();
    let to = |query: String| format!("{}{query}#section-activity", address(id));
    let later = context.request.query("older").is_some();
    let newest = later.then(|| {
        view! { <a class="btn btn-plain btn-sm" href=to(String::new())>"Newest"</a> }
    });
    let older = record.activity.older.map(|place| {
        view! { <a class="btn btn-plain btn-sm" rel="next" href=to(format!("?older={place}"))>"Older"</a> }
    });
    let nav = (newest.is_some() || older.is_some())
        .then(|| view! { <nav class="pager" aria-label="Pages of activity">{newest}{older}</nav> });
    let comment = comment_form(context, subject(id), form)?;
    Ok(view! {
        <Section title="Activity">
            {comment}
            <ActivityList>{items}</ActivityList>
            {nav}
        </Section>
    }
    .into_any())
}

fn item(entry: &Entry, time: &ReaderTime) -> AnyView {
    match entry {
        Entry::Transition(row) => view! { <HistoryItem entry=happened(row, time)/> }.into_any(),
        Entry::Comment(comment) => {
            let comment = comment.clone();
            view! {
                <CommentItem id=comment.id author=comment.author at=time.moment(comment.at) text=comment.text mentions=comment.mentions/>
            }
            .into_any()
        }
    }
}

fn happened(row: &Row, time: &ReaderTime) -> HistoryEntry {
    let state = |name: &Option<String>| name.as_deref().and_then(State::parse);
    let (from, to) = (state(&row.from_state), state(&row.to_state));
    let said = |key: &str| {
        row.data
            .get(key)
            .and_then(|v| v.as_str())
            .map(str::to_owned)
    };
    let mut extra = Vec::new();
    if let Some(category) = said("category").and_then(|c| RejectionCategory::parse(&c)) {
        extra.push(("Reason category".to_owned(), category.label().to_owned()));
    }
    if let Some(reason) = said("override_reason") {
        extra.push(("Override reason".to_owned(), reason));
    }
    if let Some(rate) = said("exchange_rate") {
        extra.push(("Exchange rate".to_owned(), rate));
    }
    if let Some(received) = row.data.get("received").and_then(|v| v.as_object()) {
        let lines = received.iter().map(|(line, quantity)| {
            let quantity = quantity.as_str().unwrap_or_default();
            format!("line {line}: {quantity}")
        });
        let lines: Vec<_> = lines.collect();
        extra.push(("Received so far".to_owned(), lines.join(", ")));
    }
    if let Some((from, to)) = said("from").zip(said("to")) {
        extra.push(("Decides".to_owned(), format!("{from} → {to}")));
    }
    if let Some(file) = said("file") {
        extra.push(("File".to_owned(), file));
    }
    HistoryEntry {
        title: title(row),
        by: match (&row.actor, &row.on_behalf_of) {
            (Some(actor), Some(principal)) => format!("{actor} for {principal}"),
            (Some(actor), None) => actor.clone(),
            (None, _) => "the system".to_owned(),
        },
        way: match row.way.as_str() {
            "page" | "system" => None,
            "link" => Some("email link".to_owned()),
            other => Some(other.to_owned()),
        },
        at: time.moment(row.at),
        from: from.filter(|_| from != to).map(|s| s.label().to_owned()),
        to: to.map(|s| s.label().to_owned()),
        tone: to.map(tone).unwrap_or_default(),
        note: row.note.clone(),
        extra,
    }
}

/// "Approved (level 1)".
fn title(row: &Row) -> String {
    let title = match (EventKind::parse(&row.event), row.event.as_str()) {
        (Some(kind), _) => kind.past(),
        (None, "create") => "Created",
        (None, "reassign") => "Reassigned",
        (None, "forward") => "Forwarded",
        (None, "hand_over") => "Handed over",
        (None, "attach") => "File attached",
        (None, "remove_attachment") => "File removed",
        (None, other) => other,
    };
    match row.level {
        Some(level) => format!("{title} (level {level})"),
        None => title.to_owned(),
    }
}
