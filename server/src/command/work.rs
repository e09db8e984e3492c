//! `countersign work`.

use engine::mail::Post;

use super::worker;
use crate::{
    config::{PublicUrl, Storage},
    database::Database,
    stop,
};

/// Works off jobs until it is asked to stop.
pub(crate) async fn run(
    storage: &Storage,
    (public_url, post): (Option<PublicUrl>, Post),
) -> anyhow::Result<()> {
    let stop = stop::on_signals()?;
    let mut database = Database::open(storage).await?;
    let ended = async {
        let engine = database.engine(storage).await?;
        let files = storage.attachments.open()?;
        if let Some(url) = public_url {
            engine.served_at(url.origin());
        }
        let mut worker = worker::Running::start(&engine, &files, storage, post).await?;
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
