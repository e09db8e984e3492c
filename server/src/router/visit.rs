//! What is known of one request, from its arrival on, for the layers that stand outside of the gate.

use std::sync::{Arc, OnceLock};

use axum::http::{HeaderMap, header};
use engine::person::SignedIn;
use leptos::nonce::Nonce;

/// One request. In the request's extensions from the outermost layer on.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    /// The request's id: in the log, in the answer's header, on error pages.
    pub(crate) reference: Arc<str>,
    /// What allows the page's own inline scripts to run.
    pub(crate) nonce: Nonce,
    signed_in: Arc<OnceLock<SignedIn>>,
}

impl Visit {
    pub(crate) fn begin() -> Self {
        Self {
            reference: hex::encode(rand::random::<[u8; 6]>()).into(),
            nonce: Nonce::new(),
            signed_in: Arc::default(),
        }
    }

    /// Remembers who it is. The gate finds out, once.
    pub(crate) fn is_by(&self, signed_in: &SignedIn) {
        // Set already: the same request, the same person.
        let _ = self.signed_in.set(signed_in.clone());
    }

    /// Who it is, when the gate has found out.
    pub(crate) fn signed_in(&self) -> Option<&SignedIn> {
        self.signed_in.get()
    }
}

/// Whether a browser waits to show the answer, and not a script.
pub(crate) fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("text/html"))
}
