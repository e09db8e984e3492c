//! Statements of the table `second_factors`.

use domain::ids::PersonId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgExecutor;

use crate::{Engine, Error, Result, Tx, token::Nonce};

/// What is kept of one.
pub(super) struct Kept {
    pub nonce: Vec<u8>,
    pub last_step: i64,
    pub recovery_nonce: Vec<u8>,
    /// One bit for each recovery code that was used.
    pub used: i32,
    pub set_up_at: Timestamp,
}

pub(super) async fn read(db: impl PgExecutor<'_>, person: PersonId) -> Result<Option<Kept>> {
    let row = sqlx::query!(
        "SELECT nonce, last_step, recovery_nonce, recovery_used, set_up_at FROM second_factors WHERE person_id = $1",
        person.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Kept {
        nonce: row.nonce,
        last_step: row.last_step,
        recovery_nonce: row.recovery_nonce,
        used: row.recovery_used,
        set_up_at: row.set_up_at.to_jiff(),
    }))
}

/// Reads it, and keeps everyone else from using it: of two codes at once the second sees what the first one used.
pub(super) async fn lock(tx: &mut Tx, person: PersonId) -> Result<Option<Kept>> {
    sqlx::query!(
        "SELECT FROM second_factors WHERE person_id = $1 FOR UPDATE",
        person.0
    )
    .fetch_optional(&mut **tx)
    .await?;
    read(&mut **tx, person).await
}

/// Keeps a new one; false when there is one already.
pub(super) async fn insert(
    tx: &mut Tx,
    engine: &Engine,
    person: PersonId,
    (nonce, step): (&Nonce, i64),
    recovery_nonce: &Nonce,
) -> Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO second_factors (person_id, nonce, last_step, recovery_nonce, set_up_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT ON CONSTRAINT second_factors_pk DO NOTHING",
        person.0,
        nonce,
        step,
        recovery_nonce,
        engine.clock().now().to_sqlx(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn use_step(tx: &mut Tx, person: PersonId, step: i64) -> Result<()> {
    sqlx::query!(
        "UPDATE second_factors SET last_step = $2 WHERE person_id = $1",
        person.0,
        step
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(super) async fn use_recovery_code(tx: &mut Tx, person: PersonId, bit: i32) -> Result<()> {
    sqlx::query!(
        "UPDATE second_factors SET recovery_used = recovery_used | $2 WHERE person_id = $1",
        person.0,
        bit
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// New recovery codes: the old ones are worth nothing.
pub(super) async fn renew(tx: &mut Tx, person: PersonId, nonce: &Nonce) -> Result<()> {
    sqlx::query!(
        "UPDATE second_factors SET recovery_nonce = $2, recovery_used = 0 WHERE person_id = $1",
        person.0,
        nonce
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Forgets it; false when there was none.
pub(super) async fn delete(tx: &mut Tx, person: PersonId) -> Result<bool> {
    let done = sqlx::query!("DELETE FROM second_factors WHERE person_id = $1", person.0)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Whom a mail goes to.
pub(super) struct Reader {
    pub name: String,
    pub email: String,
}

pub(super) async fn reader(tx: &mut Tx, person: PersonId) -> Result<Reader> {
    sqlx::query_as!(
        Reader,
        "SELECT name, email FROM people WHERE id = $1",
        person.0
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)
}
