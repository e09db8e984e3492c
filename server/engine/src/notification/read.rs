//! What somebody was told, newest first, and what of it they have read.

use domain::{approval_rule::Priority, ids::PersonId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;

use crate::{Engine, Error, Result};

/// Unread notifications are counted to here.
pub const COUNTED: i64 = 100;
/// Rows of a page.
const PAGE: usize = 50;

/// One notification as its list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// `notifications.id`.
    pub id: i64,
    /// What happened, in one line.
    pub headline: String,
    /// What was said about it; may be empty.
    pub body: String,
    /// How loudly it is said.
    pub urgency: Priority,
    /// When.
    pub at: Timestamp,
    /// Whether they have read it.
    pub read: bool,
}

/// What somebody was told in the app, older than `before` where given; and where the next page begins, if there is one.
pub async fn list(
    engine: &Engine,
    person: PersonId,
    before: Option<i64>,
) -> Result<(Vec<Row>, Option<i64>)> {
    let limit = i64::try_from(PAGE + 1).map_err(Error::internal)?;
    let rows = sqlx::query!(
        r#"SELECT id, headline, body, urgency, at, read_at IS NOT NULL AS "read!" FROM notifications
           WHERE person_id = $1 AND in_app AND id < $2 ORDER BY id DESC LIMIT $3"#,
        person.0,
        before.unwrap_or(i64::MAX),
        limit,
    )
    .fetch_all(engine.pool())
    .await?;
    let mut rows = rows
        .into_iter()
        .map(|row| {
            let urgency = Priority::parse(&row.urgency)
                .ok_or_else(|| Error::internal(format!("notifications {}: urgency", row.id)))?;
            Ok(Row {
                id: row.id,
                headline: row.headline,
                body: row.body,
                urgency,
                at: row.at.to_jiff(),
                read: row.read,
            })
        })
        .collect::<Result<Vec<Row>>>()?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().map(|row| row.id).filter(|_| more);
    Ok((rows, next))
}

/// How many somebody has not read, counted to [`COUNTED`].
pub async fn unread(engine: &Engine, person: PersonId) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM (
               SELECT FROM notifications WHERE person_id = $1 AND in_app AND read_at IS NULL LIMIT $2) u"#,
        person.0,
        COUNTED,
    )
    .fetch_one(engine.pool())
    .await?;
    Ok(count)
}

/// Opens one: it is read, and leads to the address returned.
///
/// # Errors
/// `NotFound` for somebody else's.
pub async fn open(engine: &Engine, person: PersonId, id: i64) -> Result<String> {
    mark(engine, person, (id, id)).await?;
    let address = sqlx::query_scalar!(
        "SELECT address FROM notifications WHERE id = $1 AND person_id = $2",
        id,
        person.0,
    )
    .fetch_optional(engine.pool())
    .await?;
    address.ok_or(Error::NotFound)
}

/// Marks one as read. Somebody else's stays as it is.
pub async fn mark_read(engine: &Engine, person: PersonId, id: i64) -> Result<()> {
    mark(engine, person, (id, id)).await
}

/// Marks all as read up to the newest one that the page showed.
pub async fn mark_all_read(engine: &Engine, person: PersonId, up_to: i64) -> Result<()> {
    mark(engine, person, (1, up_to)).await
}

/// Marks those between as read; their other open pages hear of it.
async fn mark(engine: &Engine, person: PersonId, (from, to): (i64, i64)) -> Result<()> {
    sqlx::query!(
        r#"WITH marked AS (
               UPDATE notifications SET read_at = $4
               WHERE person_id = $1 AND in_app AND read_at IS NULL AND id BETWEEN $2 AND $3 RETURNING 1)
           SELECT count(pg_notify('notifications', $1::bigint::text)) AS "told!" FROM (SELECT FROM marked LIMIT 1) m"#,
        person.0,
        from,
        to,
        engine.clock().now().to_sqlx(),
    )
    .fetch_one(engine.pool())
    .await?;
    Ok(())
}

/// Counts as read what everyone was told before.
pub(crate) async fn read_before(engine: &Engine, before: Timestamp) -> Result<()> {
    sqlx::query!(
        "UPDATE notifications SET read_at = at WHERE read_at IS NULL AND at < $1",
        before.to_sqlx(),
    )
    .execute(engine.pool())
    .await?;
    Ok(())
}
