//! An event that is this person's but not now; where a second factor would help, with the way to it.

use domain::purchase_order::{EventKind, Refusal};
use engine::second_factor::ADDRESS;
use leptos::prelude::*;

use crate::{
    sign_in::leading,
    ui::{BlockedButton, LinkButton},
};

/// The disabled button of `kind`, with the reason; `back` is the page it stands on.
pub fn blocked(kind: EventKind, refusal: &Refusal, back: &str) -> AnyView {
    let way = refusal.asks_second_factor().then(|| {
        view! { <LinkButton href=leading(ADDRESS, back) label="Second factor"/> }
    });
    view! { <BlockedButton label=kind.label() reason=refusal.to_string()/>{way} }.into_any()
}
