//! Statements of the table `password_links`.

use domain::ids::PersonId;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;

use super::Purpose;
use crate::{Engine, Error, Result, Tx};

/// How long it is known what a link was, after it expired.
const REMEMBERED_DAYS: i64 = 30;

/// Whom a link is mailed to.
pub(super) struct To {
    /// `password_links.id`.
    pub link: i64,
    pub name: String,
    pub email: String,
}

/// Keeps a link: the nonce its token is made from, and the hash it is looked up by.
pub(super) async fn insert(
    tx: &mut Tx,
    (person, purpose): (PersonId, Purpose),
    (nonce, hash): (&[u8], &[u8]),
    (made, expires): (Timestamp, Timestamp),
) -> Result<To> {
    let row = sqlx::query!(
        r#"WITH made AS (
               INSERT INTO password_links (token_hash, nonce, person_id, purpose, email, credential_version, made_at, expires_at)
               SELECT $1, $2, p.id, $4, p.email, p.credential_version, $5, $6 FROM people p WHERE p.id = $3 AND p.deactivated_at IS NULL
               RETURNING id, person_id, email)
           SELECT m.id, m.email, p.name FROM made m JOIN people p ON p.id = m.person_id"#,
        hash,
        nonce,
        person.0,
        purpose.as_str(),
        made.to_sqlx(),
        expires.to_sqlx(),
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)?;
    Ok(To {
        link: row.id,
        name: row.name,
        email: row.email,
    })
}

/// The nonce of a link that was not used yet and has not expired.
pub(super) async fn working(engine: &Engine, link: i64) -> Result<Option<Vec<u8>>> {
    let nonce = sqlx::query_scalar!(
        "SELECT nonce FROM password_links WHERE id = $1 AND used_at IS NULL AND expires_at > $2",
        link,
        engine.clock().now().to_sqlx(),
    )
    .fetch_optional(engine.pool())
    .await?;
    Ok(nonce)
}

/// A link and how its person stands now.
pub(super) struct Found {
    pub id: i64,
    pub person: PersonId,
    pub name: String,
    pub email: String,
    pub purpose: Purpose,
    credential: i32,
    expires_at: Timestamp,
    unused: bool,
    unchanged: bool,
}

impl Found {
    /// Whether it still does something.
    pub(super) fn works(&self, now: Timestamp) -> bool {
        self.unused && self.unchanged && now < self.expires_at
    }
}

/// The link of a token's hash.
pub(super) async fn find(engine: &Engine, hash: &[u8]) -> Result<Option<Found>> {
    let row = sqlx::query!(
        r#"SELECT l.id, l.person_id, l.purpose, l.credential_version, l.expires_at, l.used_at IS NULL AS "unused!", p.name, l.email,
               p.deactivated_at IS NULL AND p.email = l.email AND p.credential_version = l.credential_version AS "unchanged!"
           FROM password_links l JOIN people p ON p.id = l.person_id WHERE l.token_hash = $1"#,
        hash,
    )
    .fetch_optional(engine.pool())
    .await?;
    row.map(|row| {
        let purpose = Purpose::parse(&row.purpose);
        Ok(Found {
            id: row.id,
            person: PersonId(row.person_id),
            name: row.name,
            email: row.email,
            purpose: purpose
                .ok_or_else(|| Error::internal(format!("password_links {}: purpose", row.id)))?,
            credential: row.credential_version,
            expires_at: row.expires_at.to_jiff(),
            unused: row.unused,
            unchanged: row.unchanged,
        })
    })
    .transpose()
}

/// Marks a link as used; false when it was already.
pub(super) async fn set_used(tx: &mut Tx, id: i64, now: Timestamp) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE password_links SET used_at = $2 WHERE id = $1 AND used_at IS NULL",
        id,
        now.to_sqlx(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Sets the password of a link's person; false when they are not any more who they were when it was sent.
pub(super) async fn set_password(tx: &mut Tx, found: &Found, hash: &str) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE people SET password_hash = $4
         WHERE id = $1 AND email = $2 AND credential_version = $3 AND deactivated_at IS NULL",
        found.person.0,
        found.email,
        found.credential,
        hash,
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Who has this email and can be sent a link.
pub(super) async fn person_of(tx: &mut Tx, email: &str) -> Result<Option<PersonId>> {
    let id = sqlx::query_scalar!(
        "SELECT id FROM people WHERE lower(email) = $1 AND deactivated_at IS NULL",
        email,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(id.map(PersonId))
}

/// Forgets links that expired long ago.
pub(crate) async fn purge(engine: &Engine) -> Result<u64> {
    let before = engine.clock().now() - SignedDuration::from_hours(24 * REMEMBERED_DAYS);
    let done = sqlx::query!(
        "DELETE FROM password_links WHERE expires_at < $1",
        before.to_sqlx()
    )
    .execute(engine.pool())
    .await?;
    Ok(done.rows_affected())
}
