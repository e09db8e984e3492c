//! Reads the whole history back and says what is not as it was written. Changes nothing; holds one row at a time, so that any
//! number of them will do.

use std::{
    path::Path,
    sync::atomic::{AtomicI64, Ordering},
};

use futures::TryStreamExt;

use super::{SealHead, Tampering, Wrong, export, sealed};
use crate::{
    AuditKey, Engine, Result, Tx,
    transition_log::{Hashed, verifies},
};

/// How far a verification has come. Read while it is under way.
#[derive(Debug, Default)]
pub struct Progress {
    rows: AtomicI64,
    seals: AtomicI64,
}

impl Progress {
    /// Rows whose hash was made again.
    pub fn rows(&self) -> i64 {
        self.rows.load(Ordering::Relaxed)
    }

    /// Seals that were made again.
    pub fn seals(&self) -> i64 {
        self.seals.load(Ordering::Relaxed)
    }
}

/// Reads the whole history back: every record's chain, its head, and every seal. `None`: all is as it was written, up to what
/// only an exported seal shows: that the newest seals, and what they covered, were taken away together.
pub async fn verify(engine: &Engine) -> Result<Option<Tampering>> {
    verify_watched(engine, &Progress::default()).await
}

/// The same, telling how far it has come.
pub async fn verify_watched(engine: &Engine, progress: &Progress) -> Result<Option<Tampering>> {
    if let Some(bad) = verify_chains(engine, progress).await? {
        return Ok(Some(bad));
    }
    if let Some(bad) = verify_heads(engine).await? {
        return Ok(Some(bad));
    }
    if let Some(bad) = verify_states(engine).await? {
        return Ok(Some(bad));
    }
    verify_seals(engine, progress).await
}

/// The same, and that the newest seal exported to `folder` is still part of the chain.
pub async fn verify_with_export(
    engine: &Engine,
    folder: &Path,
    progress: &Progress,
) -> Result<Option<Tampering>> {
    if let Some(bad) = verify_watched(engine, progress).await? {
        return Ok(Some(bad));
    }
    match export::newest(folder).await? {
        Some(exported) => verify_against(engine, &exported).await,
        None => Ok(None),
    }
}

/// Whether an exported seal is still part of the chain. Says something only of a chain that verifies.
pub async fn verify_against(
    engine: &Engine,
    exported: &export::Exported,
) -> Result<Option<Tampering>> {
    let there = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM seals WHERE id = $1 AND hash = decode($2, 'hex')) AS "there!""#,
        exported.id,
        exported.hash,
    )
    .fetch_one(engine.pool())
    .await?;
    let place = || format!("{} of {}", exported.id, exported.at);
    Ok((!there).then(|| Tampering::new(Wrong::CutOff, place())))
}

async fn verify_chains(engine: &Engine, progress: &Progress) -> Result<Option<Tampering>> {
    let mut rows = sqlx::query!(
        r#"SELECT t.subject_kind, t.subject_id, t.seq, t.event, t.from_state, t.to_state, t.round, t.level, t.actor_id, t.on_behalf_of_id,
               t.way, t.note, t.data, t.at, t.hash, t.epoch, t.tx::text AS "tx!", h.seq AS "head_seq?", h.hash AS "head_hash?"
           FROM transitions t LEFT JOIN history_heads h ON h.subject_kind = t.subject_kind AND h.subject_id = t.subject_id
           ORDER BY t.subject_kind, t.subject_id, t.seq"#,
    )
    .fetch(engine.pool());
    let mut chain = Chain::default();
    while let Some(row) = rows.try_next().await? {
        if !chain.is_of(&row.subject_kind, row.subject_id) {
            let head = row.head_seq.zip(row.head_hash);
            let next = Chain::of(row.subject_kind.clone(), row.subject_id, head);
            if let Some(bad) = std::mem::replace(&mut chain, next).ended() {
                return Ok(Some(bad));
            }
        }
        let fields = Hashed {
            subject_kind: &row.subject_kind,
            subject_id: row.subject_id,
            seq: row.seq,
            event: &row.event,
            from_state: row.from_state.as_deref(),
            to_state: row.to_state.as_deref(),
            round: row.round,
            level: row.level,
            actor: row.actor_id,
            on_behalf_of: row.on_behalf_of_id,
            way: &row.way,
            note: row.note.as_deref(),
            data: &row.data,
            at: row.at.to_jiff(),
            epoch: row.epoch,
            tx: &row.tx,
        };
        if let Some(bad) = chain.next(engine.audit_key(), &fields, row.hash) {
            return Ok(Some(bad));
        }
        progress.rows.fetch_add(1, Ordering::Relaxed);
    }
    Ok(chain.ended())
}

/// A record's rows being followed: how far, and where they must end.
#[derive(Default)]
struct Chain {
    kind: String,
    id: i64,
    seq: i32,
    hash: Vec<u8>,
    head: (i32, Vec<u8>),
}

impl Chain {
    /// Before its first row. Without a head it ends before it begins.
    fn of(kind: String, id: i64, head: Option<(i32, Vec<u8>)>) -> Self {
        Self {
            kind,
            id,
            head: head.unwrap_or_default(),
            ..Self::default()
        }
    }

    fn is_of(&self, kind: &str, id: i64) -> bool {
        self.id == id && self.kind == kind
    }

    fn next(&mut self, key: &AuditKey, row: &Hashed<'_>, hash: Vec<u8>) -> Option<Tampering> {
        if row.seq != self.seq + 1 {
            return Some(self.bad(Wrong::Removed, self.seq + 1));
        }
        if !verifies(key, &self.hash, row, &hash) {
            let wrong = if row.seq > self.head.0 {
                Wrong::Added
            } else {
                Wrong::Changed
            };
            return Some(self.bad(wrong, row.seq));
        }
        (self.seq, self.hash) = (row.seq, hash);
        None
    }

    /// The last row was read.
    fn ended(self) -> Option<Tampering> {
        if self.seq < self.head.0 {
            return Some(self.bad(Wrong::Removed, self.seq + 1));
        }
        let other = self.seq != self.head.0 || self.hash != self.head.1;
        other.then(|| Tampering::new(Wrong::Head, format!("{}/{}", self.kind, self.id)))
    }

    fn bad(&self, wrong: Wrong, seq: i32) -> Tampering {
        Tampering::new(wrong, format!("{}/{}/{seq}", self.kind, self.id))
    }
}

/// A record whose rows are all gone: a head says there were some, or an order has none though each begins with one.
async fn verify_heads(engine: &Engine) -> Result<Option<Tampering>> {
    let bare = sqlx::query_scalar!(
        r#"SELECT kind || '/' || id || '/1' AS "row!" FROM (
               SELECT subject_kind AS kind, subject_id AS id FROM history_heads WHERE seq > 0
               UNION ALL SELECT 'purchase_order', id FROM purchase_orders) records
           WHERE NOT EXISTS (SELECT FROM transitions t WHERE t.subject_kind = kind AND t.subject_id = id AND t.seq = 1)
           ORDER BY kind, id LIMIT 1"#,
    )
    .fetch_optional(engine.pool())
    .await?;
    Ok(bare.map(|row| Tampering::new(Wrong::Removed, row)))
}

/// An order that stands elsewhere than the newest row that moved it: its state was changed behind the history's back, or its
/// newest rows were removed before a seal covered them, head and all.
async fn verify_states(engine: &Engine) -> Result<Option<Tampering>> {
    let other = sqlx::query_scalar!(
        r#"SELECT 'purchase_order/' || o.id AS "record!" FROM purchase_orders o CROSS JOIN LATERAL (
               SELECT to_state FROM transitions t
               WHERE t.subject_kind = 'purchase_order' AND t.subject_id = o.id AND t.to_state IS NOT NULL
               ORDER BY t.seq DESC LIMIT 1) newest
           WHERE newest.to_state <> o.status ORDER BY o.id LIMIT 1"#,
    )
    .fetch_optional(engine.pool())
    .await?;
    Ok(other.map(|record| Tampering::new(Wrong::State, record)))
}

/// Seals read at a time.
const SEALS: i64 = 1000;

async fn verify_seals(engine: &Engine, progress: &Progress) -> Result<Option<Tampering>> {
    let mut tx = engine.begin_free().await?;
    let (mut id, mut previous) = (0, Vec::new());
    loop {
        let before = id;
        if let Some(bad) = verify_some(&mut tx, engine, (&mut id, &mut previous), progress).await? {
            return Ok(Some(bad));
        }
        if id - before < SEALS {
            tx.rollback().await?;
            return Ok(None);
        }
    }
}

/// The next [`SEALS`] seals after the one with this number and hash, which become those of the last one.
async fn verify_some(
    tx: &mut Tx,
    engine: &Engine,
    (id, previous): (&mut i64, &mut Vec<u8>),
    progress: &Progress,
) -> Result<Option<Tampering>> {
    let seals = sqlx::query!(
        r#"SELECT id, epoch, tx_from::text AS "tx_from!", tx_to::text AS "tx_to!", rows, hash, at FROM seals
           WHERE id > $1 ORDER BY id LIMIT $2"#,
        *id,
        SEALS,
    )
    .fetch_all(&mut **tx)
    .await?;
    for seal in seals {
        let head = SealHead {
            id: seal.id,
            epoch: seal.epoch,
            tx_from: &seal.tx_from,
            tx_to: &seal.tx_to,
            at: seal.at.to_jiff(),
        };
        let expected = *id + 1;
        if seal.id != expected {
            return Ok(Some(Tampering::new(
                Wrong::Seal,
                format!("{expected} (it is gone)"),
            )));
        }
        let (rows, hash) = sealed(tx, engine.audit_key(), previous, &head).await?;
        if rows != seal.rows {
            let place = format!("{expected} ({rows} of {} rows are there)", seal.rows);
            return Ok(Some(Tampering::new(Wrong::Seal, place)));
        }
        if hash[..] != seal.hash[..] {
            return Ok(Some(Tampering::new(Wrong::Seal, expected.to_string())));
        }
        (*id, *previous) = (seal.id, seal.hash);
        progress.seals.fetch_add(1, Ordering::Relaxed);
    }
    Ok(None)
}
