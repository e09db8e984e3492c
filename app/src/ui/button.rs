//! Buttons. Their name is the event's, in words: *Approve*, *Save draft*.

use leptos::prelude::*;

/// How much a button stands out. A page has one primary action at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one thing to do here.
    Primary,
    /// Another thing that can be done.
    #[default]
    Secondary,
    /// Ends or destroys something.
    Danger,
    /// Beside the point: add a line, show more.
    Quiet,
}

impl ButtonKind {
    /// The class of a button of this kind.
    pub const fn class(self) -> &'static str {
        match self {
            ButtonKind::Primary => "btn btn-primary",
            ButtonKind::Secondary => "btn btn-plain",
            ButtonKind::Danger => "btn btn-danger",
            ButtonKind::Quiet => "btn btn-ghost",
        }
    }
}

/// A button that sends its form. With `name` and `value` the form says which of its buttons was used.
#[component]
pub fn SubmitButton(
    /// The event in words, the button's whole text.
    #[prop(into)]
    label: String,
    /// How much it stands out.
    #[prop(default = ButtonKind::Secondary)]
    kind: ButtonKind,
    /// The field sent when this button is used.
    #[prop(optional, into)]
    name: Option<String>,
    /// That field's value.
    #[prop(optional, into)]
    value: Option<String>,
    /// The key that moves here (`a` approve, `r` reject, `c` comment): see `app/public/app.js`.
    #[prop(optional)]
    shortcut: Option<&'static str>,
    /// Where it leads with what was typed, instead of sending the form.
    #[prop(optional, into)]
    leads_to: Option<String>,
) -> AnyView {
    let method = leads_to.is_some().then_some("get");
    view! {
        <button type="submit" class=kind.class() name=name value=value formaction=leads_to formmethod=method data-shortcut=shortcut>
            {label}
        </button>
    }
    .into_any()
}

/// A link that looks like a button: goes somewhere, changes nothing.
#[component]
pub fn LinkButton(
    /// Where it goes.
    #[prop(into)]
    href: String,
    /// Its whole text.
    #[prop(into)]
    label: String,
    /// How much it stands out.
    #[prop(default = ButtonKind::Secondary)]
    kind: ButtonKind,
    /// The key that follows it.
    #[prop(optional)]
    shortcut: Option<&'static str>,
) -> AnyView {
    view! { <a href=href class=kind.class() data-shortcut=shortcut>{label}</a> }.into_any()
}

/// An action that is this person's but can't be done now: shown disabled, with the reason readable without hovering
/// (spec README, "Permissions"). It keeps the focus order, sends nothing, and is described by its reason.
#[component]
pub fn BlockedButton(
    /// The event in words.
    #[prop(into)]
    label: String,
    /// Why not now, one sentence.
    #[prop(into)]
    reason: String,
) -> AnyView {
    let id = format!("why-not-{}", label.to_lowercase().replace(' ', "-"));
    view! {
        <span class="blocked">
            <button type="button" class="btn btn-plain" aria-disabled="true" aria-describedby=id.clone()>{label}</button>
            <span class="blocked-reason" id=id>{reason}</span>
        </span>
    }
    .into_any()
}

/// A submit button in a menu of the frame, e.g. *Sign out*: give it as the last child of its own form.
#[component]
pub fn MenuButton(
    /// Its whole text.
    #[prop(into)]
    label: String,
) -> AnyView {
    view! { <button type="submit" class="menu-item">{label}</button> }.into_any()
}
