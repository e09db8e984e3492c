//! Mentions: whom a handle can name, who was mentioned where, and what of it they have seen.

use domain::{
    actor::Actor,
    comment::{Handle, Named},
    ids::PersonId,
    second_factor::SecondFactor,
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::{Engine, Error, Result, Tx, person, record, transition_log::Subject};

/// Days for which a mention that was not seen is shown.
const SHOWN_DAYS: i64 = 14;
/// Mentions shown at once.
const SHOWN: i64 = 20;

/// Everyone active whom a part of the handles names.
pub(super) async fn candidates(
    db: &mut PgConnection,
    handles: &[Handle],
) -> Result<Vec<(Named, Actor)>> {
    let parts: Vec<String> = handles.iter().flatten().cloned().collect();
    let rows = sqlx::query!(
        r#"SELECT p.id, p.name, p.email, p.override_approvals,
               array(SELECT r.role FROM person_roles r WHERE r.person_id = p.id) AS "roles!",
               EXISTS (SELECT FROM people r WHERE r.manager_id = p.id AND r.deactivated_at IS NULL) AS "is_manager!"
           FROM people p WHERE p.deactivated_at IS NULL
               AND (lower(p.name) = ANY($1) OR lower(p.email) = ANY($1) OR lower(split_part(p.email, '@', 1)) = ANY($1))"#,
        &parts,
    )
    .fetch_all(db)
    .await?;
    let people = rows.into_iter().map(|row| {
        let id = PersonId(row.id);
        let actor = Actor {
            id,
            name: row.name.clone(),
            roles: person::parse_roles(&row.roles),
            override_approvals: row.override_approvals,
            is_manager: row.is_manager,
            second_factor: SecondFactor::default(),
        };
        let named = Named {
            id,
            name: row.name,
            email: row.email,
        };
        (named, actor)
    });
    Ok(people.collect())
}

pub(super) async fn insert(tx: &mut Tx, comment: i64, people: &[PersonId]) -> Result<()> {
    let ids: Vec<i64> = people.iter().map(|id| id.0).collect();
    sqlx::query!(
        "INSERT INTO mentions (person_id, comment_id) SELECT unnest($1::bigint[]), $2",
        &ids,
        comment,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Who comments on a record has seen where it mentions them.
pub(super) async fn answered(
    tx: &mut Tx,
    engine: &Engine,
    subject: Subject,
    person: PersonId,
) -> Result<()> {
    sqlx::query!(
        "UPDATE mentions m SET seen_at = $4 FROM comments c
         WHERE m.person_id = $3 AND m.seen_at IS NULL AND c.id = m.comment_id AND c.subject_kind = $1 AND c.subject_id = $2",
        subject.kind,
        subject.id,
        person.0,
        engine.clock().now().to_sqlx(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A mention that its reader has not marked as seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The comment: what [`mark_seen`] counts up to.
    pub comment: i64,
    /// On what.
    pub subject: Subject,
    /// Who wrote it.
    pub author: String,
    /// When.
    pub at: Timestamp,
}

impl Mention {
    /// Where the comment is read.
    pub fn address(&self) -> String {
        super::address(self.subject, self.comment)
    }
}

/// Where somebody was mentioned in the last two weeks and has not seen it, newest first, at most twenty.
pub async fn mentions(engine: &Engine, person: PersonId) -> Result<Vec<Mention>> {
    let since = engine.clock().now() - SignedDuration::from_hours(24 * SHOWN_DAYS);
    let rows = sqlx::query!(
        "SELECT c.id, c.subject_kind, c.subject_id, a.name AS author, c.at
         FROM mentions m JOIN comments c ON c.id = m.comment_id JOIN people a ON a.id = c.author_id
         WHERE m.person_id = $1 AND m.seen_at IS NULL AND c.at > $2 ORDER BY m.comment_id DESC LIMIT $3",
        person.0,
        since.to_sqlx(),
        SHOWN,
    )
    .fetch_all(engine.pool())
    .await?;
    rows.into_iter()
        .map(|row| {
            let subject = record::subject(&row.subject_kind, row.subject_id)
                .ok_or_else(|| Error::internal(format!("comments {}: subject_kind", row.id)))?;
            Ok(Mention {
                comment: row.id,
                subject,
                author: row.author,
                at: row.at.to_jiff(),
            })
        })
        .collect()
}

/// Marks what mentions somebody as seen, up to a comment: what came later was not on the page that asks.
pub async fn mark_seen(engine: &Engine, person: PersonId, up_to: i64) -> Result<()> {
    sqlx::query!(
        "UPDATE mentions SET seen_at = $3 WHERE person_id = $1 AND comment_id <= $2 AND seen_at IS NULL",
        person.0,
        up_to,
        engine.clock().now().to_sqlx(),
    )
    .execute(engine.pool())
    .await?;
    Ok(())
}
