//! Fields to choose from: a list, radio buttons, a checkbox.

use leptos::prelude::*;

use super::field::{Around, around, field_id};

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What people read.
    pub label: String,
}

impl Choice {
    /// A choice from its value and its words.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
        }
    }
}

/// One of many.
#[component]
pub fn SelectField(
    /// The form field's name; the id is `field-<name>`.
    #[prop(into)]
    name: String,
    /// The accessible name.
    #[prop(into)]
    label: String,
    /// What can be chosen. A value that isn't among them is added as it is, so that nothing typed is lost.
    choices: Vec<Choice>,
    /// The chosen value.
    #[prop(optional, into)]
    value: String,
    /// The words of the empty choice, e.g. "Choose a vendor"; without it there is none.
    #[prop(optional, into)]
    prompt: Option<String>,
    /// What to know before choosing.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong with the choice.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
) -> AnyView {
    let Around {
        class,
        describedby,
        invalid,
        notes,
    } = around(&name, hint, error);
    let missing = (!value.is_empty() && !choices.iter().any(|choice| choice.value == value))
        .then(|| Choice::new(value.clone(), value.clone()));
    let options = prompt
        .map(|words| Choice::new("", words))
        .into_iter()
        .chain(choices)
        .chain(missing)
        .map(|choice| {
            let selected = choice.value == value;
            view! { <option value=choice.value selected=selected>{choice.label}</option> }
        })
        .collect_view();
    view! {
        <div class=class>
            <label for=field_id(&name)>{label}</label>
            <select class="select" id=field_id(&name) name=name.clone() aria-describedby=describedby aria-invalid=invalid>
                {options}
            </select>
            {notes}
        </div>
    }
    .into_any()
}

/// One of few, all of them seen at once. The first has the id `field-<name>`.
#[component]
pub fn RadioGroup(
    /// The form field's name.
    #[prop(into)]
    name: String,
    /// The group's accessible name.
    #[prop(into)]
    legend: String,
    /// What can be chosen.
    choices: Vec<Choice>,
    /// The chosen value.
    #[prop(optional, into)]
    value: String,
    /// What to know before choosing.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong with the choice.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
) -> AnyView {
    let Around {
        class,
        describedby,
        notes,
        ..
    } = around(&name, hint, error);
    let radios = choices
        .into_iter()
        .enumerate()
        .map(|(at, choice)| {
            let id = if at == 0 { field_id(&name) } else { format!("field-{name}-{at}") };
            let checked = choice.value == value;
            view! {
                <div class="choice">
                    <input class="radio" type="radio" id=id.clone() name=name.clone() value=choice.value checked=checked/>
                    <label for=id>{choice.label}</label>
                </div>
            }
        })
        .collect_view();
    view! {
        <fieldset class=class aria-describedby=describedby>
            <legend>{legend}</legend>
            {radios}
            {notes}
        </fieldset>
    }
    .into_any()
}

/// Yes or no: sends `value` (by default `true`) when ticked, nothing when not.
#[component]
pub fn CheckboxField(
    /// The form field's name.
    #[prop(into)]
    name: String,
    /// The accessible name.
    #[prop(into)]
    label: String,
    /// What is sent when ticked.
    #[prop(default = "true".to_owned(), into)]
    value: String,
    /// Whether it is ticked.
    #[prop(optional)]
    checked: bool,
    /// What to know before ticking.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
    /// The id, where several boxes share one name; by default `field-<name>`.
    #[prop(optional, into)]
    id: Option<String>,
) -> AnyView {
    let id = id.unwrap_or_else(|| field_id(&name));
    let Around {
        class,
        describedby,
        invalid,
        notes,
    } = around(&name, hint, error);
    view! {
        <div class=class>
            <div class="choice">
                <input class="checkbox" type="checkbox" id=id.clone() name=name.clone() value=value checked=checked
                    aria-describedby=describedby aria-invalid=invalid/>
                <label for=id>{label}</label>
            </div>
            {notes}
        </div>
    }
    .into_any()
}
