//! A message that stands beside one field of a form.

use serde::{Deserialize, Serialize};

/// What is wrong with one field, in words that say what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name in the form: `vendor`, `line-1-quantity`.
    pub field: String,
    /// What to do: "Use digits and a point, like 12.50."
    pub message: String,
}

impl FieldError {
    /// A message beside a field.
    pub fn new(field: impl Into<String>, message: impl ToString) -> FieldError {
        FieldError {
            field: field.into(),
            message: message.to_string(),
        }
    }
}
