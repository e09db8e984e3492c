//! The one place that reads the wall clock. Tests and the demo move time here.

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
        let moved = base + SignedDuration::from_secs(self.offset_seconds.load(Ordering::Relaxed));
        Timestamp::from_microsecond(moved.as_microsecond()).unwrap_or(moved)
    }

    /// Moves this clock and its clones.
    pub fn advance(&self, by: SignedDuration) {
        self.offset_seconds
            .fetch_add(by.as_secs(), Ordering::Relaxed);
    }
}
