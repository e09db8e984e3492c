//! What administrators changed: the history of people, vendors, departments, cost centres, rules and settings as one list.

use domain::actor::Actor;
use jiff::Timestamp;
use serde_json::Value;
use sqlx::PgConnection;

use crate::{
    Result, Tx,
    list::{Filter, Kind, Listed, Query, Record, Scope, Sort, Spec, Test, Words},
    search,
    transition_log::{Entry, Subject},
};

/// The kinds of records whose history is listed, with the words of the filter. Their partial indexes name the same.
pub const KINDS: [(&str, &str); 6] = [
    ("person", "People"),
    ("vendor", "Vendors"),
    ("department", "Departments"),
    ("cost_centre", "Cost centres"),
    ("approval_rule_set", "Approval rules"),
    ("organisation", "Settings"),
];

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The kind of its record, as in [`KINDS`].
    pub kind: String,
    /// The record's number.
    pub id: i64,
    /// What the record is called now; empty where it has no name.
    pub name: String,
    /// What happened.
    pub event: String,
    /// Who did it; `None`: the system.
    pub by: Option<String>,
    /// When.
    pub at: Timestamp,
    /// What was said.
    pub note: Option<String>,
    /// The fields that changed.
    pub data: Value,
}

/// The kinds, as the filter names them.
const KIND_NAMES: [&str; KINDS.len()] = {
    let mut names = [""; KINDS.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = KINDS[at].0;
        at += 1;
    }
    names
};

/// What the list of changes can be asked.
pub static CHANGES: Spec = Spec {
    path: "/admin/audit",
    table: "transitions t",
    key: "t.number",
    sorts: &[Sort::by("at", "When", "t.at", Kind::Moment).descending()],
    filters: &[
        Filter::new(
            "kind",
            "Kind",
            Test::Is("t.subject_kind", Kind::OneOf(&KIND_NAMES)),
        ),
        Filter::new("by", "By", Test::Is("t.actor_id", Kind::Id(Record::Person))),
        Filter::new("from", "From", Test::From("t.at", Kind::Moment)),
        Filter::new("to", "Until", Test::UpTo("t.at", Kind::Moment)),
    ],
    words: Some(Words {
        table: "change_words",
        key: "number",
        vendors: false,
    }),
};

/// Keeps what the changes are found by that were just appended to the history of `subject` after its row `last`; nothing for records
/// that are not listed here.
pub(crate) async fn keep_words(
    tx: &mut Tx,
    subject: Subject,
    last: i32,
    entries: &[Entry],
) -> Result<()> {
    if !KIND_NAMES.contains(&subject.kind) {
        return Ok(());
    }
    for (seq, entry) in (last + 1..).zip(entries) {
        sqlx::query!(
            "INSERT INTO change_words (number, words)
             SELECT t.number, array_to_tsvector($4::text[]) || coalesce(a.words, '') || coalesce(CASE t.subject_kind
                 WHEN 'person' THEN (SELECT words FROM people WHERE id = t.subject_id)
                 WHEN 'vendor' THEN (SELECT words FROM vendors WHERE id = t.subject_id)
                 WHEN 'department' THEN (SELECT words FROM departments WHERE id = t.subject_id)
                 WHEN 'cost_centre' THEN (SELECT words FROM cost_centres WHERE id = t.subject_id) END, '')
             FROM transitions t LEFT JOIN people a ON a.id = t.actor_id
             WHERE t.subject_kind = $1 AND t.subject_id = $2 AND t.seq = $3",
            subject.kind,
            subject.id,
            seq,
            &words(entry),
        )
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// The words of what happened, of what was said, and of the fields that changed.
fn words(entry: &Entry) -> Vec<String> {
    let note = entry.note.as_deref().unwrap_or_default();
    search::words(&format!("{} {note} {}", entry.event, entry.data))
}

impl Listed for Change {
    fn spec() -> &'static Spec {
        &CHANGES
    }

    async fn scope(_: &mut PgConnection, _: &Actor, _: &Query) -> Result<Scope> {
        Ok(Scope::Where(
            "t.subject_kind IN ('person', 'vendor', 'department', 'cost_centre', 'approval_rule_set', 'organisation')",
        ))
    }

    async fn rows(db: &mut PgConnection, keys: &[i64]) -> Result<Vec<Self>> {
        let rows = sqlx::query!(
            r#"SELECT t.subject_kind, t.subject_id, t.event, t.at, t.note, t.data, a.name AS "by?",
                   coalesce(CASE t.subject_kind
                       WHEN 'person' THEN (SELECT name FROM people WHERE id = t.subject_id)
                       WHEN 'vendor' THEN (SELECT name FROM vendors WHERE id = t.subject_id)
                       WHEN 'department' THEN (SELECT name FROM departments WHERE id = t.subject_id)
                       WHEN 'cost_centre' THEN (SELECT code FROM cost_centres WHERE id = t.subject_id) END, '') AS "name!"
               FROM unnest($1::bigint[]) WITH ORDINALITY AS asked (id, place) JOIN transitions t ON t.number = asked.id
                   AND t.subject_kind IN ('person', 'vendor', 'department', 'cost_centre', 'approval_rule_set', 'organisation')
                   LEFT JOIN people a ON a.id = t.actor_id
               ORDER BY asked.place"#,
            keys,
        )
        .fetch_all(db)
        .await?;
        let rows = rows.into_iter().map(|row| Change {
            kind: row.subject_kind,
            id: row.subject_id,
            name: row.name,
            event: row.event,
            by: row.by,
            at: row.at.to_jiff(),
            note: row.note,
            data: row.data,
        });
        Ok(rows.collect())
    }
}
