//! Statements about attachments.

use domain::ids::PersonId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Attachment;
use crate::{Engine, Error, Result, Tx, record, transition_log::Subject};

/// What is known of a file once it is written.
pub(super) struct Written {
    pub id: Uuid,
    pub name: String,
    pub size: u64,
    pub media_type: &'static str,
    pub sha256: [u8; 32],
}

/// Says whether it is new.
pub(super) async fn insert(
    tx: &mut Tx,
    engine: &Engine,
    (subject, by): (Subject, PersonId),
    file: &Written,
) -> Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO attachments (id, subject_kind, subject_id, name, size, media_type, sha256, uploaded_by, uploaded_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT ON CONSTRAINT attachments_pk DO NOTHING",
        file.id,
        subject.kind,
        subject.id,
        file.name,
        i64::try_from(file.size).map_err(Error::internal)?,
        file.media_type,
        &file.sha256[..],
        by.0,
        engine.clock().now().to_sqlx(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn count(db: &mut PgConnection, subject: Subject) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM attachments WHERE subject_kind = $1 AND subject_id = $2 AND removed_at IS NULL"#,
        subject.kind,
        subject.id,
    )
    .fetch_one(db)
    .await?;
    Ok(count)
}

/// The files of a record, oldest first. `removable_since`: what was added after it can still be removed by the reader.
pub(crate) async fn all(
    db: &mut PgConnection,
    subject: Subject,
    removable_since: Option<Timestamp>,
) -> Result<Vec<Attachment>> {
    let rows = sqlx::query!(
        "SELECT a.id, a.name, a.size, a.uploaded_at, p.name AS uploaded_by
         FROM attachments a JOIN people p ON p.id = a.uploaded_by
         WHERE a.subject_kind = $1 AND a.subject_id = $2 AND a.removed_at IS NULL ORDER BY a.uploaded_at, a.id",
        subject.kind,
        subject.id,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let at = row.uploaded_at.to_jiff();
            Ok(Attachment {
                id: row.id,
                name: row.name,
                size: u64::try_from(row.size).map_err(Error::internal)?,
                by: row.uploaded_by,
                at,
                removable: removable_since.is_some_and(|since| at > since),
            })
        })
        .collect()
}

/// A file that is there, and of which record.
pub(super) struct Found {
    pub subject: Subject,
    pub name: String,
    pub size: u64,
    pub media_type: String,
    pub sha256: Vec<u8>,
    pub at: Timestamp,
}

pub(super) async fn find(db: &mut PgConnection, id: Uuid) -> Result<Option<Found>> {
    let row = sqlx::query!(
        "SELECT subject_kind, subject_id, name, size, media_type, sha256, uploaded_at FROM attachments
         WHERE id = $1 AND removed_at IS NULL",
        id,
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let subject = record::subject(&row.subject_kind, row.subject_id)
        .ok_or_else(|| Error::internal(format!("attachments {id}: subject_kind")))?;
    Ok(Some(Found {
        subject,
        name: row.name,
        size: u64::try_from(row.size).map_err(Error::internal)?,
        media_type: row.media_type,
        sha256: row.sha256,
        at: row.uploaded_at.to_jiff(),
    }))
}

/// Marks a file as removed; false when somebody was faster.
pub(super) async fn mark_removed(
    tx: &mut Tx,
    engine: &Engine,
    id: Uuid,
    by: PersonId,
) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE attachments SET removed_by = $2, removed_at = $3 WHERE id = $1 AND removed_at IS NULL",
        id,
        by.0,
        engine.clock().now().to_sqlx(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Which of these are files of a record.
pub(super) async fn kept(db: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let kept = sqlx::query_scalar!(
        "SELECT id FROM attachments WHERE id = ANY($1) AND removed_at IS NULL",
        ids,
    )
    .fetch_all(db)
    .await?;
    Ok(kept)
}
