//! `countersign work`.

use super::worker;
use crate::{config::Storage, database::Database, stop};

/// Works off jobs until it is asked to stop.
pub(crate) async fn run(storage: &Storage) -> anyhow::Result<()> {
    let stop = stop::on_signals()?;
    let mut database = Database::open(storage).await?;
    let ended = async {
        let engine = database.engine(storage).await?;
        let files = storage.attachments.open()?;
        let mut worker = worker::Running::start(&engine, &files, storage).await?;
        tracing::info!("working");
        let ended = tokio::select! {
            () = stop.cancelled() => Ok(()),
            error = worker.ended() => Err(error),
            error = database.ended() => Err(error.into()),
        };
        worker.stop().await;
        ended
    }
    .await;
    let closed = database.close().await;
    ended.and(closed)
}
