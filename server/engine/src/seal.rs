//! Seals: every minute the new history rows of all records join one chain (spec README, "History").
//!
//! A seal covers only transactions that have ended, so no commit waits for it. Verification reads everything back.

use futures::TryStreamExt;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use sqlx::PgPool;

use crate::{
    AuditKey, Clock, Engine, Error, Result,
    transition_log::{Hashed, verifies},
};

/// The advisory lock that only one sealer holds.
const SEAL_LOCK: i64 = 0x5ea1;
/// Past every transaction an epoch can still have: closes it.
const END_OF_EPOCH: &str = "18446744073709551615";

/// Finds the epoch of this database cluster, or begins one and seals what the one before left open.
pub(crate) async fn enter_epoch(pool: &PgPool, clock: &Clock, key: &AuditKey) -> Result<i32> {
    let mut tx = pool.begin().await?;
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", SEAL_LOCK)
        .execute(&mut *tx)
        .await?;
    let cluster = sqlx::query_scalar!(
        r#"SELECT s.system_identifier || '/' || c.timeline_id AS "cluster!" FROM pg_control_system() s, pg_control_checkpoint() c"#,
    )
    .fetch_one(&mut *tx)
    .await?;
    let last = sqlx::query!("SELECT epoch, cluster FROM epochs ORDER BY epoch DESC LIMIT 1")
        .fetch_optional(&mut *tx)
        .await?;
    let epoch = match last {
        Some(last) if last.cluster == cluster => return Ok(last.epoch),
        Some(last) => {
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
    Ok(epoch)
}

/// Seals the rows of every transaction that has ended. Returns how many rows; 0 adds no seal.
pub async fn seal(engine: &Engine) -> Result<i64> {
    let mut tx = engine.begin().await?;
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", SEAL_LOCK)
        .execute(&mut *tx)
        .await?;
    let horizon =
        sqlx::query_scalar!(r#"SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS "xmin!""#)
            .fetch_one(&mut *tx)
            .await?;
    let rows = seal_epoch(
        &mut tx,
        engine.clock(),
        engine.audit_key(),
        engine.epoch(),
        &horizon,
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
    let mut parts: Vec<Vec<u8>> = vec![
        b"countersign-seal-1".to_vec(),
        previous.to_vec(),
        head.id.to_string().into_bytes(),
        head.epoch.to_string().into_bytes(),
        head.tx_from.as_bytes().to_vec(),
        head.tx_to.as_bytes().to_vec(),
        head.at.as_microsecond().to_string().into_bytes(),
    ];
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
        parts.push(format!("{}/{}/{}", row.subject_kind, row.subject_id, row.seq).into_bytes());
        parts.push(row.hash);
    }
    Ok((rows, key.mac(parts.iter().map(Vec::as_slice))))
}

/// The first thing found wrong with the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tampering {
    /// A row's fields do not match its hash, or it does not follow the row before it.
    Row {
        /// The record and the row, like `purchase_order/1042/3`.
        row: String,
    },
    /// A row between two others, or the newest ones of a record, are gone.
    Missing {
        /// The record and the first row missing.
        row: String,
    },
    /// What a seal covers is not what it covered.
    Seal {
        /// The seal's number.
        id: i64,
    },
}

/// Reads the whole history back: every record's chain, its head, and every seal. `None`: all is as it was written.
pub async fn verify(engine: &Engine) -> Result<Option<Tampering>> {
    if let Some(bad) = verify_chains(engine).await? {
        return Ok(Some(bad));
    }
    verify_seals(engine).await
}

async fn verify_chains(engine: &Engine) -> Result<Option<Tampering>> {
    let mut rows = sqlx::query!(
        r#"SELECT h.subject_kind AS "kind!", h.subject_id AS "id!", h.seq AS "head_seq!", h.hash AS "head_hash!",
               t.seq AS "seq?", t.event AS "event?", t.from_state, t.to_state, t.round, t.level, t.actor_id, t.on_behalf_of_id,
               t.way AS "way?", t.note, t.data AS "data?", t.at AS "at?", t.hash AS "hash?", t.epoch AS "epoch?"
           FROM history_heads h LEFT JOIN transitions t ON t.subject_kind = h.subject_kind AND t.subject_id = h.subject_id
           ORDER BY h.subject_kind, h.subject_id, t.seq"#,
    )
    .fetch(engine.pool());
    // The chain being followed: its record, the seq and hash reached, and the head it must end at.
    let mut chain: Option<(String, i32, Vec<u8>, i32, Vec<u8>)> = None;
    while let Some(row) = rows.try_next().await? {
        let record = format!("{}/{}", row.kind, row.id);
        if chain.as_ref().is_none_or(|chain| chain.0 != record) {
            if let Some(bad) = chain.take().and_then(ended) {
                return Ok(Some(bad));
            }
            chain = Some((record.clone(), 0, Vec::new(), row.head_seq, row.head_hash));
        }
        let Some((_, reached, previous, ..)) = &mut chain else {
            continue;
        };
        let (Some(seq), Some(event), Some(way), Some(data), Some(at), Some(hash), Some(epoch)) = (
            row.seq, row.event, row.way, row.data, row.at, row.hash, row.epoch,
        ) else {
            continue;
        };
        if seq != *reached + 1 {
            return Ok(Some(Tampering::Missing {
                row: format!("{record}/{}", *reached + 1),
            }));
        }
        let fields = Hashed {
            subject_kind: &row.kind,
            subject_id: row.id,
            seq,
            event: &event,
            from_state: row.from_state.as_deref(),
            to_state: row.to_state.as_deref(),
            round: row.round,
            level: row.level,
            actor: row.actor_id,
            on_behalf_of: row.on_behalf_of_id,
            way: &way,
            note: row.note.as_deref(),
            data: &data as &Value,
            at: at.to_jiff(),
            epoch,
        };
        if !verifies(engine.audit_key(), previous, &fields, &hash) {
            return Ok(Some(Tampering::Row {
                row: format!("{record}/{seq}"),
            }));
        }
        (*reached, *previous) = (seq, hash);
    }
    drop(rows);
    if let Some(bad) = chain.and_then(ended) {
        return Ok(Some(bad));
    }
    orphan(engine).await
}

fn ended(
    (record, reached, hash, head_seq, head_hash): (String, i32, Vec<u8>, i32, Vec<u8>),
) -> Option<Tampering> {
    if reached < head_seq {
        return Some(Tampering::Missing {
            row: format!("{record}/{}", reached + 1),
        });
    }
    (reached > head_seq || hash != head_hash).then(|| Tampering::Row {
        row: format!("{record}/{reached}"),
    })
}

/// A row of a record whose head is gone.
async fn orphan(engine: &Engine) -> Result<Option<Tampering>> {
    let row = sqlx::query_scalar!(
        r#"SELECT t.subject_kind || '/' || t.subject_id || '/' || t.seq AS "row!" FROM transitions t
           WHERE NOT EXISTS (SELECT FROM history_heads h WHERE h.subject_kind = t.subject_kind AND h.subject_id = t.subject_id)
           LIMIT 1"#,
    )
    .fetch_optional(engine.pool())
    .await?;
    Ok(row.map(|row| Tampering::Row { row }))
}

async fn verify_seals(engine: &Engine) -> Result<Option<Tampering>> {
    let mut tx = engine.begin().await?;
    let seals = sqlx::query!(
        r#"SELECT id, epoch, tx_from::text AS "tx_from!", tx_to::text AS "tx_to!", rows, hash, at FROM seals ORDER BY id"#,
    )
    .fetch_all(&mut *tx)
    .await?;
    let mut previous = Vec::new();
    for (expected, seal) in (1..).zip(seals) {
        let head = SealHead {
            id: seal.id,
            epoch: seal.epoch,
            tx_from: &seal.tx_from,
            tx_to: &seal.tx_to,
            at: seal.at.to_jiff(),
        };
        let (rows, hash) = sealed(&mut tx, engine.audit_key(), &previous, &head).await?;
        if seal.id != expected || rows != seal.rows || hash[..] != seal.hash[..] {
            return Ok(Some(Tampering::Seal { id: expected }));
        }
        previous = seal.hash;
    }
    tx.rollback().await.map_err(Error::from)?;
    Ok(None)
}
