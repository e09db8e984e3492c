//! The table `sessions`, as the session layer wants it.

use std::{future::Future, pin::Pin};

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use tower_sessions::{
    SessionStore,
    cookie::time::OffsetDateTime,
    session::{Id, Record},
    session_store,
};

use super::{EXTENDED_AFTER_SECONDS, PERSON, owner_of};
use crate::Engine;

/// The sessions of one database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct PostgresStore(Engine);

impl PostgresStore {
    /// The store of this engine's database.
    pub fn new(engine: Engine) -> Self {
        Self(engine)
    }

    /// The session layer reads the system's time, everything kept goes by the engine's clock: nanoseconds between them.
    fn drift(&self) -> i128 {
        self.0.clock().now().as_nanosecond() - OffsetDateTime::now_utc().unix_timestamp_nanos()
    }

    fn kept(&self, record: &Record) -> session_store::Result<Kept> {
        let encode = |e: String| session_store::Error::Encode(e);
        let data = serde_json::to_value(&record.data).map_err(|e| encode(e.to_string()))?;
        let ends = record.expiry_date.unix_timestamp_nanos() + self.drift();
        Ok(Kept {
            person: data.get(PERSON).and_then(Value::as_i64),
            data,
            expires_at: Timestamp::from_nanosecond(ends).map_err(|e| encode(e.to_string()))?,
        })
    }
}

/// What a record is in the table.
struct Kept {
    data: Value,
    person: Option<i64>,
    expires_at: Timestamp,
}

fn backend(error: sqlx::Error) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}

impl PostgresStore {
    async fn insert(&self, record: &mut Record) -> session_store::Result<()> {
        let row = self.kept(record)?;
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
        let row = self.kept(record)?;
        sqlx::query!(
            "UPDATE sessions SET data = $3, expires_at = $4
             WHERE id_hash = $1 AND person_id IS NOT DISTINCT FROM $2
                 AND (data <> $3 OR abs(extract(epoch FROM $4 - expires_at)) > $5::bigint)",
            &owner_of(&record.id)[..],
            row.person,
            row.data,
            row.expires_at.to_sqlx() as _,
            EXTENDED_AFTER_SECONDS,
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
        let ends = row.expires_at.to_jiff().as_nanosecond() - self.drift();
        Ok(Some(Record {
            id: *id,
            data: serde_json::from_value(row.data).map_err(|e| decode(e.to_string()))?,
            expiry_date: OffsetDateTime::from_unix_timestamp_nanos(ends)
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
