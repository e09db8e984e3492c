//! Seals: every minute the new history rows of all records join one chain (spec README, "History").
//!
//! A seal covers only transactions that have ended, so no commit waits for it. `verify` reads everything back.

mod export;
mod tampering;
mod verify;

#[cfg(test)]
mod tests;

use futures::TryStreamExt;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

use crate::{AuditKey, Clock, Engine, Result, transition_log::EPOCH_LOCK};

pub use export::{Exported, export};
pub use tampering::{Tampering, Wrong};
pub use verify::{Progress, verify, verify_against, verify_watched, verify_with_export};

/// The advisory lock that only one sealer holds.
const SEAL_LOCK: i64 = 0x5ea1;
/// Past every transaction an epoch can still have: closes it.
const END_OF_EPOCH: &str = "18446744073709551615";

/// Begins an epoch where this database cluster is another than before, and seals what the one before left open. Servers that
/// were running all along go on in the new one: every row asks for the newest epoch.
pub(crate) async fn enter_epoch(pool: &PgPool, clock: &Clock, key: &AuditKey) -> Result<()> {
    let mut tx = pool.begin().await?;
    lock(&mut tx, SEAL_LOCK).await?;
    let cluster = sqlx::query_scalar!(
        r#"SELECT s.system_identifier || '/' || c.timeline_id AS "cluster!" FROM pg_control_system() s, pg_control_checkpoint() c"#,
    )
    .fetch_one(&mut *tx)
    .await?;
    let last = sqlx::query!("SELECT epoch, cluster FROM epochs ORDER BY epoch DESC LIMIT 1")
        .fetch_optional(&mut *tx)
        .await?;
    let epoch = match last {
        Some(last) if last.cluster == cluster => return Ok(()),
        Some(last) => {
            // Nobody appends to the old epoch any more.
            lock(&mut tx, EPOCH_LOCK).await?;
            seal_epoch(&mut tx, clock, key, last.epoch, END_OF_EPOCH).await?;
            tracing::warn!(
                epoch = last.epoch + 1,
                "the database is another cluster or timeline than before: its history is sealed as restored"
            );
            last.epoch + 1
        }
        None => 1,
    };
    sqlx::query!(
        "INSERT INTO epochs (epoch, cluster, started_at) VALUES ($1, $2, $3)",
        epoch,
        cluster,
        clock.now().to_sqlx(),
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

async fn lock(tx: &mut sqlx::PgTransaction<'_>, which: i64) -> Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", which)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Seals the rows of every transaction that has ended. Returns how many rows; 0 adds no seal.
pub async fn seal(engine: &Engine) -> Result<i64> {
    let mut tx = engine.begin_free().await?;
    lock(&mut tx, SEAL_LOCK).await?;
    let now = sqlx::query!(
        r#"SELECT (SELECT max(epoch) FROM epochs) AS "epoch!", pg_snapshot_xmin(pg_current_snapshot())::text AS "xmin!""#,
    )
    .fetch_one(&mut *tx)
    .await?;
    let rows = seal_epoch(
        &mut tx,
        engine.clock(),
        engine.audit_key(),
        now.epoch,
        &now.xmin,
    )
    .await?;
    tx.commit().await?;
    Ok(rows)
}

/// The fields of a seal that its hash covers, beside the rows.
struct SealHead<'a> {
    id: i64,
    epoch: i32,
    tx_from: &'a str,
    tx_to: &'a str,
    at: Timestamp,
}

async fn seal_epoch(
    tx: &mut sqlx::PgTransaction<'_>,
    clock: &Clock,
    key: &AuditKey,
    epoch: i32,
    tx_to: &str,
) -> Result<i64> {
    let last = sqlx::query!(
        r#"SELECT id, epoch, tx_to::text AS "tx_to!", hash FROM seals ORDER BY id DESC LIMIT 1"#
    )
    .fetch_optional(&mut **tx)
    .await?;
    let (id, previous) = last
        .as_ref()
        .map_or((1, Vec::new()), |seal| (seal.id + 1, seal.hash.clone()));
    let tx_from = last
        .filter(|seal| seal.epoch == epoch)
        .map_or_else(|| "0".to_owned(), |seal| seal.tx_to);
    let at = clock.now();
    let head = SealHead {
        id,
        epoch,
        tx_from: &tx_from,
        tx_to,
        at,
    };
    let (rows, hash) = sealed(tx, key, &previous, &head).await?;
    if rows == 0 {
        return Ok(0);
    }
    sqlx::query!(
        "INSERT INTO seals (id, epoch, tx_from, tx_to, rows, hash, at)
         VALUES ($1, $2, $3::text::xid8, $4::text::xid8, $5, $6, $7)",
        id,
        epoch,
        tx_from,
        tx_to,
        rows,
        &hash[..],
        at.to_sqlx(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(rows)
}

/// Counts and hashes the rows a seal covers, in the order of their records.
async fn sealed(
    tx: &mut sqlx::PgTransaction<'_>,
    key: &AuditKey,
    previous: &[u8],
    head: &SealHead<'_>,
) -> Result<(i64, [u8; 32])> {
    let mut mac = key.begin();
    mac.part(b"countersign-seal-1");
    mac.part(previous);
    mac.part(head.id.to_string().as_bytes());
    mac.part(head.epoch.to_string().as_bytes());
    mac.part(head.tx_from.as_bytes());
    mac.part(head.tx_to.as_bytes());
    mac.part(head.at.as_microsecond().to_string().as_bytes());
    let mut rows = 0;
    let mut found = sqlx::query!(
        "SELECT subject_kind, subject_id, seq, hash FROM transitions
         WHERE epoch = $1 AND tx >= $2::text::xid8 AND tx < $3::text::xid8
         ORDER BY subject_kind, subject_id, seq",
        head.epoch,
        head.tx_from,
        head.tx_to,
    )
    .fetch(&mut **tx);
    while let Some(row) = found.try_next().await? {
        rows += 1;
        mac.part(format!("{}/{}/{}", row.subject_kind, row.subject_id, row.seq).as_bytes());
        mac.part(&row.hash);
    }
    Ok((rows, mac.finish()))
}
