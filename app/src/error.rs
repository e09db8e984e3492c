//! Errors as people meet them: what happened, what to do next, and a reference. One closed type at the edge.

use engine::Error;
use serde::{Deserialize, Serialize};
use server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};

/// What a server function can fail with: only when even the answer's flash could not be kept. The rest is a redirect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum AppError {
    /// Nothing was changed, or nobody knows: the reference is in the log.
    #[error("Something went wrong on our side. Reference {reference}.")]
    Internal {
        /// The request's id.
        reference: String,
    },
    /// The request did not reach our code.
    #[error("The request could not be read.")]
    Unreadable,
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        tracing::warn!(%error, "a server function could not be called");
        Self::Unreadable
    }
}

/// The status that says the same as the error.
pub const fn status(error: &Error) -> u16 {
    match error {
        Error::NotFound => 404,
        Error::Forbidden(_) => 403,
        Error::Stale(_) => 409,
        Error::Refused { .. } | Error::Invalid(_) => 422,
        Error::TooMany { .. } => 429,
        Error::Repeated(_) => 200,
        Error::Internal(_) => 500,
    }
}

/// The sentence for people. An internal error is logged here, once, and shows only its reference.
pub fn said(error: &Error, reference: &str) -> String {
    match error {
        Error::Internal(source) => {
            tracing::error!(reference, error = %source, "request failed");
            format!(
                "Something went wrong on our side and nothing was changed. Try again; if it stays, tell your administrator this reference: {reference}."
            )
        }
        other => other.to_string(),
    }
}
