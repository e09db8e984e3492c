//! Sessions in Postgres (spec README, "Signing in"): only the hash of a session's id is kept, so that nobody who reads the
//! table is signed in by it.
//!
//! A session is of nobody until [`enter`] renews it for a person, and then of that person only: the store refuses to save
//! it as somebody else's. It ends when it expires, when it is deleted, and when the person's `credential_version` moves on.

mod store;

#[cfg(test)]
mod tests;

pub use store::PostgresStore;

use domain::ids::PersonId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sha2::{Digest, Sha256};
use tower_sessions::{Expiry, Session, cookie::time::Duration, session::Id};

use crate::{
    Engine, Error, Result, Tx,
    sign_in::{CodeAsked, Identity},
};

/// Where a session keeps whose it is.
const PERSON: &str = "person_id";
/// Where it keeps under which `people.credential_version` they signed in.
const CREDENTIAL: &str = "credential";
/// Where it keeps by what they signed in, as the browser names itself.
const DEVICE: &str = "device";
/// Where it keeps when it was last extended, in seconds since 1970.
const EXTENDED_AT: &str = "extended_at";
/// Where it keeps when a second factor was proved, in seconds since 1970.
const PROVED_AT: &str = "proved_at";
/// Where a session of nobody keeps whose password was right, and who still has to enter a code.
const CODE_ASKED: &str = "code_asked";

/// For so long a proved second factor counts for an approval that asks for one.
const PROVED_FOR_SECONDS: i64 = 10 * 60;
/// For so long a right password waits for a code.
const CODE_WAITS_SECONDS: i64 = 10 * 60;

/// How long a session lasts that nobody uses.
pub const LIFETIME_DAYS: i64 = 14;
/// A session in use is written again after this much of its time has passed, not at every request.
const EXTENDED_AFTER_SECONDS: i64 = 60 * 60;
/// Characters kept of what a browser names itself.
const DEVICE_LENGTH: usize = 200;

/// What stands in the table for a session: SHA-256 of its id. Also the owner of its flashes.
pub fn owner_of(id: &Id) -> [u8; 32] {
    Sha256::digest(id.0.to_le_bytes()).into()
}

/// How long a signed-in session lasts, for the session layer.
pub fn expiry() -> Expiry {
    Expiry::OnInactivity(Duration::days(LIFETIME_DAYS))
}

/// Signs the session in: a new id, so that one planted before is worth nothing, and whose it is. The layer saves it with
/// the answer.
pub async fn enter(
    session: &Session,
    engine: &Engine,
    identity: Identity,
    device: &str,
) -> Result<()> {
    session.clear().await;
    session.cycle_id().await.map_err(Error::internal)?;
    session.set_expiry(Some(expiry()));
    let device: String = device
        .chars()
        .filter(|c| !c.is_control())
        .take(DEVICE_LENGTH)
        .collect();
    put(session, PERSON, identity.person.0).await?;
    put(session, CREDENTIAL, identity.credential).await?;
    put(session, DEVICE, device).await?;
    if identity.second_factor {
        prove(session, engine).await?;
    }
    put(session, EXTENDED_AT, engine.clock().now().as_second()).await
}

/// Keeps that a second factor was proved by this session just now.
pub async fn prove(session: &Session, engine: &Engine) -> Result<()> {
    put(session, PROVED_AT, engine.clock().now().as_second()).await
}

/// Whether a second factor was proved by this session, and so lately that it counts.
pub async fn is_proved(session: &Session, engine: &Engine) -> Result<bool> {
    let at = session
        .get::<i64>(PROVED_AT)
        .await
        .map_err(Error::internal)?;
    Ok(at.is_some_and(|at| within(engine, at, PROVED_FOR_SECONDS)))
}

fn within(engine: &Engine, since: i64, seconds: i64) -> bool {
    let passed = engine.clock().now().as_second().saturating_sub(since);
    (0..seconds).contains(&passed)
}

/// Keeps in a session of nobody whose password was right: a new id, as for who enters.
pub async fn wait_for_code(session: &Session, engine: &Engine, asked: CodeAsked) -> Result<()> {
    session.clear().await;
    session.cycle_id().await.map_err(Error::internal)?;
    session.set_expiry(Some(Expiry::OnInactivity(Duration::seconds(
        CODE_WAITS_SECONDS,
    ))));
    let now = engine.clock().now().as_second();
    put(session, CODE_ASKED, (asked.person.0, asked.credential, now)).await
}

/// Who has to enter a code in this session, if somebody's password was right in it a short while ago.
pub async fn code_asked(session: &Session, engine: &Engine) -> Result<Option<CodeAsked>> {
    let kept = session
        .get::<(i64, i32, i64)>(CODE_ASKED)
        .await
        .map_err(Error::internal)?;
    Ok(kept
        .filter(|(.., since)| within(engine, *since, CODE_WAITS_SECONDS))
        .map(|(person, credential, _)| CodeAsked {
            person: PersonId(person),
            credential,
        }))
}

/// Whose session it is. A session in use is marked for saving at most once an hour, which also renews its cookie.
pub async fn person_of(session: &Session, engine: &Engine) -> Result<Option<PersonId>> {
    let Some(person) = session.get::<i64>(PERSON).await.map_err(Error::internal)? else {
        return Ok(None);
    };
    let now = engine.clock().now().as_second();
    let last = session
        .get::<i64>(EXTENDED_AT)
        .await
        .map_err(Error::internal)?
        .unwrap_or_default();
    // Both ways: a clock that was set back must not keep it from being extended for years.
    if now.abs_diff(last) >= EXTENDED_AFTER_SECONDS.unsigned_abs() {
        put(session, EXTENDED_AT, now).await?;
    }
    Ok(Some(PersonId(person)))
}

async fn put(
    session: &Session,
    key: &str,
    value: impl serde::Serialize + Send + Sync,
) -> Result<()> {
    session.insert(key, value).await.map_err(Error::internal)
}

/// A session of a person, as they may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// As [`owner_of`] makes it: compare it to find the session that asks.
    pub owner: Vec<u8>,
    /// By what they signed in; empty when unknown.
    pub device: String,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When it was last used, to the hour.
    pub used_at: Timestamp,
    /// When it ends if nobody uses it.
    pub expires_at: Timestamp,
}

/// The sessions a person is signed in by, newest first.
pub async fn list(engine: &Engine, person: PersonId) -> Result<Vec<Listed>> {
    let rows = sqlx::query!(
        r#"SELECT s.id_hash, s.created_at, s.expires_at, s.data->>'device' AS device, (s.data->>'extended_at')::bigint AS used
           FROM sessions s JOIN people p ON p.id = s.person_id
           WHERE s.person_id = $1 AND s.expires_at > $2 AND (s.data->>'credential')::integer = p.credential_version
           ORDER BY s.created_at DESC LIMIT 100"#,
        person.0,
        engine.clock().now().to_sqlx(),
    )
    .fetch_all(engine.pool())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Listed {
            owner: row.id_hash,
            device: row.device.unwrap_or_default(),
            created_at: row.created_at.to_jiff(),
            used_at: row
                .used
                .and_then(|used| Timestamp::from_second(used).ok())
                .unwrap_or(row.created_at.to_jiff()),
            expires_at: row.expires_at.to_jiff(),
        })
        .collect())
}

/// Ends every session of a person, this one too.
pub async fn sign_out_everywhere(engine: &Engine, person: PersonId) -> Result<()> {
    let mut tx = engine.begin().await?;
    end_all(&mut tx, person).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends every session of a person, and every sign-in under way, with the transaction. What a new session must carry.
pub(crate) async fn end_all(tx: &mut Tx, person: PersonId) -> Result<Identity> {
    let credential = sqlx::query_scalar!(
        "UPDATE people SET credential_version = credential_version + 1 WHERE id = $1 RETURNING credential_version",
        person.0,
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)?;
    sqlx::query!("DELETE FROM sessions WHERE person_id = $1", person.0)
        .execute(&mut **tx)
        .await?;
    Ok(Identity {
        person,
        credential,
        second_factor: false,
    })
}

/// Forgets sessions that have expired.
pub async fn purge(engine: &Engine) -> Result<u64> {
    let now = engine.clock().now().to_sqlx();
    let done = sqlx::query!("DELETE FROM sessions WHERE expires_at <= $1", now)
        .execute(engine.pool())
        .await?;
    Ok(done.rows_affected())
}
