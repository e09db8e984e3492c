//! What one page has to tell the next: what was typed and what is wrong with it, or what went well.
//!
//! Keyed by the form's request id, so that two tabs do not overwrite each other; read until replaced; kept a day.

#[cfg(test)]
mod tests;

use jiff_sqlx::ToSqlx;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;

use crate::{Engine, Result};

/// The largest flash kept, in bytes of JSON (HOUSE, "Requests once").
pub const MAX_BYTES: usize = 64 * 1024;

/// Keeps `body` for the next page of the session whose id hashes to `owner`. False when it is too large to keep.
pub async fn put(
    engine: &Engine,
    owner: &[u8],
    request_id: Uuid,
    body: &impl Serialize,
) -> Result<bool> {
    let mut body = serde_json::to_value(body).map_err(crate::Error::internal)?;
    drop_nul(&mut body);
    if body.to_string().len() > MAX_BYTES {
        return Ok(false);
    }
    sqlx::query!(
        "INSERT INTO flashes (owner, request_id, body, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT ON CONSTRAINT flashes_pk DO UPDATE SET body = excluded.body, created_at = excluded.created_at",
        owner,
        request_id,
        body,
        engine.clock().now().to_sqlx(),
    )
    .execute(engine.pool())
    .await?;
    Ok(true)
}

/// Postgres holds no NUL in text, nor in the names of fields: one that was typed is not worth an error.
fn drop_nul(value: &mut Value) {
    match value {
        Value::String(text) => text.retain(|c| c != '\0'),
        Value::Array(values) => values.iter_mut().for_each(drop_nul),
        Value::Object(fields) => {
            let named = std::mem::take(fields).into_iter();
            fields.extend(named.map(|(name, mut value)| {
                drop_nul(&mut value);
                (name.replace('\0', ""), value)
            }));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What was kept, if anything.
pub async fn get<T: DeserializeOwned>(
    engine: &Engine,
    owner: &[u8],
    request_id: Uuid,
) -> Result<Option<T>> {
    let body = sqlx::query_scalar!(
        "SELECT body FROM flashes WHERE owner = $1 AND request_id = $2",
        owner,
        request_id,
    )
    .fetch_optional(engine.pool())
    .await?;
    Ok(body.and_then(|body| serde_json::from_value(body).ok()))
}

/// Forgets what is older than a day.
pub async fn purge(engine: &Engine) -> Result<u64> {
    let before = engine.clock().now() - jiff::SignedDuration::from_hours(24);
    let done = sqlx::query!(
        "DELETE FROM flashes WHERE created_at < $1",
        before.to_sqlx()
    )
    .execute(engine.pool())
    .await?;
    Ok(done.rows_affected())
}
