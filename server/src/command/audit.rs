//! `countersign audit verify`.

use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use engine::seal::{self, Exported, Progress};

use crate::{config::Storage, database};

/// Reads the history back, and says whether the seal exported to the file `against` is still part of it. What was tampered with
/// is an error, and so is the exit code.
pub(crate) async fn verify(storage: &Storage, against: Option<&Path>) -> anyhow::Result<()> {
    let exported = against.map(read).transpose()?;
    let progress = Progress::default();
    let found = super::with_engine(storage, async |engine| {
        let found = seal::verify_watched(engine, &progress).await;
        let found = match (found, &exported) {
            (Ok(None), Some(exported)) => seal::verify_against(engine, exported).await,
            (found, _) => found,
        };
        found.map_err(database::reason)
    })
    .await?;
    if let Some(found) = found {
        bail!("The history was tampered with. {found}");
    }
    super::say(&format!(
        "The history is as it was written: {} rows, every record's chain, {} seals.",
        progress.rows(),
        progress.seals()
    ));
    if let Some(exported) = exported {
        super::say(&format!(
            "The exported seal {} of {} is part of it.",
            exported.id, exported.at
        ));
    }
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<Exported> {
    let name = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("{name} cannot be read"))?;
    Exported::parse(&text).ok_or_else(|| anyhow!("{name} holds no seal that Countersign exported."))
}
