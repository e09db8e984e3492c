//! Plain HTML forms: their encoding, their fields, and the frame around them.
//!
//! Every server function takes one argument, `form: Fields`. Nothing a browser or a stranger sends is refused before our code: what
//! can't be decoded becomes U+FFFD, what is missing is empty, what comes twice is a list.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};
use uuid::Uuid;

use crate::ui::{ButtonKind, ErrorSummary, FormActions, FormErrors, SubmitButton, in_words};

/// The fields of one form, as sent. NUL, which Postgres' text refuses, is dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fields(BTreeMap<String, Vec<String>>);

impl Fields {
    /// Reads an `application/x-www-form-urlencoded` body; never fails.
    pub fn parse(body: &[u8]) -> Self {
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(body) {
            fields
                .entry(name.into_owned())
                .or_default()
                .push(value.replace('\0', ""));
        }
        Self(fields)
    }

    /// A field's value; the last one where it comes twice; empty where it is missing.
    pub fn text(&self, name: &str) -> &str {
        self.all(name).last().map_or("", String::as_str)
    }

    /// A field's value without white space around it; `None` when nothing is left.
    pub fn filled(&self, name: &str) -> Option<String> {
        let text = self.text(name).trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// All values of a repeated field, in order.
    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// A whole number; `None` when it is missing or none.
    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.text(name).trim().parse().ok()
    }

    /// The form's request id; a new one when it is missing or none, so that the request is carried out once all the same.
    pub fn request_id(&self) -> Uuid {
        Uuid::parse_str(self.text("request_id")).unwrap_or_else(|_| Uuid::new_v4())
    }

    /// Without a field that must not be kept, such as a password.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.0.remove(name);
        self
    }

    /// Without everything that must not be kept: any field named for a password.
    #[must_use]
    pub fn without_passwords(mut self) -> Self {
        self.0.retain(|name, _| !name.contains("password"));
        self
    }

    /// As a body of a form; [`Fields::parse`] reads it.
    pub fn encode(&self) -> String {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        for (name, values) in &self.0 {
            for value in values {
                pairs.append_pair(name, value);
            }
        }
        pairs.finish()
    }

    /// With a field set anew.
    #[must_use]
    pub fn with(mut self, name: &str, values: Vec<String>) -> Self {
        self.0.insert(name.to_owned(), values);
        self
    }

    /// The fields whose name begins so, with their last value.
    pub fn starting_with<'a>(
        &'a self,
        prefix: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        let named = self
            .0
            .iter()
            .filter(move |(name, _)| name.starts_with(prefix));
        named.filter_map(|(name, values)| Some((name.as_str(), values.last()?.as_str())))
    }

    /// What a person wrote, for showing it back: every filled field by its name in words, without the form's own fields.
    pub fn shown(&self) -> Vec<(String, String)> {
        const OWN: [&str; 4] = ["request_id", "id", "version", "intent"];
        let written = self
            .0
            .iter()
            .filter(|(name, _)| !OWN.contains(&name.as_str()));
        let texts = written.map(|(name, values)| {
            (
                name,
                values
                    .iter()
                    .filter(|v| !v.trim().is_empty())
                    .cloned()
                    .collect::<Vec<_>>(),
            )
        });
        texts
            .filter(|(_, values)| !values.is_empty())
            .map(|(name, values)| (in_words(name), values.join("\n")))
            .collect()
    }

    /// Whether nothing was sent.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The encoding of the house's forms, for `#[server(input = Post<Plain>)]`.
pub struct Plain;

impl ContentType for Plain {
    const CONTENT_TYPE: &'static str = "application/x-www-form-urlencoded";
}

impl FormatType for Plain {
    const FORMAT_TYPE: Format = Format::Text;
}

/// The one argument of every server function.
#[derive(Serialize, Deserialize)]
struct Argument {
    form: Fields,
}

impl<T: DeserializeOwned> Decodes<T> for Plain {
    type Error = String;

    fn decode(bytes: Bytes) -> Result<T, String> {
        let argument = serde_json::to_value(Argument {
            form: Fields::parse(&bytes),
        })
        .map_err(|e| e.to_string())?;
        serde_json::from_value(argument).map_err(|e| e.to_string())
    }
}

impl<T: Serialize> Encodes<T> for Plain {
    type Error = String;

    fn encode(value: &T) -> Result<Bytes, String> {
        let value = serde_json::to_value(value).map_err(|e| e.to_string())?;
        let argument: Argument = serde_json::from_value(value).map_err(|e| e.to_string())?;
        Ok(argument.form.encode().into())
    }
}

/// A form that posts to a server function, with its request id.
#[component]
pub fn PostForm(
    /// The server function's address: `ApprovePurchaseOrder::PATH`.
    action: &'static str,
    /// The record and the version the page was rendered from.
    #[prop(optional_no_strip, into)]
    record: Option<(i64, i32)>,
    /// Its element's id, for buttons outside it.
    #[prop(optional, into)]
    id: Option<String>,
    /// Extra classes.
    #[prop(optional, into)]
    class: String,
    /// Whether leaving with changes warns.
    #[prop(optional)]
    warn_unsaved: bool,
    /// Whether a file goes along.
    #[prop(optional)]
    multipart: bool,
    /// Its accessible name, where a page has several.
    #[prop(optional, into)]
    label: Option<String>,
    /// The fields and buttons.
    children: Children,
) -> impl IntoView {
    view! {
        <form method="post" action=action id=id class=class data-warn-unsaved=warn_unsaved.then_some("true") aria-label=label novalidate=true
            enctype=multipart.then_some("multipart/form-data")>
            <input type="hidden" name="request_id" value=Uuid::new_v4().to_string()/>
            {record.map(|(id, version)| view! {
                <input type="hidden" name="id" value=id/>
                <input type="hidden" name="version" value=version/>
            })}
            {children()}
        </form>
    }
}

/// The form of a record, new or there: what is wrong, the fields, the button.
#[component]
pub fn RecordForm(
    /// The server function's address.
    action: &'static str,
    /// The record and the version the page was rendered from; `None`: a new one.
    #[prop(optional_no_strip, into)]
    record: Option<(i64, i32)>,
    /// What was wrong with it when it was sent.
    errors: FormErrors,
    /// What its button says.
    button: &'static str,
    /// Extra classes.
    #[prop(default = "form-wide")]
    class: &'static str,
    /// The fields.
    children: Children,
) -> impl IntoView {
    view! {
        <ErrorSummary errors=errors/>
        <PostForm action=action record=record class=class warn_unsaved=true>
            {children()}
            <FormActions><SubmitButton label=button kind=ButtonKind::Primary/></FormActions>
        </PostForm>
    }
}

#[cfg(test)]
mod tests;
