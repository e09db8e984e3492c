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

/// Each changed field, old and new; the orders that were reassigned.
fn changes(data: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| {
        value
            .as_str()
            .filter(|text| !text.is_empty())
            .unwrap_or("nothing")
            .to_owned()
    };
    let Some(fields) = data.as_object() else {
        return Vec::new();
    };
    fields
        .iter()
        .filter_map(|(field, change)| {
            let label = match field.as_str() {
                "name" => "Name",
                "email" => "Email",
                "roles" => "Roles",
                "manager" => "Manager",
                "department" => "Department",
                "time_zone" => "Time zone",
                "reassigned" => {
                    let orders: Vec<String> = change.as_array()?.iter().map(text).collect();
                    return (!orders.is_empty())
                        .then(|| ("Reassigned".to_owned(), orders.join(", ")));
                }
                _ => return None,
            };
            let (from, to) = (text(change.get("from")?), text(change.get("to")?));
            let said = if from == "nothing" {
                to
            } else {
                format!("{from} → {to}")
            };
            Some((label.to_owned(), said))
        })
        .collect()
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
                "Department: Sales → nothing",
                "Manager: Mia",
                "Name: Sam → Samuel",
                "Reassigned: PO-1, PO-2"
            ]
        );
    }
}
