//! The demo's clock: where it stands, and moving it ahead. Administrators only, and in no database but a demo.

pub mod actions;
pub mod pages;

use engine::{
    Clock, Error,
    clock::{Jump, in_words},
};
use jiff::tz::TimeZone;

use crate::ui::{MovedClock, ReaderTime};

/// Where the clock is shown.
pub const CLOCK: &str = "/admin/clock";

/// What every page says once the clock was moved, for a reader in this zone.
pub fn moved(clock: &Clock, zone: &str) -> Option<MovedClock> {
    let ahead = in_words(clock.moved());
    let time = ReaderTime {
        now: clock.now(),
        zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC),
    };
    let now = time.moment(time.now).exact;
    (!ahead.is_empty()).then(|| {
        MovedClock(format!(
            "The demo's clock was moved ahead by {ahead}. It is now {now}."
        ))
    })
}

/// The jump that was typed.
///
/// # Errors
/// `Invalid` for `number`.
fn typed(number: &str, unit: &str) -> Result<Jump, Error> {
    let number = number.trim().parse().unwrap_or_default();
    let each = if unit == "days" { 24 } else { 1 };
    Jump::hours(i64::saturating_mul(number, each))
}

/// Where a jump asks before it happens.
fn asking(number: &str, unit: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("number", number)
        .append_pair("unit", unit)
        .finish();
    format!("{CLOCK}/jump?{query}")
}
