//! Reading verifications, and how far the history has come.

use jiff::Timestamp;

use crate::{
    Engine, Result,
    seal::{Tampering, Wrong},
};

/// Counted exactly up to here; from here on as the planner estimates.
const EXACT: i64 = 10_000;
/// Unsealed rows counted at most.
const UNSEALED: i64 = 1001;

/// How a verification ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything is as it was written.
    Whole,
    /// Something is not.
    Tampered,
    /// It could not be carried out.
    Failed,
}

impl Outcome {
    /// The name stored in `audit_runs.outcome`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Outcome::Whole => "whole",
            Outcome::Tampered => "tampered",
            Outcome::Failed => "failed",
        }
    }

    fn parse(name: &str) -> Option<Outcome> {
        [Outcome::Whole, Outcome::Tampered, Outcome::Failed]
            .into_iter()
            .find(|outcome| outcome.as_str() == name)
    }
}

/// One verification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Who asked for it; `None`: the nightly schedule.
    pub asked_by: Option<String>,
    /// When.
    pub asked_at: Timestamp,
    /// Since when it is under way.
    pub started_at: Option<Timestamp>,
    /// When it ended, and how.
    pub finished: Option<(Timestamp, Outcome)>,
    /// Rows checked so far.
    pub rows: i64,
    /// Seals checked so far.
    pub seals: i64,
    /// The first thing found wrong.
    pub found: Option<Tampering>,
}

/// The newest runs, newest first.
pub async fn runs(engine: &Engine, limit: i64) -> Result<Vec<Run>> {
    let rows = sqlx::query!(
        r#"SELECT p.name AS "asked_by?", r.asked_at, r.started_at, r.finished_at, r.rows, r.seals, r.outcome, r.wrong, r.place
           FROM audit_runs r LEFT JOIN people p ON p.id = r.asked_by ORDER BY r.id DESC LIMIT $1"#,
        limit,
    )
    .fetch_all(engine.pool())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Run {
            asked_by: row.asked_by,
            asked_at: row.asked_at.to_jiff(),
            started_at: row.started_at.map(jiff_sqlx::Timestamp::to_jiff),
            finished: row
                .finished_at
                .map(jiff_sqlx::Timestamp::to_jiff)
                .zip(row.outcome.as_deref().and_then(Outcome::parse)),
            rows: row.rows,
            seals: row.seals,
            found: row
                .wrong
                .as_deref()
                .and_then(Wrong::parse)
                .zip(row.place)
                .map(|(wrong, place)| Tampering { wrong, place }),
        })
        .collect())
}

/// How far the history has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Rows there are: exact to 10,000, else an estimate.
    pub rows: i64,
    /// Whether `rows` is exact.
    pub exact: bool,
    /// Rows no seal covers yet; 1,001 means over 1,000.
    pub unsealed: i64,
    /// The newest seal: its number, when, how many rows it covers.
    pub newest_seal: Option<(i64, Timestamp, i64)>,
}

/// How far the history has come.
pub async fn standing(engine: &Engine) -> Result<Standing> {
    let row = sqlx::query!(
        r#"WITH newest AS (SELECT id, epoch, tx_to, at, rows FROM seals ORDER BY id DESC LIMIT 1)
           SELECT (SELECT count(*) FROM (SELECT FROM transitions LIMIT $1::bigint + 1) t) AS "counted!",
               (SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'transitions'::regclass) AS "estimated!",
               (SELECT count(*) FROM (
                   SELECT FROM transitions t WHERE t.epoch = (SELECT max(epoch) FROM epochs)
                       AND t.tx >= coalesce((SELECT n.tx_to FROM newest n WHERE n.epoch = t.epoch), '0') LIMIT $2) u) AS "unsealed!",
               (SELECT id FROM newest) AS id, (SELECT at FROM newest) AS at, (SELECT rows FROM newest) AS rows"#,
        EXACT,
        UNSEALED,
    )
    .fetch_one(engine.pool())
    .await?;
    let exact = row.counted <= EXACT;
    let newest = row.id.zip(row.at).zip(row.rows);
    Ok(Standing {
        rows: if exact {
            row.counted
        } else {
            row.estimated.max(EXACT)
        },
        exact,
        unsealed: row.unsealed,
        newest_seal: newest.map(|((id, at), rows)| (id, at.to_jiff(), rows)),
    })
}
