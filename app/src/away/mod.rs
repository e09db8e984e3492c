//! When people are away: what they, or an administrator for them, set; what it says on their page.

pub mod actions;
mod form;
mod section;

pub use form::{AwayPage, PersonAwayPage};
pub use section::away_section;

use engine::{
    away::Period,
    person::{self, Person},
};
use jiff::tz::TimeZone;

use crate::purchase_order::day;

/// Where people find their own.
const ACCOUNT: &str = "/account";

/// Where a person's times away are listed: on their own account, or on their page for administrators.
fn home(person: i64, own: bool) -> String {
    if own {
        ACCOUNT.to_owned()
    } else {
        person::address(domain::ids::PersonId(person))
    }
}

/// The zone in which a person's days begin.
fn zone(person: &Person) -> TimeZone {
    TimeZone::get(&person.time_zone).unwrap_or(TimeZone::UTC)
}

/// "3 Dec 2026 to 5 Dec 2026".
fn days(period: &Period, zone: &TimeZone) -> String {
    let (first, last) = period.days(zone);
    if first == last {
        day(first)
    } else {
        format!("{} to {}", day(first), day(last))
    }
}
