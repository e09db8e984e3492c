//! The pages of vendors: the list, a new one, one, and the forms of its standing.

mod event;
mod list;
mod new;
mod vendor;

pub use event::VendorEventPage;
pub use list::VendorsPage;
pub use new::NewVendorPage;
pub use vendor::VendorPage;

use domain::vendor::Standing;
use leptos::prelude::*;

use crate::ui::Tone;

/// How a vendor stands, in words and tinted.
fn standing(standing: Standing) -> (&'static str, Tone) {
    match (standing.on_hold, standing.flagged) {
        (true, true) => ("On hold, under review", Tone::Bad),
        (true, false) => ("On hold", Tone::Bad),
        (false, true) => ("Under review", Tone::Waiting),
        (false, false) => ("Active", Tone::Good),
    }
}

/// Text of several lines as it was typed, or a dash.
fn or_dash(text: Option<String>) -> AnyView {
    let text = text.filter(|text| !text.is_empty());
    text.map_or_else(
        || "—".into_any(),
        |text| view! { <span class="prose">{text}</span> }.into_any(),
    )
}
