//! *Approve* and *Reject* on the page of a link. Nobody needs to be signed in: the token says as whom.
#![expect(missing_docs, reason = "the macro makes items that nobody writes")]

use domain::purchase_order::EventKind;
use engine::{
    Error,
    approval_link::{address, decide},
};
use leptos::{
    prelude::*,
    server_fn::{ServerFn, codec::Post},
};

use super::safe;
use crate::{
    action::{Action, Done},
    error::AppError,
    form::{Fields, Plain},
    purchase_order::actions::event,
};

/// *Approve*.
#[server(prefix = "/fn", endpoint = "approve_by_link", input = Post<Plain>)]
pub async fn approve_by_link(form: Fields) -> Result<(), AppError> {
    carry_out(ApproveByLink::PATH, form, EventKind::Approve).await
}

/// *Reject*.
#[server(prefix = "/fn", endpoint = "reject_by_link", input = Post<Plain>)]
pub async fn reject_by_link(form: Fields) -> Result<(), AppError> {
    carry_out(RejectByLink::PATH, form, EventKind::Reject).await
}

/// Leads to the link's page, which says what became of it.
async fn carry_out(path: &'static str, form: Fields, kind: EventKind) -> Result<(), AppError> {
    let mut action = Action::begin(path, form);
    let token = safe(action.form.text("token")).to_owned();
    // What is kept of the form holds no token.
    action.form = action.form.without("token");
    let outcome = act(&action, &token, kind).await;
    let link = address(&token);
    // Only what can be corrected leads back to the form of a rejection.
    let corrected = matches!(outcome, Err(Error::Invalid(_) | Error::Refused { .. }));
    let back = if corrected && kind == EventKind::Reject {
        format!("{link}/reject")
    } else {
        link.clone()
    };
    let done = outcome.map(|()| Done::new(link, ""));
    action.finish(done, &back).await
}

async fn act(action: &Action, token: &str, kind: EventKind) -> Result<(), Error> {
    let event = event(kind, &action.form).map_err(Error::Invalid)?;
    let from = action.request.client_address;
    decide(action.engine(), token, from, action.record_form(), event).await
}
