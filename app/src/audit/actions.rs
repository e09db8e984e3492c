//! What auditors do: they ask for a verification.
#![expect(missing_docs, reason = "the macro makes items that nobody writes")]

use engine::{Error, audit};
use leptos::{
    prelude::*,
    server_fn::{ServerFn, codec::Post},
};

use crate::{
    action::{Action, Done},
    error::AppError,
    form::{Fields, Plain},
};

/// *Verify now*.
#[server(prefix = "/fn", endpoint = "verify_history", input = Post<Plain>)]
pub async fn verify_history(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(VerifyHistory::PATH, form);
    let outcome = ask(&action).await;
    action.finish(outcome, "/admin/audit").await
}

async fn ask(action: &Action) -> Result<Done, Error> {
    audit::ask(action.engine(), action.actor()?, action.request_id).await?;
    Ok(Done::new(
        "/admin/audit",
        "The verification is under way. Look again to see what it finds.",
    ))
}
