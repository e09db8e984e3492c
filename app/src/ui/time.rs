//! Times and amounts as people read them.

use jiff::{Timestamp as Instant, tz::TimeZone};
use leptos::prelude::*;

/// The reader's clock: what time it is for this request, and in which zone the reader lives.
#[derive(Clone, Debug)]
pub struct ReaderTime {
    /// The request's time.
    pub now: Instant,
    /// The reader's zone.
    pub zone: TimeZone,
}

/// One point in time in the three ways a page needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// RFC 3339, UTC: for `datetime`.
    pub iso: String,
    /// "5 min ago", "in 3 h", "12 Sep 2026".
    pub relative: String,
    /// "12 Sep 2026, 14:32 CEST": shown on hover and in print.
    pub exact: String,
    /// The reader's zone by its IANA name, so that a script can write the time the reader's way.
    pub zone: Option<String>,
}

impl ReaderTime {
    /// How this reader reads that point in time.
    pub fn moment(&self, at: Instant) -> Moment {
        let local = at.to_zoned(self.zone.clone());
        Moment {
            iso: at.to_string(),
            relative: self.relative(at),
            zone: self.zone.iana_name().map(str::to_owned),
            exact: local.strftime("%-d %b %Y, %H:%M %Z").to_string(),
        }
    }

    fn relative(&self, at: Instant) -> String {
        let seconds = at.as_second() - self.now.as_second();
        let minutes = seconds.abs() / 60;
        let days = minutes / (24 * 60);
        let distance = match minutes {
            0 => return "just now".to_owned(),
            1..60 => format!("{minutes} min"),
            60..2880 => format!("{} h", minutes / 60),
            _ if days <= 14 => format!("{days} days"),
            _ => {
                return at
                    .to_zoned(self.zone.clone())
                    .strftime("%-d %b %Y")
                    .to_string();
            }
        };
        if seconds < 0 {
            format!("{distance} ago")
        } else {
            format!("in {distance}")
        }
    }
}

/// A point in time: relative in the text, exact on hover.
#[component]
pub fn Timestamp(
    /// When.
    at: Moment,
) -> AnyView {
    view! { <time datetime=at.iso title=at.exact data-tz=at.zone>{at.relative}</time> }.into_any()
}

/// An amount of money, its digits aligned under each other, its currency after it.
#[component]
pub fn Amount(
    /// The number as people read it: "12,000.00".
    #[prop(into)]
    amount: String,
    /// The currency's code: "USD".
    #[prop(into)]
    currency: String,
) -> AnyView {
    view! { <span class="amount">{amount}" "<span class="currency">{currency}</span></span> }
        .into_any()
}
