//! What an action tells the page it leads to: a notice, or what was wrong with every value that was typed.

use domain::field::FieldError;
use engine::Engine;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;
use uuid::Uuid;

use crate::{form::Fields, ui::FormErrors};

/// Kept per session and request id; read by `?f=`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// The address of the server function that the form was sent to.
    pub form: String,
    /// The status the page answers with: 200, or that of the problem.
    pub status: u16,
    /// What was done.
    pub notice: Option<String>,
    /// Why nothing was done.
    pub problem: Option<String>,
    /// Beside the fields.
    pub errors: Vec<FieldError>,
    /// What was typed.
    pub values: Fields,
    /// What became of each of many.
    #[serde(default)]
    pub told: Vec<Told>,
}

/// What became of one of many records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What people call it: `PO-1042`.
    pub label: String,
    /// Where it is.
    pub to: String,
    /// Whether what was asked was done.
    pub good: bool,
    /// What was done, or why not.
    pub text: String,
}

impl Flash {
    /// What was typed into the form that posts to `action`, when it has to be shown again.
    pub fn typed(&self, action: &str) -> Option<&Fields> {
        (self.form == action && !self.values.is_empty()).then_some(&self.values)
    }

    /// The text typed into one field of that form; empty when it is not shown again.
    pub fn typed_text(&self, action: &str, field: &str) -> String {
        self.typed(action)
            .map_or_else(String::new, |form| form.text(field).to_owned())
    }

    /// The errors of the form that posts to `action`.
    pub fn errors_of(&self, action: &str) -> FormErrors {
        if self.form == action {
            FormErrors(self.errors.clone())
        } else {
            FormErrors::default()
        }
    }
}

/// Keeps a flash for the session, which is saved first when it is new. False when it is too large or can't be kept.
pub async fn put(
    engine: &Engine,
    session: &Session,
    request_id: Uuid,
    flash: &Flash,
) -> engine::Result<bool> {
    if session.id().is_none() {
        session.save().await.map_err(engine::Error::internal)?;
    }
    let Some(id) = session.id() else {
        return Ok(false);
    };
    engine::flash::put(
        engine,
        &engine::session_store::owner_of(&id),
        request_id,
        flash,
    )
    .await
}

/// The flash a page's address names, if it is this session's.
pub async fn get(engine: &Engine, session: &Session, key: Option<String>) -> engine::Result<Flash> {
    let (Some(request_id), Some(id)) =
        (key.and_then(|key| Uuid::parse_str(&key).ok()), session.id())
    else {
        return Ok(Flash::default());
    };
    Ok(
        engine::flash::get(engine, &engine::session_store::owner_of(&id), request_id)
            .await?
            .unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests;
