//! What a form says as a whole: its errors, the row of its buttons, and the notice after it was sent.

use domain::field::FieldError;
use leptos::prelude::*;

use super::{Icon, IconName};

/// The errors of one form, to be asked field by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormErrors(pub Vec<FieldError>);

impl FormErrors {
    /// What is wrong with this field, if anything.
    pub fn of(&self, field: &str) -> Option<String> {
        self.0
            .iter()
            .find(|error| error.field == field)
            .map(|error| error.message.clone())
    }

    /// In the order of a form: those of `fields` first, in that order, then the rest as it stands.
    #[must_use]
    pub fn in_order(mut self, fields: &[&str]) -> Self {
        let place = |error: &FieldError| fields.iter().position(|field| *field == error.field);
        self.0
            .sort_by_key(|error| place(error).unwrap_or(fields.len()));
        self
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The list of what is wrong, at the top of a form: takes the focus and links to each field. Nothing without errors.
/// An error whose `field` is empty is about the form as a whole and links nowhere.
#[component]
pub fn ErrorSummary(
    /// What is wrong.
    errors: FormErrors,
) -> AnyView {
    let items = errors.0;
    (!items.is_empty()).then(|| {
        let title = match items.len() {
            1 => "One thing to correct".to_owned(),
            many => format!("{many} things to correct"),
        };
        let list = items
            .into_iter()
            .map(|error| {
                if error.field.is_empty() {
                    view! { <li>{error.message}</li> }.into_any()
                } else {
                    let (to, field) = (format!("#field-{}", error.field), in_words(&error.field));
                    view! { <li><a href=to>{field}": "{error.message}</a></li> }.into_any()
                }
            })
            .collect_view();
        view! {
            <div class="notice notice-error" role="alert" tabindex="-1" autofocus=true id="error-summary">
                <Icon name=IconName::Alert/>
                <div>
                    <h2>{title}</h2>
                    <ul>{list}</ul>
                </div>
            </div>
        }
    })
    .into_any()
}

/// `line-1-unit_price` as people read it: "Line 1 unit price".
pub(crate) fn in_words(name: &str) -> String {
    let words = name.replace(['_', '-'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// The row of a form's buttons: the primary one last.
#[component]
pub fn FormActions(
    /// The buttons.
    children: Children,
) -> AnyView {
    view! { <div class="form-actions">{children()}</div> }.into_any()
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NoticeKind {
    /// What was asked happened.
    #[default]
    Done,
    /// Something to know.
    Info,
    /// Something to look at before going on.
    Warning,
    /// What was asked did not happen.
    Error,
}

/// A sentence at the top of a page: what the last request did, or what to know here.
#[component]
pub fn Notice(
    /// The sentence.
    #[prop(into)]
    text: String,
    /// What it is about.
    #[prop(default = NoticeKind::Done)]
    kind: NoticeKind,
    /// A link or a button after the sentence.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    let (class, role, icon) = match kind {
        NoticeKind::Done => ("notice notice-done", "status", IconName::Check),
        NoticeKind::Info => ("notice notice-info", "note", IconName::Alert),
        NoticeKind::Warning => ("notice notice-warning", "note", IconName::Alert),
        NoticeKind::Error => ("notice notice-error", "alert", IconName::Alert),
    };
    view! {
        <div class=class role=role>
            <Icon name=icon/>
            <div>{text} {children.map(|children| view! { " " {children()} })}</div>
        </div>
    }
    .into_any()
}
