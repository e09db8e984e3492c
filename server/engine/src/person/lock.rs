//! The one lock on the organisation as a whole: changes of people are rare, decisions that read it are many, and hold it together
//! ([`crate::Engine::begin_deciding`]).

use sqlx::PgConnection;

use crate::Result;

/// The advisory lock's number.
pub(crate) const ORGANISATION: i64 = 3593;

/// Alone with the organisation until the transaction ends. Taken before any row is locked.
pub(crate) async fn change(db: &mut PgConnection) -> Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", ORGANISATION)
        .execute(db)
        .await?;
    Ok(())
}
