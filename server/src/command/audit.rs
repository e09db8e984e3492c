//! `countersign audit verify`.

use anyhow::bail;
use engine::seal::{self, Tampering};

use crate::{config::Storage, database};

/// Reads the history back. What was tampered with is an error, and so is the exit code.
pub(crate) async fn verify(storage: &Storage) -> anyhow::Result<()> {
    let found = super::with_engine(storage, async |engine| {
        seal::verify(engine).await.map_err(database::reason)
    })
    .await?;
    match found {
        None => {
            super::say(
                "The history is as it was written: every row, every record's chain, every seal.",
            );
            Ok(())
        }
        Some(Tampering::Row { row }) => {
            bail!("The history was tampered with: row {row} is not as it was written.")
        }
        Some(Tampering::Missing { row }) => {
            bail!("The history was tampered with: row {row} is missing.")
        }
        Some(Tampering::Seal { id }) => {
            bail!("The history was tampered with: seal {id} does not match the rows it covers.")
        }
    }
}
