//! The one lock on the organisation as a whole: changes of people are rare, decisions that read it are many.

use sqlx::PgConnection;

use crate::Result;

/// The advisory lock's number.
const ORGANISATION: i64 = 0x0e09;

/// Alone with the organisation until the transaction ends. Taken before any row is locked.
pub(crate) async fn change(db: &mut PgConnection) -> Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", ORGANISATION)
        .execute(db)
        .await?;
    Ok(())
}

/// Keeps the organisation as it is until the transaction ends, together with everyone else who does. Taken before any row
/// is locked.
pub(crate) async fn steady(db: &mut PgConnection) -> Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock_shared($1)", ORGANISATION)
        .execute(db)
        .await?;
    Ok(())
}
