//! Sessions in Postgres (spec README, "Signing in"): only the hash of a session's id is kept, so that nobody who reads the
//! table is signed in by it.
//!
//! A session is of nobody until [`enter`] renews it for a person, and then of that person only: the store refuses to save
//! it as somebody else's. It ends when it expires, when it is deleted, and when the person's `credential_version` moves on.

use std::{future::Future, pin::Pin};

use domain::ids::PersonId;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tower_sessions::{
    Expiry, Session, SessionStore,
    cookie::time::{Duration, OffsetDateTime},
    session::{Id, Record},
    session_store,
};

use crate::{Engine, Error, Result, Tx, sign_in::Identity};

/// Where a session keeps whose it is.
pub const PERSON: &str = "person_id";
/// Where it keeps under which `people.credential_version` they signed in.
const CREDENTIAL: &str = "credential";
/// Where it keeps by what they signed in, as the browser names itself.
const DEVICE: &str = "device";
/// Where it keeps when it was last extended, in seconds since 1970.
const USED: &str = "used";

/// How long a session lasts that nobody uses.
pub const LIFETIME_DAYS: i64 = 14;
/// How long one lasts that nobody signed in to: it only carries what was typed over to the next page.
const ANONYMOUS_HOURS: i64 = 2;
/// A session in use is written again after this much of its time has passed, not at every request.
const EXTENDED_AFTER_SECONDS: i64 = 60 * 60;
/// Characters kept of what a browser names itself.
const DEVICE_LENGTH: usize = 200;

/// The sessions of one database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct PostgresStore(Engine);

impl PostgresStore {
    /// The store of this engine's database.
    pub fn new(engine: Engine) -> Self {
        Self(engine)
    }
}

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
    put(session, USED, engine.clock().now().as_second()).await
}

/// Keeps a session of nobody for a while, so that what was typed can be shown again. Its id is known from here on.
pub async fn keep_anonymous(session: &Session, engine: &Engine) -> Result<()> {
    session.set_expiry(Some(Expiry::OnInactivity(Duration::hours(ANONYMOUS_HOURS))));
    put(session, USED, engine.clock().now().as_second()).await?;
    session.save().await.map_err(Error::internal)
}

/// Whose session it is. A session in use is marked for saving at most once an hour, which also renews its cookie.
pub async fn person_of(session: &Session, engine: &Engine) -> Result<Option<PersonId>> {
    let Some(person) = session.get::<i64>(PERSON).await.map_err(Error::internal)? else {
        return Ok(None);
    };
    let now = engine.clock().now().as_second();
    let used = session
        .get::<i64>(USED)
        .await
        .map_err(Error::internal)?
        .unwrap_or_default();
    if now >= used + EXTENDED_AFTER_SECONDS {
        put(session, USED, now).await?;
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
        r#"SELECT s.id_hash, s.created_at, s.expires_at, s.data->>'device' AS device, (s.data->>'used')::bigint AS used
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
    Ok(Identity { person, credential })
}

/// Forgets sessions that have expired.
pub async fn purge(engine: &Engine) -> Result<u64> {
    let now = engine.clock().now().to_sqlx();
    let done = sqlx::query!("DELETE FROM sessions WHERE expires_at <= $1", now)
        .execute(engine.pool())
        .await?;
    Ok(done.rows_affected())
}

/// What a record is in the table.
struct Kept {
    data: Value,
    person: Option<i64>,
    expires_at: Timestamp,
}

fn kept(record: &Record) -> session_store::Result<Kept> {
    let data = serde_json::to_value(&record.data)
        .map_err(|e| session_store::Error::Encode(e.to_string()))?;
    let microseconds = i64::try_from(record.expiry_date.unix_timestamp_nanos() / 1000).ok();
    let expires_at = microseconds
        .and_then(|at| Timestamp::from_microsecond(at).ok())
        .ok_or_else(|| session_store::Error::Encode("a session's end is beyond time".to_owned()))?;
    Ok(Kept {
        person: data.get(PERSON).and_then(Value::as_i64),
        data,
        expires_at,
    })
}

fn backend(error: sqlx::Error) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}

impl PostgresStore {
    async fn insert(&self, record: &mut Record) -> session_store::Result<()> {
        let row = kept(record)?;
        loop {
            let done = sqlx::query!(
                "INSERT INTO sessions (id_hash, person_id, data, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT ON CONSTRAINT sessions_pk DO NOTHING",
                &owner_of(&record.id)[..],
                row.person,
                row.data,
                self.0.clock().now().to_sqlx(),
                row.expires_at.to_sqlx(),
            )
            .execute(self.0.pool())
            .await
            .map_err(backend)?;
            if done.rows_affected() == 1 {
                return Ok(());
            }
            record.id = Id::default();
        }
    }

    /// Never inserts: a request that was under way must not bring back a session that was ended meanwhile. Nor writes what
    /// is there already, when its end moves by less than an hour.
    async fn update(&self, record: &Record) -> session_store::Result<()> {
        let row = kept(record)?;
        sqlx::query!(
            "UPDATE sessions SET data = $3, expires_at = $4
             WHERE id_hash = $1 AND person_id IS NOT DISTINCT FROM $2
                 AND (data <> $3 OR $4 NOT BETWEEN expires_at AND expires_at + make_interval(secs => $5))",
            &owner_of(&record.id)[..],
            row.person,
            row.data,
            row.expires_at.to_sqlx() as _,
            SignedDuration::from_secs(EXTENDED_AFTER_SECONDS).as_secs_f64(),
        )
        .execute(self.0.pool())
        .await
        .map_err(backend)?;
        Ok(())
    }

    async fn select(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let row = sqlx::query!(
            "SELECT s.data, s.expires_at FROM sessions s LEFT JOIN people p ON p.id = s.person_id
             WHERE s.id_hash = $1 AND s.expires_at > $2 AND (s.person_id IS NULL OR (
                 p.deactivated_at IS NULL AND (s.data->>'credential')::integer = p.credential_version))",
            &owner_of(id)[..],
            self.0.clock().now().to_sqlx(),
        )
        .fetch_optional(self.0.pool())
        .await
        .map_err(backend)?;
        let Some(row) = row else { return Ok(None) };
        let decode = |e: String| session_store::Error::Decode(e);
        let nanoseconds = row.expires_at.to_jiff().as_nanosecond();
        Ok(Some(Record {
            id: *id,
            data: serde_json::from_value(row.data).map_err(|e| decode(e.to_string()))?,
            expiry_date: OffsetDateTime::from_unix_timestamp_nanos(nanoseconds)
                .map_err(|e| decode(e.to_string()))?,
        }))
    }

    async fn remove(&self, id: &Id) -> session_store::Result<()> {
        sqlx::query!("DELETE FROM sessions WHERE id_hash = $1", &owner_of(id)[..])
            .execute(self.0.pool())
            .await
            .map_err(backend)?;
        Ok(())
    }
}

/// What `async_trait`, which the trait is written with, makes of an async function.
type Boxed<'a, T> = Pin<Box<dyn Future<Output = session_store::Result<T>> + Send + 'a>>;

impl SessionStore for PostgresStore {
    fn create<'a, 'b, 'f>(&'a self, record: &'b mut Record) -> Boxed<'f, ()>
    where
        'a: 'f,
        'b: 'f,
        Self: 'f,
    {
        Box::pin(self.insert(record))
    }

    fn save<'a, 'b, 'f>(&'a self, record: &'b Record) -> Boxed<'f, ()>
    where
        'a: 'f,
        'b: 'f,
        Self: 'f,
    {
        Box::pin(self.update(record))
    }

    fn load<'a, 'b, 'f>(&'a self, id: &'b Id) -> Boxed<'f, Option<Record>>
    where
        'a: 'f,
        'b: 'f,
        Self: 'f,
    {
        Box::pin(self.select(id))
    }

    fn delete<'a, 'b, 'f>(&'a self, id: &'b Id) -> Boxed<'f, ()>
    where
        'a: 'f,
        'b: 'f,
        Self: 'f,
    {
        Box::pin(self.remove(id))
    }
}
