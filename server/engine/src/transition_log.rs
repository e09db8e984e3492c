//! The history: every transition of every record, and every change to people, vendors, rules and settings (spec README, "History").
//!
//! Append only. Each row's hash is keyed and covers the same record's row before it; the record's head keeps the newest one.

#[cfg(test)]
mod tests;

use domain::ids::PersonId;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use sha2::Sha256;
use sqlx::PgConnection;
use subtle::ConstantTimeEq;

use crate::{Engine, Result, Tx, audit};

/// The version of the bytes that are hashed; a change of [`digest`] is a new version.
const FORMAT: &str = "countersign-history-1";

/// Among so many of a record's newest rows one says how it came to stand where it stands: levels that pass and files come after it.
const LOOKED_AT: i64 = 200;
/// What hangs on a record and moves nothing.
const ASIDE: [&str; 3] = ["attach", "remove_attachment", "escalate"];
/// Who appends holds it shared ([`Engine::begin`]); who begins an epoch, exclusively: so no row of the epoch before comes after its
/// last seal.
pub(crate) const EPOCH_LOCK: i64 = 59_660;

/// The secret without which no row of the history can be forged: `COUNTERSIGN_AUDIT_KEY`, 32 bytes or more.
#[derive(Clone)]
pub struct AuditKey(Hmac<Sha256>);

impl AuditKey {
    /// A key of at least 32 bytes; `None` when it is shorter.
    pub fn new(bytes: Vec<u8>) -> Option<Self> {
        if bytes.len() < 32 {
            return None;
        }
        Hmac::new_from_slice(&bytes).ok().map(Self)
    }

    /// HMAC-SHA-256 over length-prefixed parts.
    pub(crate) fn mac<'a>(&self, parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
        let mut mac = self.begin();
        for part in parts {
            mac.part(part);
        }
        mac.finish()
    }

    /// A key of its own for another purpose: what it makes says nothing of the history's key.
    pub(crate) fn sub_key(&self, purpose: &str) -> Self {
        // One block of SHA-256: HMAC itself fills shorter keys up with zeros.
        let mut key = [0; 64];
        key[..32]
            .copy_from_slice(&self.mac([b"countersign-sub-key-1".as_slice(), purpose.as_bytes()]));
        Self(Hmac::new(&key.into()))
    }

    /// The same, part by part: for what is too much to hold at once.
    pub(crate) fn begin(&self) -> Parts {
        Parts(self.0.clone())
    }
}

/// An HMAC under way.
pub(crate) struct Parts(Hmac<Sha256>);

impl Parts {
    /// The next part, with its length before it.
    pub(crate) fn part(&mut self, part: &[u8]) {
        self.0.update(&(part.len() as u64).to_be_bytes());
        self.0.update(part);
    }

    /// The hash of all parts.
    pub(crate) fn finish(self) -> [u8; 32] {
        self.0.finalize().into_bytes().into()
    }
}

impl std::fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AuditKey(…)")
    }
}

/// The record a row is about: `("purchase_order", 1042)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The kind, as in `transitions.subject_kind`.
    pub kind: &'static str,
    /// The record's id.
    pub id: i64,
}

/// One row to append.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// What happened, imperative: `approve`, `deactivate`.
    pub event: String,
    /// Where the record stood; `None` for records without states.
    pub from_state: Option<String>,
    /// Where it stands now.
    pub to_state: Option<String>,
    /// Of the record, where it has rounds.
    pub round: Option<i32>,
    /// The level decided.
    pub level: Option<i16>,
    /// `None`: the system.
    pub actor: Option<PersonId>,
    /// Whose decision a delegate made.
    pub on_behalf_of: Option<PersonId>,
    /// `page`, `link`, `override`, `timer`, `system` or `command`.
    pub way: &'static str,
    /// What was said.
    pub note: Option<String>,
    /// What else belongs to it. Strings, whole numbers, booleans, lists and objects only: what jsonb gives back as it was.
    pub data: Value,
}

impl Entry {
    /// What else belongs to it, an object where it is nothing.
    fn data(&self) -> Value {
        if self.data.is_null() {
            Value::Object(serde_json::Map::new())
        } else {
            self.data.clone()
        }
    }

    /// What somebody did on a page.
    pub(crate) fn by_page(actor: PersonId, event: &str, data: Value) -> Self {
        Self {
            event: event.to_owned(),
            actor: Some(actor),
            way: "page",
            data,
            ..Self::default()
        }
    }
}

/// A yes or no as the history says it.
pub(crate) fn yes_or_no(yes: bool) -> String {
    if yes { "yes" } else { "no" }.to_owned()
}

/// The fields of a stored row that its hash covers.
pub(crate) struct Hashed<'a> {
    pub subject_kind: &'a str,
    pub subject_id: i64,
    pub seq: i32,
    pub event: &'a str,
    pub from_state: Option<&'a str>,
    pub to_state: Option<&'a str>,
    pub round: Option<i32>,
    pub level: Option<i16>,
    pub actor: Option<i64>,
    pub on_behalf_of: Option<i64>,
    pub way: &'a str,
    pub note: Option<&'a str>,
    pub data: &'a Value,
    pub at: Timestamp,
    pub epoch: i32,
    /// The transaction, an `xid8` in digits: says which seal covers the row.
    pub tx: &'a str,
}

/// The hash of a row after `previous` (empty for the first).
pub(crate) fn digest(key: &AuditKey, previous: &[u8], row: &Hashed<'_>) -> [u8; 32] {
    // A missing value and an empty one must differ: present ones get a leading mark.
    fn text(value: Option<&str>) -> String {
        value.map_or_else(String::new, |v| format!("={v}"))
    }
    fn number<T: std::fmt::Display>(value: Option<T>) -> String {
        value.map_or_else(String::new, |v| format!("={v}"))
    }
    let fields = [
        row.subject_kind.to_owned(),
        row.subject_id.to_string(),
        row.seq.to_string(),
        row.event.to_owned(),
        text(row.from_state),
        text(row.to_state),
        number(row.round),
        number(row.level),
        number(row.actor),
        number(row.on_behalf_of),
        row.way.to_owned(),
        text(row.note),
        // serde_json keeps objects sorted by key, as RFC 8785 does; `Entry::data` holds nothing else it treats differently.
        row.data.to_string(),
        row.at.as_microsecond().to_string(),
        row.epoch.to_string(),
        row.tx.to_owned(),
    ];
    key.mac(
        [FORMAT.as_bytes(), previous]
            .into_iter()
            .chain(fields.iter().map(String::as_bytes)),
    )
}

/// Whether `hash` is the row's.
pub(crate) fn verifies(key: &AuditKey, previous: &[u8], row: &Hashed<'_>, hash: &[u8]) -> bool {
    digest(key, previous, row).ct_eq(hash).into()
}

/// Where a record's history stands, and what its next row belongs to.
struct Head {
    subject: Subject,
    /// 0 before the first row.
    seq: i32,
    hash: Vec<u8>,
    epoch: i32,
    tx: String,
    at: Timestamp,
}

/// Appends `entries` to the subject's history. The caller holds the lock on the record, or is happy to wait for its head's; the
/// transaction is one of [`Engine::begin`], which holds the epoch.
pub async fn append(
    tx: &mut Tx,
    engine: &Engine,
    subject: Subject,
    entries: &[Entry],
) -> Result<()> {
    // Of two that begin a record's history at once the second waits as it writes, writes nothing, and finds the first one's head.
    loop {
        let head = lock_head(tx, engine, subject).await?;
        if insert(tx, engine.audit_key(), entries, &head).await? {
            return audit::keep_words(tx, subject, head.seq, entries).await;
        }
    }
}

/// Locks the head until the transaction ends; a record without history has none yet.
async fn lock_head(tx: &mut Tx, engine: &Engine, subject: Subject) -> Result<Head> {
    let head = sqlx::query!(
        r#"SELECT h.seq AS "seq?", h.hash AS "hash?", (SELECT max(epoch) FROM epochs) AS "epoch!", pg_current_xact_id()::text AS "tx!"
           FROM (SELECT) AS one LEFT JOIN LATERAL (
               SELECT seq, hash FROM history_heads WHERE subject_kind = $1 AND subject_id = $2 FOR UPDATE) AS h ON true"#,
        subject.kind,
        subject.id,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(Head {
        subject,
        seq: head.seq.unwrap_or(0),
        hash: head.hash.unwrap_or_default(),
        epoch: head.epoch,
        tx: head.tx,
        // Only now: whoever waited for the head comes later in time too.
        at: engine.clock().now(),
    })
}

/// Writes the rows after `head`, each with the hash of the one before, and moves the head on. False, and nothing is written, when
/// the head is not there any more but further on.
async fn insert(tx: &mut Tx, key: &AuditKey, entries: &[Entry], head: &Head) -> Result<bool> {
    let Some(count) = i32::try_from(entries.len()).ok().filter(|count| *count > 0) else {
        return Ok(true);
    };
    let seqs: Vec<i32> = (head.seq + 1..=head.seq + count).collect();
    let data: Vec<Value> = entries.iter().map(Entry::data).collect();
    let mut hashes: Vec<Vec<u8>> = Vec::with_capacity(entries.len());
    for ((entry, data), seq) in entries.iter().zip(&data).zip(&seqs) {
        let previous = hashes.last().unwrap_or(&head.hash);
        hashes.push(digest(key, previous, &hashed(entry, data, *seq, head)).to_vec());
    }
    let done = sqlx::query!(
        "WITH head AS (
             INSERT INTO history_heads AS h (subject_kind, subject_id, seq, hash) VALUES ($1, $2, $3, $4)
             ON CONFLICT ON CONSTRAINT history_heads_pk DO UPDATE SET seq = excluded.seq, hash = excluded.hash WHERE h.seq = $5
             RETURNING h.seq)
         INSERT INTO transitions (subject_kind, subject_id, at, epoch, tx, seq, event, from_state, to_state, round, level,
             actor_id, on_behalf_of_id, way, note, data, hash)
         SELECT $1, $2, $6, $7, $8::text::xid8, t.* FROM head, unnest($9::integer[], $10::text[], $11::text[], $12::text[],
             $13::integer[], $14::smallint[], $15::bigint[], $16::bigint[], $17::text[], $18::text[], $19::jsonb[], $20::bytea[]) AS t",
        head.subject.kind,
        head.subject.id,
        head.seq + count,
        hashes.last(),
        head.seq,
        head.at.to_sqlx(),
        head.epoch,
        head.tx,
        &seqs,
        &all(entries, |entry| entry.event.clone()),
        &all(entries, |entry| entry.from_state.clone()) as &[Option<String>],
        &all(entries, |entry| entry.to_state.clone()) as &[Option<String>],
        &all(entries, |entry| entry.round) as &[Option<i32>],
        &all(entries, |entry| entry.level) as &[Option<i16>],
        &all(entries, |entry| entry.actor.map(|id| id.0)) as &[Option<i64>],
        &all(entries, |entry| entry.on_behalf_of.map(|id| id.0)) as &[Option<i64>],
        &all(entries, |entry| entry.way.to_owned()),
        &all(entries, |entry| entry.note.clone()) as &[Option<String>],
        &data,
        &hashes,
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// One column of the rows.
fn all<T>(entries: &[Entry], of: impl Fn(&Entry) -> T) -> Vec<T> {
    entries.iter().map(of).collect()
}

/// What the hash of `entry` covers as the row `seq` after `head`.
fn hashed<'a>(entry: &'a Entry, data: &'a Value, seq: i32, head: &'a Head) -> Hashed<'a> {
    Hashed {
        subject_kind: head.subject.kind,
        subject_id: head.subject.id,
        seq,
        event: &entry.event,
        from_state: entry.from_state.as_deref(),
        to_state: entry.to_state.as_deref(),
        round: entry.round,
        level: entry.level,
        actor: entry.actor.map(|id| id.0),
        on_behalf_of: entry.on_behalf_of.map(|id| id.0),
        way: entry.way,
        note: entry.note.as_deref(),
        data,
        at: head.at,
        epoch: head.epoch,
        tx: &head.tx,
    }
}

/// The fields in which `after` differs, old and new as people read them: `{"manager": {"from": …, "to": …}}`.
pub(crate) fn differences<const N: usize>(
    before: &[(&str, String); N],
    after: &[(&str, String); N],
) -> Value {
    let changed = before.iter().zip(after).filter(|(from, to)| from.1 != to.1);
    let fields = changed.map(|(from, to)| {
        (
            to.0.to_owned(),
            serde_json::json!({ "from": from.1, "to": to.1 }),
        )
    });
    Value::Object(fields.collect())
}

/// One row of a record's history as people read it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// From 1 per record.
    pub seq: i32,
    /// What happened.
    pub event: String,
    /// Where the record stood.
    pub from_state: Option<String>,
    /// Where it stood then.
    pub to_state: Option<String>,
    /// Of the record.
    pub round: Option<i32>,
    /// The level decided.
    pub level: Option<i16>,
    /// Who; `None`: the system.
    pub actor: Option<String>,
    /// On whose behalf.
    pub on_behalf_of: Option<String>,
    /// By which way.
    pub way: String,
    /// What was said.
    pub note: Option<String>,
    /// What else belongs to it.
    pub data: Value,
    /// When.
    pub at: Timestamp,
}

/// The newest `limit` rows of a record's history, newest first, below `before` where given.
pub async fn history(
    engine: &Engine,
    subject: Subject,
    before: Option<i32>,
    limit: i64,
) -> Result<Vec<Row>> {
    rows(&mut *engine.pool().acquire().await?, subject, before, limit).await
}

/// What somebody, or a timer, did last to where the record stands: the newest row that is not the system's in the wake of another. Read on a connection
/// that is already held: who waits for a second one while others wait for what the first one locks, waits for ever.
pub(crate) async fn newest(db: &mut PgConnection, subject: Subject) -> Result<Option<Row>> {
    let rows = rows(db, subject, None, LOOKED_AT).await?;
    let moved = |row: &Row| row.way != "system" && !ASIDE.contains(&row.event.as_str());
    Ok(rows.into_iter().find(moved))
}

/// As [`history`], on a connection that is already held.
pub(crate) async fn rows(
    db: &mut PgConnection,
    subject: Subject,
    before: Option<i32>,
    limit: i64,
) -> Result<Vec<Row>> {
    let rows = sqlx::query!(
        r#"SELECT t.seq, t.event, t.from_state, t.to_state, t.round, t.level, a.name AS "actor?", b.name AS "on_behalf_of?",
               t.way, t.note, t.data, t.at
           FROM transitions t LEFT JOIN people a ON a.id = t.actor_id LEFT JOIN people b ON b.id = t.on_behalf_of_id
           WHERE t.subject_kind = $1 AND t.subject_id = $2 AND t.seq < $3
           ORDER BY t.seq DESC LIMIT $4"#,
        subject.kind,
        subject.id,
        before.unwrap_or(i32::MAX),
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Row {
            seq: row.seq,
            event: row.event,
            from_state: row.from_state,
            to_state: row.to_state,
            round: row.round,
            level: row.level,
            actor: row.actor,
            on_behalf_of: row.on_behalf_of,
            way: row.way,
            note: row.note,
            data: row.data,
            at: row.at.to_jiff(),
        })
        .collect())
}
