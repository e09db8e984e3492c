//! Background jobs and schedules: `graphile_worker` on our pool. Jobs are idempotent; they may run twice.

#[cfg(test)]
mod tests;

use std::{path::PathBuf, time::Duration};

pub use graphile_worker::Worker;
use graphile_worker::{
    Cron, Crontab, IntoTaskHandlerResult, TaskHandler, WorkerContext, WorkerOptions,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::PgPool;

use crate::{
    Engine, Error, Result, Tx, approval_link,
    attachment::{self, Files},
    audit,
    away::ResolveAssignees,
    clock, flash,
    password_link::{self, SendPasswordReset},
    purchase_order::{self, SendToVendor},
    request, seal, session_store, sign_in, timer,
};

/// Seals new history: every minute.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct SealHistory {}

impl TaskHandler for SealHistory {
    const IDENTIFIER: &'static str = "seal_history";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        let engine = engine(&ctx)?;
        let rows = seal::seal(&engine).await.map_err(|e| said(&e))?;
        metrics::counter!("countersign_sealed_rows_total")
            .increment(u64::try_from(rows).unwrap_or_default());
        tracing::debug!(rows, "sealed history");
        Ok::<(), String>(())
    }
}

/// Does what the timers of waiting decisions are due for: every minute, and at once when the demo's clock was moved.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct RingTimers {}

impl TaskHandler for RingTimers {
    const IDENTIFIER: &'static str = "ring_timers";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        let engine = engine(&ctx)?;
        clock::read(&engine).await.map_err(|e| said(&e))?;
        let rang = timer::ring_due(&engine).await.map_err(|e| said(&e))?;
        tracing::debug!(rang, "looked at timers");
        Ok::<(), String>(())
    }
}

/// Has timers looked at as soon as the transaction is committed.
pub(crate) async fn enqueue_timers(tx: &mut Tx) -> Result<()> {
    sqlx::query!(
        r#"SELECT id AS "id!" FROM graphile_worker.add_job(identifier => $1, payload => '{}')"#,
        RingTimers::IDENTIFIER,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(())
}

/// Forgets what is only kept for a while: flashes, first results, ended sessions, old sign-in failures, links long expired. Hourly.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct PurgeExpired {}

impl TaskHandler for PurgeExpired {
    const IDENTIFIER: &'static str = "purge_expired";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        let engine = engine(&ctx)?;
        flash::purge(&engine).await.map_err(|e| said(&e))?;
        request::purge(&engine).await.map_err(|e| said(&e))?;
        session_store::purge(&engine).await.map_err(|e| said(&e))?;
        sign_in::purge(&engine).await.map_err(|e| said(&e))?;
        approval_link::purge(&engine).await.map_err(|e| said(&e))?;
        password_link::purge(&engine).await.map_err(|e| said(&e))?;
        Ok::<(), String>(())
    }
}

/// Removes the files that no row names. Daily.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct RemoveOrphans {}

impl TaskHandler for RemoveOrphans {
    const IDENTIFIER: &'static str = "remove_orphans";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        let engine = engine(&ctx)?;
        let files = files(&ctx)?;
        let removed = attachment::remove_orphans(&engine, &files)
            .await
            .map_err(|e| said(&e))?;
        tracing::info!(removed, "removed files that no record has");
        Ok::<(), String>(())
    }
}

/// Writes each day's last seal to a file, shortly after the day has ended.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ExportSeals {}

impl TaskHandler for ExportSeals {
    const IDENTIFIER: &'static str = "export_seals";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        let files = seal::export(&engine(&ctx)?, &exports(&ctx)?)
            .await
            .map_err(|e| said(&e))?;
        tracing::info!(files, "exported seals");
        Ok::<(), String>(())
    }
}

/// Folds what transitions left to sum. Every minute.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct FoldSums {}

impl TaskHandler for FoldSums {
    const IDENTIFIER: &'static str = "fold_sums";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        let engine = engine(&ctx)?;
        purchase_order::fold(&engine).await.map_err(|e| said(&e))
    }
}

/// Recounts what dashboards sum from the whole history, and mends and reports what differs. Daily.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct RecountSums {}

impl TaskHandler for RecountSums {
    const IDENTIFIER: &'static str = "recount_sums";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        let engine = engine(&ctx)?;
        let wrong = purchase_order::settle(&engine)
            .await
            .map_err(|e| said(&e))?;
        metrics::counter!("countersign_sums_mended_total").increment(wrong);
        if wrong > 0 {
            tracing::error!(
                wrong,
                "sums of the dashboard differed from the history and were mended"
            );
        }
        Ok::<(), String>(())
    }
}

/// Verifies the history: every night, and when it is asked for.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct VerifyHistory {
    /// Whether it is the schedule that asks.
    pub scheduled: bool,
}

impl TaskHandler for VerifyHistory {
    const IDENTIFIER: &'static str = "verify_history";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        audit::run(&engine(&ctx)?, &exports(&ctx)?, &self)
            .await
            .map_err(|e| said(&e))
    }
}

/// Verifications run one after the other, however many workers there are.
const AUDIT_QUEUE: &str = "audit";

/// Enqueues the verification that a row of `audit_runs` asks for, in the same transaction.
pub(crate) async fn enqueue_verification(tx: &mut Tx) -> Result<()> {
    sqlx::query!(
        r#"SELECT id AS "id!" FROM graphile_worker.add_job(
               identifier => $1, payload => '{"scheduled": false}', queue_name => $2)"#,
        VerifyHistory::IDENTIFIER,
        AUDIT_QUEUE,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(())
}

/// Enqueues a job without a payload for a moment to come, in the same transaction. A later one of the same key takes its place. The
/// queue goes by the database's clock, ours may have been moved.
pub(crate) async fn enqueue_at(
    tx: &mut Tx,
    engine: &Engine,
    identifier: &str,
    (key, at): (&str, Timestamp),
) -> Result<()> {
    let wait = at.duration_since(engine.clock().now());
    if wait.is_positive() {
        sqlx::query!(
            r#"SELECT id AS "id!" FROM graphile_worker.add_job(
                   identifier => $1, payload => '{}', job_key => $2, run_at => now() + make_interval(secs => $3))"#,
            identifier,
            key,
            wait.as_secs_f64(),
        )
        .fetch_one(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Where the worker's process keeps exported seals.
#[derive(Clone, Debug)]
struct Exports(PathBuf);

fn exports(ctx: &WorkerContext) -> std::result::Result<PathBuf, String> {
    ctx.get_ext::<Exports>()
        .map(|exports| exports.0.clone())
        .ok_or_else(|| "the worker was started without a folder for seals".to_owned())
}

/// What runs by itself, and when (UTC). Each with its payload: without one the queue stores null, which no job can be read from.
fn schedules() -> Result<[Crontab; 8]> {
    let seal = Cron::every_minute::<SealHistory>();
    let timers = Cron::every_minute::<RingTimers>();
    let purge = Cron::hourly_at::<PurgeExpired>(17).map_err(Error::internal)?;
    let orphans = Cron::daily_at::<RemoveOrphans>(3, 41).map_err(Error::internal)?;
    let export = Cron::daily_at::<ExportSeals>(0, 7).map_err(Error::internal)?;
    let fold = Cron::every_minute::<FoldSums>();
    let recount = Cron::daily_at::<RecountSums>(1, 53).map_err(Error::internal)?;
    let verify = Cron::daily_at::<VerifyHistory>(2, 30).map_err(Error::internal)?;
    Ok([
        seal.payload(SealHistory {})
            .map_err(Error::internal)?
            .build(),
        timers
            .payload(RingTimers {})
            .map_err(Error::internal)?
            .build(),
        purge
            .payload(PurgeExpired {})
            .map_err(Error::internal)?
            .build(),
        orphans
            .payload(RemoveOrphans {})
            .map_err(Error::internal)?
            .build(),
        export
            .payload(ExportSeals {})
            .map_err(Error::internal)?
            .build(),
        fold.payload(FoldSums {}).map_err(Error::internal)?.build(),
        recount
            .payload(RecountSums {})
            .map_err(Error::internal)?
            .build(),
        verify
            .payload(VerifyHistory { scheduled: true })
            .map_err(Error::internal)?
            .queue(AUDIT_QUEUE)
            .build(),
    ])
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Engine")
    }
}

pub(crate) fn engine(ctx: &WorkerContext) -> std::result::Result<Engine, String> {
    ctx.get_ext::<Engine>()
        .cloned()
        .ok_or_else(|| "the worker was started without an engine".to_owned())
}

pub(crate) fn files(ctx: &WorkerContext) -> std::result::Result<Files, String> {
    ctx.get_ext::<Files>()
        .cloned()
        .ok_or_else(|| "the worker was started without files".to_owned())
}

/// What the queue keeps of a failure.
pub(crate) fn said(error: &Error) -> String {
    match error {
        Error::Internal(source) => source.to_string(),
        other => other.to_string(),
    }
}

/// Runs `graphile_worker`'s own migrations; idempotent and safe from several servers at once.
pub async fn migrate(pool: &PgPool) -> Result<()> {
    WorkerOptions::default()
        .pg_pool(pool.clone())
        .init()
        .await
        .map_err(Error::internal)?;
    Ok(())
}

/// How the queue stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Jobs whose time has come; at most 10,000 are counted.
    pub due: i64,
    /// Jobs that failed for the last time; at most 10,000 are counted.
    pub given_up: i64,
}

/// Counts what waits, for metrics.
pub async fn standing(engine: &Engine) -> Result<Standing> {
    let row = sqlx::query!(
        r#"SELECT (SELECT count(*) FROM (
                   SELECT FROM graphile_worker.jobs WHERE run_at <= now() AND attempts < max_attempts LIMIT 10000) d) AS "due!",
               (SELECT count(*) FROM (
                   SELECT FROM graphile_worker.jobs WHERE attempts >= max_attempts LIMIT 10000) g) AS "given_up!""#,
    )
    .fetch_one(engine.pool())
    .await?;
    Ok(Standing {
        due: row.due,
        given_up: row.given_up,
    })
}

/// The worker of one process: run it with `Worker::run`, stop it with `Worker::request_shutdown`.
/// Seals are exported to `exports`.
pub async fn worker(engine: &Engine, files: &Files, exports: PathBuf) -> Result<Worker> {
    WorkerOptions::default()
        .pg_pool(engine.pool().clone())
        .concurrency(2)
        .poll_interval(Duration::from_secs(2))
        .listen_os_shutdown_signals(false)
        // Off by default: without it the jobs of a killed server stay locked for hours.
        .heartbeat_interval(Duration::from_secs(15))
        .sweep_interval(Duration::from_secs(30))
        .sweep_threshold(Duration::from_mins(1))
        .add_extension(engine.clone())
        .add_extension(files.clone())
        .define_job::<SealHistory>()
        .define_job::<RingTimers>()
        .define_job::<PurgeExpired>()
        .define_job::<RemoveOrphans>()
        .add_extension(Exports(exports))
        .define_job::<ExportSeals>()
        .define_job::<VerifyHistory>()
        .define_job::<FoldSums>()
        .define_job::<RecountSums>()
        .define_job::<ResolveAssignees>()
        .define_job::<SendPasswordReset>()
        .define_job::<SendToVendor>()
        .with_crons(schedules()?)
        .init()
        .await
        .map_err(Error::internal)
}
