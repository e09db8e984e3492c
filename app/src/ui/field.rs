//! Fields to type into: label above, hint below it, the error beside the field. The label's text is the accessible name, nothing
//! else; the id is always `field-<name>`, which the error summary links to.

use leptos::prelude::*;

use super::raw_text;

/// The id of a field's input.
pub(super) fn field_id(name: &str) -> String {
    format!("field-{name}")
}

/// What stands around an input: its hint and its error, and how they are tied to it.
pub(super) struct Around {
    /// The box's class: marked when something is wrong.
    pub class: &'static str,
    /// The ids of hint and error, if there are any.
    pub describedby: Option<String>,
    /// Set when something is wrong.
    pub invalid: Option<&'static str>,
    /// Hint and error, to stand below the input.
    pub notes: AnyView,
}

/// What stands around the input of this name. An empty hint is none.
pub(super) fn around(name: &str, hint: String, error: Option<String>) -> Around {
    let (hint_id, error_id) = (format!("hint-{name}"), format!("error-{name}"));
    let ids: Vec<String> = [
        (!hint.is_empty()).then(|| hint_id.clone()),
        error.as_ref().map(|_| error_id.clone()),
    ]
    .into_iter()
    .flatten()
    .collect();
    Around {
        class: if error.is_some() {
            "field field-wrong"
        } else {
            "field"
        },
        describedby: (!ids.is_empty()).then(|| ids.join(" ")),
        invalid: error.is_some().then_some("true"),
        notes: view! {
            {(!hint.is_empty()).then(|| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
            {error.map(|text| view! { <p class="field-error" id=error_id>{text}</p> })}
        }
        .into_any(),
    }
}

/// One line of text; by `kind` also a number, an email, a search.
#[component]
pub fn TextField(
    /// The form field's name; the id is `field-<name>`.
    #[prop(into)]
    name: String,
    /// The accessible name.
    #[prop(into)]
    label: String,
    /// What it holds.
    #[prop(optional, into)]
    value: String,
    /// What to know before typing.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong with what was typed.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
    /// The input's type.
    #[prop(default = "text")]
    kind: &'static str,
    /// The keyboard a phone shows: `decimal`, `numeric`.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// What a browser may fill in: `username`, `off`.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// Whether the browser refuses to send it empty.
    #[prop(optional)]
    required: bool,
) -> AnyView {
    let Around {
        class,
        describedby,
        invalid,
        notes,
    } = around(&name, hint, error);
    view! {
        <div class=class>
            <label for=field_id(&name)>{label}</label>
            <input class="input" id=field_id(&name) name=name.clone() type=kind value=value inputmode=inputmode
                autocomplete=autocomplete required=required aria-describedby=describedby aria-invalid=invalid/>
            {notes}
        </div>
    }
    .into_any()
}

/// A password: never given back in a page.
#[component]
pub fn PasswordField(
    /// The form field's name.
    #[prop(into)]
    name: String,
    /// The accessible name.
    #[prop(into)]
    label: String,
    /// What to know before typing.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong with what was typed.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
    /// `current-password` or `new-password`.
    #[prop(default = "current-password")]
    autocomplete: &'static str,
) -> AnyView {
    view! { <TextField name=name label=label hint=hint error=error kind="password" autocomplete=autocomplete required=true/> }
    .into_any()
}

/// A day, as `YYYY-MM-DD`; the browser shows it the way its reader writes days.
#[component]
pub fn DateField(
    /// The form field's name.
    #[prop(into)]
    name: String,
    /// The accessible name.
    #[prop(into)]
    label: String,
    /// The day, ISO 8601, or empty.
    #[prop(optional, into)]
    value: String,
    /// What to know before typing.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong with what was typed.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
) -> AnyView {
    view! { <TextField name=name label=label value=value hint=hint error=error kind="date"/> }
        .into_any()
}

/// Several lines of text.
#[component]
pub fn TextArea(
    /// The form field's name.
    #[prop(into)]
    name: String,
    /// The accessible name.
    #[prop(into)]
    label: String,
    /// What it holds.
    #[prop(optional, into)]
    value: String,
    /// What to know before typing.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong with what was typed.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
    /// How many lines are shown at once.
    #[prop(default = 4)]
    rows: u8,
    /// The key that moves here.
    #[prop(optional)]
    shortcut: Option<&'static str>,
) -> AnyView {
    let Around {
        class,
        describedby,
        invalid,
        notes,
    } = around(&name, hint, error);
    // A parser drops the first line break after the tag; without this one it would drop the writer's.
    let text = format!("\n{}", raw_text(&value));
    view! {
        <div class=class>
            <label for=field_id(&name)>{label}</label>
            <textarea class="textarea" id=field_id(&name) name=name.clone() rows=rows.to_string() data-shortcut=shortcut
                aria-describedby=describedby aria-invalid=invalid>{text}</textarea>
            {notes}
        </div>
    }
    .into_any()
}

/// One file of the reader's.
#[component]
pub fn FileField(
    /// The form field's name; the id is `field-<name>`.
    #[prop(into)]
    name: String,
    /// The accessible name.
    #[prop(into)]
    label: String,
    /// What to know before choosing.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong with what was chosen.
    #[prop(optional_no_strip, into)]
    error: Option<String>,
) -> AnyView {
    let Around {
        class,
        describedby,
        invalid,
        notes,
    } = around(&name, hint, error);
    view! {
        <div class=class>
            <label for=field_id(&name)>{label}</label>
            <input class="file" id=field_id(&name) name=name.clone() type="file" aria-describedby=describedby aria-invalid=invalid/>
            {notes}
        </div>
    }
    .into_any()
}

/// Fields that belong together under one name, e.g. *Line 1*.
#[component]
pub fn FieldGroup(
    /// The group's accessible name.
    #[prop(into)]
    legend: String,
    /// The fields.
    children: Children,
) -> AnyView {
    view! { <fieldset class="field-group"><legend>{legend}</legend><div class="field-row">{children()}</div></fieldset> }
    .into_any()
}
