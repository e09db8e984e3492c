//! Statements that write and read comments.

use domain::ids::PersonId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::{Engine, Result, Tx, transition_log::Subject};

/// One comment as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// `comments.id`.
    pub id: i64,
    /// Who wrote it.
    pub author: String,
    /// What they wrote.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// Whom it mentions, by name.
    pub mentions: Vec<String>,
}

pub(super) async fn insert(
    tx: &mut Tx,
    engine: &Engine,
    (subject, author): (Subject, PersonId),
    text: &str,
) -> Result<i64> {
    let id = sqlx::query_scalar!(
        "INSERT INTO comments (subject_kind, subject_id, author_id, body, at) VALUES ($1, $2, $3, $4, $5) RETURNING id",
        subject.kind,
        subject.id,
        author.0,
        text,
        engine.clock().now().to_sqlx(),
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(id)
}

/// The newest `limit` comments on a record, newest first, below `before` where given.
pub(crate) async fn newest(
    db: &mut PgConnection,
    subject: Subject,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Comment>> {
    let rows = sqlx::query!(
        r#"SELECT c.id, a.name AS author, c.body, c.at,
               array(SELECT p.name FROM mentions m JOIN people p ON p.id = m.person_id
                   WHERE m.comment_id = c.id ORDER BY lower(p.name), p.id) AS "mentions!"
           FROM comments c JOIN people a ON a.id = c.author_id
           WHERE c.subject_kind = $1 AND c.subject_id = $2 AND c.id < $3 ORDER BY c.id DESC LIMIT $4"#,
        subject.kind,
        subject.id,
        before.unwrap_or(i64::MAX),
        limit,
    )
    .fetch_all(db)
    .await?;
    let comments = rows.into_iter().map(|row| Comment {
        id: row.id,
        author: row.author,
        text: row.body,
        at: row.at.to_jiff(),
        mentions: row.mentions,
    });
    Ok(comments.collect())
}
