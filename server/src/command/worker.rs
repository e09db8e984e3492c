//! The background work of one process, jobs and mails: started, begun again when the database went away, stopped.

use std::{path::PathBuf, pin::pin, time::Duration};

use engine::{
    Engine,
    attachment::Files,
    job,
    mail::{self, Post},
};
use tokio::{
    task::JoinHandle,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{config::Storage, database};

/// How long jobs in progress may take at the end; the worker itself gives them up before.
const STOP: Duration = Duration::from_secs(15);
/// How long it waits before it begins again: doubled every time, up to the last.
const AGAIN: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(30));
/// One that ran so long had begun well.
const WELL: Duration = Duration::from_mins(1);

/// A worker that goes on until it is stopped.
pub(super) struct Running {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

/// What a worker needs.
struct Needs {
    engine: Engine,
    files: Files,
    seals: PathBuf,
    post: Post,
}

impl Needs {
    async fn worker(&self) -> engine::Result<job::Worker> {
        job::worker(&self.engine, &self.files, self.seals.clone()).await
    }
}

impl Running {
    /// # Errors
    /// When the first one cannot begin.
    pub(super) async fn start(
        engine: &Engine,
        files: &Files,
        storage: &Storage,
        post: Post,
    ) -> anyhow::Result<Self> {
        let needs = Needs {
            engine: engine.clone(),
            files: files.clone(),
            seals: storage.data_dir.join("seals"),
            post,
        };
        let first = needs.worker().await.map_err(database::reason)?;
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            let mails =
                mail::keep_delivering(&needs.engine, &needs.files, &needs.post, stopped.clone());
            tokio::join!(keep_running(first, &needs, stopped), mails);
        });
        Ok(Self { stop, task })
    }

    /// Resolves when it ends without being asked to, which is a fault of ours.
    pub(super) async fn ended(&mut self) -> anyhow::Error {
        match (&mut self.task).await {
            Ok(()) => anyhow::anyhow!("The background worker ended by itself."),
            Err(error) => anyhow::anyhow!(error).context("The background worker broke off"),
        }
    }

    /// Asks it to stop and waits for the jobs in progress.
    pub(super) async fn stop(self) {
        if self.task.is_finished() {
            return;
        }
        self.stop.cancel();
        match timeout(STOP, self.task).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the worker broke off"),
            Err(_) => tracing::warn!("jobs in progress were given up; they run again later"),
        }
    }
}

/// Runs one worker after the other. Pages answer again as soon as the database does; jobs must not wait for a new start either.
async fn keep_running(first: job::Worker, needs: &Needs, stopped: CancellationToken) {
    let (mut worker, mut pause) = (Some(first), AGAIN.0);
    loop {
        let begun = std::time::Instant::now();
        let outcome = match worker.take() {
            Some(worker) => run(&worker, &stopped).await,
            None => match needs.worker().await {
                Ok(next) => {
                    worker = Some(next);
                    continue;
                }
                Err(error) => Err(error.into()),
            },
        };
        if stopped.is_cancelled() {
            return;
        }
        if begun.elapsed() > WELL {
            pause = AGAIN.0;
        }
        let error = outcome.err().map(|error| format!("{error:#}"));
        tracing::error!(error, "the background worker broke off; it begins again");
        tokio::select! {
            () = sleep(pause) => pause = AGAIN.1.min(pause * 2),
            () = stopped.cancelled() => return,
        }
    }
}

/// Until it is stopped or cannot go on.
async fn run(worker: &job::Worker, stopped: &CancellationToken) -> anyhow::Result<()> {
    let mut running = pin!(worker.run());
    tokio::select! {
        ended = &mut running => return Ok(ended?),
        () = stopped.cancelled() => worker.request_shutdown(),
    }
    Ok(running.await?)
}
