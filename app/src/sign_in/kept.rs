//! A form that was sent by somebody who was signed out meanwhile: nothing is done, and nothing typed is lost. The sign-in page carries
//! it; signed in again, it is shown where it stood, to be sent again. Nothing of it is stored before.

use leptos::prelude::*;

use crate::form::Fields;

/// What the sign-in form carries along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The address of the server function that it was sent to.
    pub action: String,
    /// Its fields as they were sent, without passwords.
    pub form: Fields,
}

impl Kept {
    /// What is said when it is shown again.
    pub(crate) const SHOWN_AGAIN: &'static str = "You had been signed out when you sent this, so nothing was saved. Look it over and send it again.";

    /// Of a form as it was sent; `None` when nothing was typed into it, so that there is nothing to show again.
    pub fn sent(action: &str, body: &[u8]) -> Option<Self> {
        let form = Fields::parse(body).without_passwords();
        (!form.shown().is_empty()).then(|| Self {
            action: action.to_owned(),
            form,
        })
    }

    /// As the sign-in form carries it.
    pub(crate) fn read(form: &Fields) -> Option<Self> {
        let action = form.text("kept_action");
        let known = action.starts_with("/fn/").then_some(action)?;
        Self::sent(known, form.text("kept_form").as_bytes())
    }

    pub(crate) fn fields(self) -> impl IntoView {
        view! {
            <input type="hidden" name="kept_action" value=self.action/>
            <input type="hidden" name="kept_form" value=self.form.encode()/>
        }
    }
}
