//! The background worker of one process: started, watched, stopped.

use std::{sync::Arc, time::Duration};

use anyhow::{Context as _, anyhow};
use engine::{Engine, attachment::Files};
use tokio::{task::JoinHandle, time::timeout};

use crate::{config::Storage, database};

/// How long jobs in progress may take at the end; the worker itself gives them up before.
const STOP: Duration = Duration::from_secs(15);

/// A running worker.
pub(super) struct Running {
    ask_to_stop: Box<dyn Fn() + Send>,
    task: JoinHandle<anyhow::Result<()>>,
}

impl Running {
    pub(super) async fn start(
        engine: &Engine,
        files: &Files,
        storage: &Storage,
    ) -> anyhow::Result<Self> {
        let worker = engine::job::worker(engine, files, storage.data_dir.join("seals"))
            .await
            .map_err(database::reason)?;
        let worker = Arc::new(worker);
        let running = worker.clone();
        let ask_to_stop = Box::new(move || worker.request_shutdown());
        let task = tokio::spawn(async move {
            running
                .run()
                .await
                .context("The background worker cannot go on")
        });
        Ok(Self { ask_to_stop, task })
    }

    /// Resolves when it ends without being asked to.
    pub(super) async fn ended(&mut self) -> anyhow::Error {
        match (&mut self.task).await {
            Ok(Err(error)) => error,
            Ok(Ok(())) => anyhow!("The background worker ended by itself."),
            Err(error) => anyhow!(error).context("The background worker broke off"),
        }
    }

    /// Asks it to stop and waits for the jobs in progress.
    pub(super) async fn stop(self) {
        (self.ask_to_stop)();
        if self.task.is_finished() {
            return;
        }
        match timeout(STOP, self.task).await {
            Ok(Ok(Ok(()))) => {}
            Ok(Ok(Err(error))) => tracing::warn!(error = &*error, "the worker did not stop well"),
            Ok(Err(error)) => tracing::warn!(%error, "the worker broke off"),
            Err(_) => tracing::warn!("jobs in progress were given up; they run again later"),
        }
    }
}
