//! What administrators changed: the history of people, vendors, departments, cost centres, rules and settings as one list.

use domain::ids::PersonId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde_json::Value;

use crate::{Engine, Result};

/// Rows of one page.
const PAGE: usize = 50;

/// The kinds of records whose history is listed, with the words of the filter. Their partial indexes name the same.
pub const KINDS: [(&str, &str); 6] = [
    ("person", "People"),
    ("vendor", "Vendors"),
    ("department", "Departments"),
    ("cost_centre", "Cost centres"),
    ("approval_rule_set", "Approval rules"),
    ("organisation", "Settings"),
];

/// Which changes are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeQuery {
    /// Of one kind of [`KINDS`] only.
    pub kind: Option<String>,
    /// Made by this person only.
    pub by: Option<PersonId>,
    /// After the row that [`ChangePage::next`] said.
    pub after: Option<String>,
}

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

/// One page of changes, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangePage {
    /// At most 50.
    pub rows: Vec<Change>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

/// Where a page begins: the last row of the page before.
struct After {
    at: Timestamp,
    kind: String,
    id: i64,
    seq: i32,
}

impl After {
    /// Past every row.
    fn start() -> Self {
        Self {
            at: Timestamp::MAX,
            kind: String::new(),
            id: 0,
            seq: 0,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, '.');
        Some(Self {
            at: Timestamp::from_microsecond(parts.next()?.parse().ok()?).ok()?,
            kind: parts.next()?.replace('\0', ""),
            id: parts.next()?.parse().ok()?,
            seq: parts.next()?.parse().ok()?,
        })
    }
}

/// A page of changes.
pub async fn changes(engine: &Engine, query: &ChangeQuery) -> Result<ChangePage> {
    let after = query.after.as_deref().and_then(After::parse);
    let first = after.is_none();
    let after = after.unwrap_or_else(After::start);
    // The first page has no row before it.
    let at = (!first).then(|| after.at.to_sqlx());
    let limit = i64::try_from(PAGE).unwrap_or_default() + 1;
    let found = sqlx::query!(
        r#"SELECT t.subject_kind, t.subject_id, t.seq, t.event, t.at, t.note, t.data, a.name AS "by?",
               coalesce(CASE t.subject_kind
                   WHEN 'person' THEN (SELECT name FROM people WHERE id = t.subject_id)
                   WHEN 'vendor' THEN (SELECT name FROM vendors WHERE id = t.subject_id)
                   WHEN 'department' THEN (SELECT name FROM departments WHERE id = t.subject_id)
                   WHEN 'cost_centre' THEN (SELECT code FROM cost_centres WHERE id = t.subject_id) END, '') AS "name!"
           FROM transitions t LEFT JOIN people a ON a.id = t.actor_id
           WHERE t.subject_kind IN ('person', 'vendor', 'department', 'cost_centre', 'approval_rule_set', 'organisation')
               AND ($1::text IS NULL OR t.subject_kind = $1)
               AND ($2::bigint IS NULL OR t.actor_id = $2)
               AND ($3::timestamptz IS NULL OR (t.at, t.subject_kind, t.subject_id, t.seq) < ($3, $4, $5, $6))
           ORDER BY t.at DESC, t.subject_kind DESC, t.subject_id DESC, t.seq DESC LIMIT $7"#,
        query.kind,
        query.by.map(|id| id.0),
        at as Option<jiff_sqlx::Timestamp>,
        after.kind,
        after.id,
        after.seq,
        limit,
    )
    .fetch_all(engine.pool())
    .await?;
    let more = found.len() > PAGE;
    let last = found.get(PAGE - 1).filter(|_| more);
    let next = last.map(|row| {
        let at = row.at.to_jiff().as_microsecond();
        format!("{at}.{}.{}.{}", row.subject_kind, row.subject_id, row.seq)
    });
    let rows = found.into_iter().take(PAGE).map(|row| Change {
        kind: row.subject_kind,
        id: row.subject_id,
        name: row.name,
        event: row.event,
        by: row.by,
        at: row.at.to_jiff(),
        note: row.note,
        data: row.data,
    });
    Ok(ChangePage {
        rows: rows.collect(),
        next,
    })
}
