//! Tells people something: rows, mails and text messages of any number of notices in one statement.

use domain::{
    approval_rule::Priority,
    notification::{Kind, To},
};
use jiff_sqlx::ToSqlx;
use serde_json::{Value, json};

use crate::{Engine, Result, Tx, mail::Letter, transition_log::Subject};

/// What somebody is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    /// Who. Whoever was deactivated is told nothing.
    pub to: To,
    /// What it is about.
    pub kind: Kind,
    /// Of the record; how loudly it is said is the kind's.
    pub priority: Priority,
    /// The record.
    pub subject: Subject,
    /// What makes it one thing: a second notice to the same person under the same key is not told.
    pub key: String,
    /// What is said; its paragraphs are shown in the app too.
    pub letter: Letter,
    /// Where it leads in the app: a path.
    pub address: String,
}

/// Writes the notices down; mails, text messages of what is urgent and live counts follow when the transaction commits, and nothing does when it does not.
pub(crate) async fn tell(tx: &mut Tx, engine: &Engine, notices: &[Notice]) -> Result<()> {
    if notices.is_empty() {
        return Ok(());
    }
    let said = notices.iter().map(row);
    let said = Value::Array(said.collect::<Result<_>>()?);
    sqlx::query!(
        r#"WITH said AS (
               SELECT * FROM jsonb_to_recordset($1) AS s (person_id bigint, role text, kind text, urgency text, subject_kind text,
                   subject_id bigint, key text, headline text, body text, address text, letter jsonb, asks boolean)),
           heard AS (
               SELECT DISTINCT ON (p.id, s.key) p.id AS hearer_id, p.email, p.phone, s.*
               FROM said s CROSS JOIN LATERAL (
                       SELECT s.person_id AS id WHERE s.person_id IS NOT NULL
                       UNION ALL SELECT r.person_id FROM person_roles r WHERE r.role = s.role) t
                   JOIN people p ON p.id = t.id AND p.deactivated_at IS NULL),
           told AS (
               INSERT INTO notifications (person_id, kind, urgency, subject_kind, subject_id, key, headline, body, address, in_app, at)
               SELECT h.hearer_id, h.kind, h.urgency, h.subject_kind, h.subject_id, h.key, h.headline, h.body, h.address,
                   h.urgency = 'urgent' OR NOT EXISTS (SELECT FROM notification_preferences f
                       WHERE f.person_id = h.hearer_id AND f.kind = h.kind AND f.way = 'in_app' AND NOT f.wanted), $2
               FROM heard h ON CONFLICT (person_id, key) DO NOTHING RETURNING id, person_id, key, kind, in_app),
           mailed AS (
               INSERT INTO deliveries (notification_id, person_id, way, address, headline, letter, thread, created_at, next_at, decision_id)
               SELECT t.id, t.person_id, 'email', h.email, h.headline, h.letter, h.subject_kind || '-' || h.subject_id, $2, $2,
                   CASE WHEN h.asks THEN (SELECT d.id FROM decisions d
                       WHERE d.subject_kind = h.subject_kind AND d.subject_id = h.subject_id AND d.verdict IS NULL) END
               FROM told t JOIN heard h ON h.hearer_id = t.person_id AND h.key = t.key
               WHERE NOT $3 AND NOT EXISTS (SELECT FROM notification_preferences f
                   WHERE f.person_id = t.person_id AND f.kind = t.kind AND f.way = 'email' AND NOT f.wanted)),
           texted AS (
               INSERT INTO deliveries (notification_id, person_id, way, address, headline, letter, created_at, next_at)
               SELECT t.id, t.person_id, 'sms', h.phone, h.headline, h.letter, $2, $2
               FROM told t JOIN heard h ON h.hearer_id = t.person_id AND h.key = t.key
               WHERE NOT $3 AND h.urgency = 'urgent' AND h.phone IS NOT NULL AND NOT EXISTS (SELECT FROM notification_preferences f
                   WHERE f.person_id = t.person_id AND f.kind = t.kind AND f.way = 'sms' AND NOT f.wanted))
           SELECT count(pg_notify('notifications', t.person_id::text)) AS "told!" FROM told t WHERE t.in_app AND NOT $3"#,
        said,
        engine.clock().now().to_sqlx(),
        engine.is_quiet(),
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(())
}

/// One notice as the statement reads it.
fn row(notice: &Notice) -> Result<Value> {
    let (person, role) = match notice.to {
        To::Person(id) => (Some(id.0), None),
        To::Role(role) => (None, Some(role.as_str())),
    };
    Ok(json!({
        "person_id": person,
        "role": role,
        "kind": notice.kind.as_str(),
        "urgency": notice.kind.urgency(notice.priority).as_str(),
        "subject_kind": notice.subject.kind,
        "subject_id": notice.subject.id,
        "key": notice.key,
        "headline": notice.letter.headline,
        "body": notice.letter.paragraphs.join("\n\n"),
        "address": notice.address,
        "letter": notice.letter.kept()?,
        "asks": notice.kind.asks(),
    }))
}
