//! What happened to a record that has no states of its own (a person, a vendor), in words.

use engine::transition_log::Row;
use leptos::prelude::*;
use serde_json::Value;

use crate::ui::{HistoryEntry, HistoryList, ReaderTime, Section, Tone, in_words};

/// The history, newest first.
pub fn list(rows: &[Row], time: &ReaderTime) -> AnyView {
    let entries = rows.iter().map(|row| entry(row, time)).collect();
    view! { <Section title="History"><HistoryList entries=entries/></Section> }.into_any()
}

/// What an event is called once it happened.
pub fn past(event: &str) -> String {
    let title = match event {
        "create" => "Added",
        "change" => "Changed",
        "grant_override" => "Override granted",
        "revoke_override" => "Override taken away",
        "deactivate" => "Deactivated",
        "reactivate" => "Reactivated",
        "set_away" => "Away period set",
        "change_away" => "Away period changed",
        "cancel_away" => "Away period cancelled",
        "change_password" => "Password changed",
        "set_password" => "Password set",
        "invite" => "Invited",
        "turn_on_second_factor" => "Second factor set up",
        "turn_off_second_factor" => "Second factor turned off",
        "remove_second_factor" => "Second factor taken away",
        "use_recovery_code" => "Recovery code used",
        "renew_recovery_codes" => "New recovery codes made",
        "hold" => "Put on hold",
        "release" => "Released",
        "flag" => "Flagged for review",
        "clear_flag" => "Flag cleared",
        "import_rates" => "Exchange rates imported",
        "move_clock" => "Clock moved",
        "propose" => "Proposed",
        "propose_to_retire" => "Proposed to retire",
        "confirm" => "Confirmed",
        "reject" => "Rejected",
        "withdraw" => "Withdrawn",
        "replace" => "Replaced by a newer version",
        other => return in_words(other),
    };
    title.to_owned()
}

fn entry(row: &Row, time: &ReaderTime) -> HistoryEntry {
    HistoryEntry {
        title: past(&row.event),
        by: row.actor.clone().unwrap_or_else(|| "the system".to_owned()),
        way: match row.way.as_str() {
            "page" => None,
            "link" => Some("email link".to_owned()),
            other => Some(other.to_owned()),
        },
        at: time.moment(row.at),
        from: None,
        to: None,
        tone: Tone::Neutral,
        note: row.note.clone(),
        extra: changes(&row.data),
    }
}

/// The fields a change can name, in the order of their forms.
const FIELDS: [&str; 27] = [
    "ahead",
    "code",
    "name",
    "email",
    "phone",
    "address",
    "roles",
    "manager",
    "department",
    "head",
    "active",
    "time_zone",
    "currency",
    "route",
    "level_1",
    "level_2",
    "level_3",
    "fallback",
    "fallback_alternate",
    "four_eyes",
    "second_factor_required_of",
    "second_factor_above",
    "exchange_rates",
    "away_from",
    "away_until",
    "delegate",
    "reason",
];

/// Each changed field, old and new; the orders that were reassigned.
pub fn changes(data: &Value) -> Vec<(String, String)> {
    let text = |value: Option<&Value>| {
        value
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let mut said = Vec::new();
    for field in FIELDS {
        let Some(change) = data.get(field) else {
            continue;
        };
        // What a command made says only what it is.
        let to = change.as_str().or(change.get("to").and_then(Value::as_str));
        let to = match to.unwrap_or_default() {
            "" => "nothing".to_owned(),
            text => text.to_owned(),
        };
        let words = text(change.get("from")).map_or(to.clone(), |from| format!("{from} → {to}"));
        said.push((in_words(field), words));
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
            "email": "sam@example.com",
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
                "Email: sam@example.com",
                "Manager: Mia",
                "Department: Sales → nothing",
                "Reassigned: PO-1, PO-2"
            ]
        );
    }
}
