//! What each command does: opens what it needs, does it, closes everything again.

pub(crate) mod admin;
pub(crate) mod audit;
pub(crate) mod demo;
pub(crate) mod migrate;
pub(crate) mod serve;
mod web;
pub(crate) mod work;
mod worker;

use std::io::Write as _;

use crate::{config::Storage, database::Database, stop};
use engine::Engine;

/// Says something to who started the command.
fn say(text: &str) {
    // Nobody is listening any more: the work goes on.
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Opens the database, lets `work` do something with it, and closes it again whatever came of it.
async fn with_engine<T>(
    storage: &Storage,
    work: impl AsyncFnOnce(&Engine) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let stop = stop::on_signals()?;
    let database = Database::open(storage).await?;
    let done = async {
        let engine = database.engine(storage).await?;
        work(&engine).await
    };
    let done = tokio::select! {
        done = done => done,
        () = stop.cancelled() => Err(anyhow::anyhow!("Stopped before it was done.")),
    };
    let closed = database.close().await;
    let done = done?;
    closed?;
    Ok(done)
}
