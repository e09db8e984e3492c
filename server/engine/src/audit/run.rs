//! One verification: asked for, carried out by a job, kept with what it found.

use std::{path::Path, time::Duration};

use domain::{
    actor::Actor,
    permission::{Area, may_enter},
};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::read::Outcome;
use crate::{
    Engine, Error, Result,
    job::{self, VerifyHistory},
    request,
    seal::{self, Progress, Tampering},
};

/// Where the page of verifications is.
const ADDRESS: &str = "/admin/audit";
/// How often a run under way says how far it is.
const NOTED_EVERY: Duration = Duration::from_secs(1);
/// A run that has not ended after so long has lost its job.
const LOST_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// Asks for a verification: a job carries it out.
///
/// # Errors
/// `Forbidden` to whoever is neither administrator nor auditor; `Refused` while one is under way; `Repeated`.
pub async fn ask(engine: &Engine, by: &Actor, request_id: Uuid) -> Result<()> {
    if !may_enter(Area::Audit, Some(by)) {
        return Err(Error::Forbidden(
            "Only administrators and auditors verify the history.".to_owned(),
        ));
    }
    let mut tx = engine.begin().await?;
    request::claim(&mut tx, engine, by.id, request_id, "verify_history").await?;
    if insert(engine, &mut tx, Some(by.id.0)).await?.is_none() {
        return Err(Error::Refused {
            message: "A verification is under way already.".to_owned(),
            fields: Vec::new(),
        });
    }
    job::enqueue_verification(&mut tx).await?;
    request::finish(&mut tx, by.id, request_id, ADDRESS).await?;
    tx.commit().await?;
    Ok(())
}

/// A new run, unless one is under way.
async fn insert(
    engine: &Engine,
    db: &mut sqlx::PgConnection,
    asked_by: Option<i64>,
) -> Result<Option<i64>> {
    let now = engine.clock().now();
    sqlx::query!(
        "UPDATE audit_runs SET finished_at = $1, outcome = 'failed' WHERE finished_at IS NULL AND asked_at < $2",
        now.to_sqlx(),
        (now - LOST_AFTER).to_sqlx(),
    )
    .execute(&mut *db)
    .await?;
    let id = sqlx::query_scalar!(
        "INSERT INTO audit_runs (asked_by, asked_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id",
        asked_by,
        now.to_sqlx(),
    )
    .fetch_optional(db)
    .await?;
    Ok(id)
}

/// Carries out the run that waits or was broken off; by schedule a new one. Exported seals are looked for in `exports`.
pub async fn run(engine: &Engine, exports: &Path, how: &VerifyHistory) -> Result<()> {
    let mut db = engine.pool().acquire().await?;
    let waiting = sqlx::query_scalar!("SELECT id FROM audit_runs WHERE finished_at IS NULL")
        .fetch_optional(&mut *db)
        .await?;
    let id = match waiting {
        None if how.scheduled => insert(engine, &mut db, None).await?,
        waiting => waiting,
    };
    drop(db);
    let Some(id) = id else {
        // The job ran twice, and the first time was enough.
        return Ok(());
    };
    sqlx::query!(
        "UPDATE audit_runs SET started_at = $2, rows = 0, seals = 0 WHERE id = $1",
        id,
        engine.clock().now().to_sqlx(),
    )
    .execute(engine.pool())
    .await?;
    let progress = Progress::default();
    let found = watched(engine, exports, id, &progress).await;
    if let Err(error) = &found {
        tracing::error!(%error, run = id, "a verification of the history failed");
    }
    finish(engine, id, &progress, found).await
}

async fn watched(
    engine: &Engine,
    exports: &Path,
    id: i64,
    progress: &Progress,
) -> Result<Option<Tampering>> {
    let verification = seal::verify_with_export(engine, exports, progress);
    tokio::pin!(verification);
    let mut tick = tokio::time::interval(NOTED_EVERY);
    loop {
        tokio::select! {
            found = &mut verification => return found,
            _ = tick.tick() => {
                sqlx::query!(
                    "UPDATE audit_runs SET rows = $2, seals = $3 WHERE id = $1",
                    id,
                    progress.rows(),
                    progress.seals(),
                )
                .execute(engine.pool())
                .await?;
            }
        }
    }
}

async fn finish(
    engine: &Engine,
    id: i64,
    progress: &Progress,
    found: Result<Option<Tampering>>,
) -> Result<()> {
    let (outcome, tampering) = match found {
        Ok(None) => (Outcome::Whole, None),
        Ok(Some(tampering)) => {
            tracing::error!(%tampering, run = id, "the history was tampered with");
            (Outcome::Tampered, Some(tampering))
        }
        Err(_) => (Outcome::Failed, None),
    };
    metrics::counter!("countersign_verifications_total", "outcome" => outcome.as_str())
        .increment(1);
    sqlx::query!(
        "UPDATE audit_runs SET finished_at = $2, rows = $3, seals = $4, outcome = $5, wrong = $6, place = $7 WHERE id = $1",
        id,
        engine.clock().now().to_sqlx(),
        progress.rows(),
        progress.seals(),
        outcome.as_str(),
        tampering.as_ref().map(|found| found.wrong.as_str()),
        tampering.as_ref().map(|found| found.place.as_str()),
    )
    .execute(engine.pool())
    .await?;
    Ok(())
}
