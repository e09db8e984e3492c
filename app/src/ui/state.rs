//! How a record's state is shown: as text, tinted by what the state means for people.

use leptos::prelude::*;

/// What a state means for the people who look at it. The text says it too: colour is never alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing happens by itself: draft, cancelled.
    #[default]
    Neutral,
    /// Waits for somebody's decision.
    Waiting,
    /// Work goes on: processing.
    Active,
    /// Ended or moved as hoped: approved, completed.
    Good,
    /// Refused or failed: rejected, late.
    Bad,
}

impl Tone {
    /// The class that tints a state of this tone.
    pub const fn class(self) -> &'static str {
        match self {
            Tone::Neutral => "state tone-neutral",
            Tone::Waiting => "state tone-waiting",
            Tone::Active => "state tone-active",
            Tone::Good => "state tone-good",
            Tone::Bad => "state tone-bad",
        }
    }
}

/// The state of the record this page is about. Its accessible name is "State" (spec README, "Addresses and names on screen").
#[component]
pub fn StateBadge(
    /// The state in words, the element's whole text.
    #[prop(into)]
    label: String,
    /// What the state means.
    #[prop(default = Tone::Neutral)]
    tone: Tone,
) -> AnyView {
    view! { <span role="status" aria-label="State" class=tone.class()>{label}</span> }.into_any()
}

/// Whether a record is offered still, in a row of a list.
#[component]
pub fn ActiveTag(
    /// Whether it is.
    active: bool,
) -> AnyView {
    let tone = if active { Tone::Good } else { Tone::Neutral };
    view! { <StateTag label=active_label(active) tone=tone/> }.into_any()
}

/// Whether a record is offered still, in a word.
pub const fn active_label(active: bool) -> &'static str {
    if active { "Active" } else { "Inactive" }
}

/// A state in a row of a list, or any other short tinted word ("Late"). Without a role, as there are many on a page.
#[component]
pub fn StateTag(
    /// The words.
    #[prop(into)]
    label: String,
    /// What they mean.
    #[prop(default = Tone::Neutral)]
    tone: Tone,
) -> AnyView {
    view! { <span class=tone.class()>{label}</span> }.into_any()
}
