//! What happened to a person, in words.

use engine::transition_log::Row;
use leptos::prelude::*;
use serde_json::Value;

use crate::ui::{HistoryEntry, HistoryList, ReaderTime, Section, Tone};

/// The history, newest first.
pub(super) fn list(rows: &[Row], time: &ReaderTime) -> AnyView {
    let entries = rows.iter().map(|row| entry(row, time)).collect();
    view! { <Section title="History"><HistoryList entries=entries/></Section> }.into_any()
}

fn entry(row: &Row, time: &ReaderTime) -> HistoryEntry {
    let title = match row.event.as_str() {
        "create" => "Added",
        "change" => "Changed",
        "grant_override" => "Override granted",
        "revoke_override" => "Override taken away",
        "deactivate" => "Deactivated",
        "reactivate" => "Reactivated",
        "change_password" => "Password changed",
        other => other,
    };
    HistoryEntry {
        title: title.to_owned(),
        by: row.actor.clone().unwrap_or_else(|| "the system".to_owned()),
        way: (row.way != "page").then(|| row.way.clone()),
        at: time.moment(row.at),
        from: None,
        to: None,
        tone: Tone::Neutral,
        note: row.note.clone(),
        extra: changes(&row.data),
    }
}

/// The fields a change can name, as people read them.
const FIELDS: [(&str, &str); 6] = [
    ("name", "Name"),
    ("email", "Email"),
    ("roles", "Roles"),
    ("manager", "Manager"),
    ("department", "Department"),
    ("time_zone", "Time zone"),
];

/// Each changed field, old and new; the orders that were reassigned.
fn changes(data: &Value) -> Vec<(String, String)> {
    let text = |value: Option<&Value>| {
        value
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let mut said = Vec::new();
    for (field, label) in FIELDS {
        let Some(change) = data.get(field) else {
            continue;
        };
        let to = text(change.get("to")).unwrap_or_else(|| "nothing".to_owned());
        let words = text(change.get("from")).map_or(to.clone(), |from| format!("{from} → {to}"));
        said.push((label.to_owned(), words));
    }
    let reassigned = data.get("reassigned").and_then(Value::as_array);
    let orders: Vec<String> = reassigned
        .into_iter()
        .flatten()
        .filter_map(|order| text(Some(order)))
        .collect();
    if !orders.is_empty() {
        said.push(("Reassigned".to_owned(), orders.join(", ")));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::changes;
    use serde_json::json;

    #[test]
    fn changes_are_said_field_by_field() {
        let data = json!({
            "name": { "from": "Sam", "to": "Samuel" },
            "manager": { "from": "", "to": "Mia" },
            "department": { "from": "Sales", "to": "" },
            "reassigned": ["PO-1", "PO-2"],
            "unknown": 1,
        });
        let said: Vec<String> = changes(&data)
            .into_iter()
            .map(|(label, text)| format!("{label}: {text}"))
            .collect();
        assert_eq!(
            said,
            [
                "Name: Sam → Samuel",
                "Manager: Mia",
                "Department: Sales → nothing",
                "Reassigned: PO-1, PO-2"
            ]
        );
    }
}
