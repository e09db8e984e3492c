//! The one place that reads the wall clock. Tests move time here; the demo's is moved on a page, kept in the database, and the same
//! for every server of it.

mod moved;

#[cfg(test)]
mod tests;

pub(crate) use moved::read;
pub use moved::{Jump, in_words, jump};

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::{SignedDuration, Timestamp};

/// Tells the time: the system's, moved by an offset.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    fixed_at: Option<Timestamp>,
    offset_seconds: Arc<AtomicI64>,
    moved_seconds: Arc<AtomicI64>,
}

impl Clock {
    /// The system's time.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still at `at` until it is moved.
    pub fn fixed(at: Timestamp) -> Self {
        Self {
            fixed_at: Some(at),
            ..Self::default()
        }
    }

    /// Now, cut to the microsecond that the database keeps.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn now(&self) -> Timestamp {
        let base = self.fixed_at.unwrap_or_else(Timestamp::now);
        let offset = SignedDuration::from_secs(self.offset_seconds.load(Ordering::Relaxed));
        let moved = base + offset + self.moved();
        Timestamp::from_microsecond(moved.as_microsecond()).unwrap_or(moved)
    }

    /// Now, as clocks elsewhere show it: without how far the demo's was moved.
    pub fn unmoved(&self) -> Timestamp {
        self.now() - self.moved()
    }

    /// Moves this clock and its clones, in this process alone.
    pub fn advance(&self, by: SignedDuration) {
        self.offset_seconds
            .fetch_add(by.as_secs(), Ordering::Relaxed);
    }

    /// How far the demo's clock was moved ahead, as far as this process knows. Nothing anywhere else.
    pub fn moved(&self) -> SignedDuration {
        SignedDuration::from_secs(self.moved_seconds.load(Ordering::Relaxed))
    }

    /// Follows what the database says. It is only ever moved ahead: what was read before somebody moved it, and comes late, changes
    /// nothing.
    pub(crate) fn moved_by(&self, seconds: i64) {
        self.moved_seconds.fetch_max(seconds, Ordering::Relaxed);
    }
}
