//! Reads the whole history back and says what is not as it was written. Changes nothing.

use futures::TryStreamExt;

use super::{SealHead, sealed};
use crate::{
    AuditKey, Engine, Result,
    transition_log::{Hashed, verifies},
};

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

/// Reads the whole history back: every record's chain, its head, and every seal. `None`: all is as it was written, up to what
/// only an exported seal shows: that the newest seals, and what they covered, were taken away together.
pub async fn verify(engine: &Engine) -> Result<Option<Tampering>> {
    if let Some(bad) = verify_chains(engine).await? {
        return Ok(Some(bad));
    }
    if let Some(bad) = verify_heads(engine).await? {
        return Ok(Some(bad));
    }
    verify_seals(engine).await
}

async fn verify_chains(engine: &Engine) -> Result<Option<Tampering>> {
    let mut rows = sqlx::query!(
        r#"SELECT t.subject_kind, t.subject_id, t.seq, t.event, t.from_state, t.to_state, t.round, t.level, t.actor_id, t.on_behalf_of_id,
               t.way, t.note, t.data, t.at, t.hash, t.epoch, t.tx::text AS "tx!", h.seq AS "head_seq?", h.hash AS "head_hash?"
           FROM transitions t LEFT JOIN history_heads h ON h.subject_kind = t.subject_kind AND h.subject_id = t.subject_id
           ORDER BY t.subject_kind, t.subject_id, t.seq"#,
    )
    .fetch(engine.pool());
    let mut chain = Chain::default();
    while let Some(row) = rows.try_next().await? {
        let record = format!("{}/{}", row.subject_kind, row.subject_id);
        if chain.record != record {
            let head = row.head_seq.zip(row.head_hash);
            if let Some(bad) = std::mem::replace(&mut chain, Chain::of(record, head)).ended() {
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
    }
    Ok(chain.ended())
}

/// A record's rows being followed: how far, and where they must end.
#[derive(Default)]
struct Chain {
    record: String,
    seq: i32,
    hash: Vec<u8>,
    head: (i32, Vec<u8>),
}

impl Chain {
    /// Before its first row. Without a head it ends before it begins.
    fn of(record: String, head: Option<(i32, Vec<u8>)>) -> Self {
        Self {
            record,
            head: head.unwrap_or_default(),
            ..Self::default()
        }
    }

    fn next(&mut self, key: &AuditKey, row: &Hashed<'_>, hash: Vec<u8>) -> Option<Tampering> {
        if row.seq != self.seq + 1 {
            return Some(self.missing());
        }
        if !verifies(key, &self.hash, row, &hash) {
            return Some(Tampering::Row {
                row: format!("{}/{}", self.record, row.seq),
            });
        }
        (self.seq, self.hash) = (row.seq, hash);
        None
    }

    /// The last row was read.
    fn ended(self) -> Option<Tampering> {
        if self.seq < self.head.0 {
            return Some(self.missing());
        }
        ((self.seq, self.hash) != self.head).then(|| Tampering::Row {
            row: format!("{}/{}", self.record, self.seq),
        })
    }

    fn missing(&self) -> Tampering {
        Tampering::Missing {
            row: format!("{}/{}", self.record, self.seq + 1),
        }
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
    Ok(bare.map(|row| Tampering::Missing { row }))
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
    tx.rollback().await?;
    Ok(None)
}
