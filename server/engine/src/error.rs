//! What can go wrong, as far as a caller can do something about it.

use domain::{field::FieldError, purchase_order::Refusal};

/// The result of everything here.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a request was not carried out. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such record, or none this person may see.
    #[error("There is no such record, or it is not yours to see.")]
    NotFound,
    /// Seen, but not theirs to do.
    #[error("{0}")]
    Forbidden(String),
    /// Somebody was faster: what happened meanwhile, in words.
    #[error("{0}")]
    Stale(String),
    /// A rule says no.
    #[error("{message}")]
    Refused {
        /// The rule in words.
        message: String,
        /// Beside which fields to say it; may be empty.
        fields: Vec<FieldError>,
    },
    /// What was typed is not acceptable.
    #[error("Some of what you entered needs a correction.")]
    Invalid(Vec<FieldError>),
    /// Too many tries.
    #[error("Too many tries. Wait {retry_after_seconds} seconds and try again.")]
    TooMany {
        /// How long to wait.
        retry_after_seconds: i64,
    },
    /// The same form was sent before: where the first one led.
    #[error("already done: {0}")]
    Repeated(String),
    /// Ours to mend. Logged with its source, shown as a reference only.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Wraps something that should not have happened.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }

    /// One field at fault.
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError {
            field: field.to_owned(),
            message: message.into(),
        }])
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::internal(error)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        match refusal {
            Refusal::NotYours | Refusal::OwnOrder => Self::Forbidden(message),
            Refusal::NotFromHere { .. } => Self::Stale(message),
            other => Self::Refused {
                message,
                fields: other.field_errors(),
            },
        }
    }
}

/// Turns the violation of a named constraint into an answer for people (realworld: a constraint is the last, race-free check).
pub trait OnConstraint<T> {
    /// Maps the violation of `name` by `to`; every other error stays internal.
    fn on_constraint(self, name: &str, to: impl FnOnce() -> Error) -> Result<T>;
}

impl<T> OnConstraint<T> for std::result::Result<T, sqlx::Error> {
    fn on_constraint(self, name: &str, to: impl FnOnce() -> Error) -> Result<T> {
        self.map_err(
            |error| match error.as_database_error().and_then(|e| e.constraint()) {
                Some(constraint) if constraint == name => to(),
                _ => error.into(),
            },
        )
    }
}
