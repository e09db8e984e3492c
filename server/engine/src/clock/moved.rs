//! How far the demo's clock was moved ahead: kept with the organisation, read with every request and before timers are looked at.

use domain::{
    actor::Actor,
    permission::{Area, may_enter},
};
use jiff::SignedDuration;
use serde_json::json;
use uuid::Uuid;

use crate::{
    Engine, Error, Result, away, job, request,
    transition_log::{self, Entry, Subject},
};

/// One jump is at most a year.
pub(super) const LONGEST_HOURS: i64 = 24 * 366;
/// All of them together are at most ten.
const LONGEST_IN_ALL_SECONDS: i64 = 315_360_000;

/// How far to jump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jump {
    hours: i64,
}

impl Jump {
    /// Whole hours ahead, at least one.
    ///
    /// # Errors
    /// `Invalid` for `number`.
    pub fn hours(hours: i64) -> Result<Self> {
        if (1..=LONGEST_HOURS).contains(&hours) {
            return Ok(Self { hours });
        }
        Err(Error::field(
            "number",
            "Enter a whole number: at least an hour, at most a year. The clock goes ahead only.",
        ))
    }

    /// By how much.
    pub const fn by(self) -> SignedDuration {
        SignedDuration::from_hours(self.hours)
    }

    /// In words: "3 days", "5 hours".
    pub fn in_words(self) -> String {
        in_words(self.by())
    }
}

/// A time span of whole hours in words: "3 days", "1 day 2 hours".
pub fn in_words(span: SignedDuration) -> String {
    let many = |number: i64, word: &str| match number {
        0 => None,
        1 => Some(format!("1 {word}")),
        more => Some(format!("{more} {word}s")),
    };
    let hours = span.as_hours();
    let parts = [many(hours / 24, "day"), many(hours % 24, "hour")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Moves the demo's clock ahead for every server of it, and has timers looked at then. Nobody is signed out by it: sessions move along.
///
/// # Errors
/// `NotFound` where the database is no demo, `Forbidden` to whoever is no administrator, `Repeated`.
pub async fn jump(engine: &Engine, by: &Actor, request_id: Uuid, jump: Jump) -> Result<()> {
    if !may_enter(Area::DemoClock, Some(by)) {
        return Err(Error::Forbidden(
            "Only administrators move the clock.".to_owned(),
        ));
    }
    let seconds = jump.by().as_secs();
    let mut tx = engine.begin().await?;
    request::claim(&mut tx, engine, by.id, request_id, "jump_clock").await?;
    let moved = sqlx::query_scalar!(
        "UPDATE organisation SET clock_moved_seconds = least(clock_moved_seconds + $1, $2) WHERE demo RETURNING clock_moved_seconds",
        seconds,
        LONGEST_IN_ALL_SECONDS,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    sqlx::query!(
        "UPDATE sessions SET expires_at = expires_at + make_interval(secs => $1::bigint)",
        seconds,
    )
    .execute(&mut *tx)
    .await?;
    let entry = Entry::by_page(by.id, "move_clock", json!({ "ahead": jump.in_words() }));
    let organisation = Subject {
        kind: "organisation",
        id: 1,
    };
    transition_log::append(&mut tx, engine, organisation, &[entry]).await?;
    job::enqueue_timers(&mut tx).await?;
    away::clock_jumped(&mut tx, jump.by()).await?;
    request::finish(&mut tx, by.id, request_id, "/admin/clock").await?;
    tx.commit().await?;
    engine.clock().moved_by(moved);
    Ok(())
}

/// Follows what the database says.
pub(crate) async fn read(engine: &Engine) -> Result<()> {
    let moved = sqlx::query_scalar!("SELECT clock_moved_seconds FROM organisation WHERE id = 1")
        .fetch_one(engine.pool())
        .await?;
    engine.clock().moved_by(moved);
    Ok(())
}
