//! Failures counted for all servers together. Table `sign_in_failures`.
//!
//! The table holds hashes of emails: people type passwords into the wrong field.

use std::net::{IpAddr, Ipv6Addr};

use domain::ids::PersonId;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sha2::{Digest, Sha256};

use crate::{Engine, Error, Result, Tx};

/// Failures of an account that cost no wait yet.
const ACCOUNT_FREE: i32 = 5;
/// Failures from an address that cost no wait yet: many people may share one.
const ADDRESS_FREE: i32 = 20;
/// The longest wait.
const LONGEST_SECONDS: i32 = 15 * 60;
/// A count nobody added to for so long is forgotten.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// What a try is counted against.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tried<'a> {
    /// The account of this email, whether there is one or not.
    Account(&'a str),
    /// The address it comes from.
    Address(IpAddr),
    /// The second factor of this person.
    Code(PersonId),
    /// The address that unknown links of emails are tried from.
    Link(IpAddr),
    /// The account whose password is to be set anew, whether there is one or not.
    Reset(&'a str),
    /// The address that this is asked from.
    ResetFrom(IpAddr),
}

impl Tried<'_> {
    fn key(&self) -> String {
        match self {
            Tried::Account(email) => format!("account:{}", digest(email)),
            Tried::Code(person) => format!("code:{person}"),
            Tried::Reset(email) => format!("reset:{}", digest(email)),
            Tried::Address(address) => format!("address:{}", network(*address)),
            Tried::Link(address) => format!("link:{}", network(*address)),
            Tried::ResetFrom(address) => format!("reset-from:{}", network(*address)),
        }
    }

    fn free(&self) -> i32 {
        match self {
            Tried::Account(_) | Tried::Code(_) | Tried::Reset(_) => ACCOUNT_FREE,
            Tried::Address(_) | Tried::Link(_) | Tried::ResetFrom(_) => ADDRESS_FREE,
        }
    }
}

fn digest(email: &str) -> String {
    hex::encode(Sha256::digest(email.as_bytes()))
}

/// What one subscriber is given: an IPv4 address, or 64 bits of an IPv6 one.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!(
            "{}/64",
            Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))
        ),
    }
}

/// A try that was counted as failed.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    key: String,
    is_account: bool,
    blocked_until: Timestamp,
}

/// Counts a try as failed against all of `tried`, or refuses it, uncounted, while one of them has to wait. From the last
/// free failure on each one doubles the wait, from a second to a quarter of an hour.
pub(crate) async fn admit(engine: &Engine, tried: &[Tried<'_>]) -> Result<Vec<Counted>> {
    let now = engine.clock().now();
    let keys: Vec<String> = tried.iter().map(Tried::key).collect();
    let free: Vec<i32> = tried.iter().map(Tried::free).collect();
    let mut tx = engine.begin().await?;
    // Rows are locked in the order of their keys, so that no two tries wait for each other; whoever comes second sees the
    // first one's count.
    let counted = sqlx::query!(
        "INSERT INTO sign_in_failures AS f (key, failures, last_at, blocked_until)
         SELECT t.key, 1, $3, $3 FROM unnest($1::text[], $2::integer[]) AS t (key, free) ORDER BY t.key
         ON CONFLICT ON CONSTRAINT sign_in_failures_pk DO UPDATE SET
             failures = CASE WHEN f.last_at < $4 THEN 1 ELSE f.failures + 1 END, last_at = $3, blocked_until = $3
         WHERE f.blocked_until <= $3
         RETURNING key, failures",
        &keys,
        &free,
        now.to_sqlx() as _,
        (now - FORGOTTEN_AFTER).to_sqlx() as _,
    )
    .fetch_all(&mut *tx)
    .await?;
    if counted.len() < tried.len() {
        tx.rollback().await?;
        return Err(Error::TooMany {
            retry_after_seconds: wait(engine, &keys, now).await?,
        });
    }
    let mut all = Vec::with_capacity(tried.len());
    for row in counted {
        let of = tried.iter().find(|t| t.key() == row.key);
        let seconds = of.map_or(0, |t| wait_after(row.failures, t.free()));
        let blocked_until = match seconds {
            0 => long_past(now),
            _ => now + SignedDuration::from_secs(i64::from(seconds)),
        };
        sqlx::query!(
            "UPDATE sign_in_failures SET blocked_until = $2 WHERE key = $1",
            row.key,
            blocked_until.to_sqlx() as _,
        )
        .execute(&mut *tx)
        .await?;
        let is_account = of.is_some_and(|t| matches!(t, Tried::Account(_) | Tried::Code(_)));
        all.push(Counted {
            key: row.key,
            is_account,
            blocked_until,
        });
    }
    tx.commit().await?;
    Ok(all)
}

/// Seconds to wait after this many failures.
fn wait_after(failures: i32, free: i32) -> i32 {
    match failures - free {
        below if below < 0 => 0,
        over => 2_i32
            .checked_pow(over.unsigned_abs())
            .map_or(LONGEST_SECONDS, |wait| wait.min(LONGEST_SECONDS)),
    }
}

/// When nothing is to be waited for. Not now: a try at the same moment, which read the clock just before this one, would have to
/// wait.
fn long_past(now: Timestamp) -> Timestamp {
    now - FORGOTTEN_AFTER
}

async fn wait(engine: &Engine, keys: &[String], now: Timestamp) -> Result<i64> {
    let until = sqlx::query_scalar!(
        "SELECT max(blocked_until) FROM sign_in_failures WHERE key = ANY ($1)",
        keys
    )
    .fetch_one(engine.pool())
    .await?;
    let left = until.map_or(0, |until| until.to_jiff().duration_since(now).as_millis());
    // Whole seconds, rounded up.
    Ok((i64::try_from(left).unwrap_or_default().max(1) + 999) / 1000)
}

/// Takes the count back after a right password: an account starts anew; an address loses this one try, or whoever has an
/// account of their own could guess at others for ever.
pub(crate) async fn forgive(engine: &Engine, counted: &[Counted]) -> Result<()> {
    let now = engine.clock().now();
    let mut tx = engine.begin().await?;
    for one in counted {
        if one.is_account {
            sqlx::query!("DELETE FROM sign_in_failures WHERE key = $1", one.key)
                .execute(&mut *tx)
                .await?;
        } else {
            sqlx::query!(
                "UPDATE sign_in_failures SET failures = greatest(failures - 1, 0),
                     blocked_until = CASE WHEN blocked_until = $2 THEN $3 ELSE blocked_until END
                 WHERE key = $1",
                one.key,
                one.blocked_until.to_sqlx() as _,
                long_past(now).to_sqlx() as _,
            )
            .execute(&mut *tx)
            .await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Forgets what was counted against an account: its person has proved who they are by their mail.
pub(crate) async fn clear(tx: &mut Tx, email: &str) -> Result<()> {
    sqlx::query!(
        "DELETE FROM sign_in_failures WHERE key = $1",
        Tried::Account(email).key()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Forgets counts that nobody added to for a day.
pub async fn purge(engine: &Engine) -> Result<u64> {
    let before = engine.clock().now() - FORGOTTEN_AFTER;
    let done = sqlx::query!(
        "DELETE FROM sign_in_failures WHERE last_at < $1",
        before.to_sqlx()
    )
    .execute(engine.pool())
    .await?;
    Ok(done.rows_affected())
}
