//! `countersign migrate`.

use crate::config::Storage;

/// Brings the schema up to date and says so.
pub(crate) async fn run(storage: &Storage) -> anyhow::Result<()> {
    super::with_engine(storage, async |_| Ok(())).await?;
    super::say("The database's schema is up to date.");
    Ok(())
}
