//! *Forward* and *Reassign*: each parses, calls the service, and leads on.
#![expect(missing_docs, reason = "the macro makes items that nobody writes")]

use domain::{
    field::{FieldError, record_id},
    ids::{PersonId, PurchaseOrderId},
};
use engine::{
    Error,
    purchase_order::{Handover, address, forward, reassign_to},
};
use leptos::{
    prelude::*,
    server_fn::{ServerFn, codec::Post},
};

use crate::{
    action::{Action, Done},
    error::AppError,
    form::{Fields, Plain},
    purchase_order::number,
};

/// *Forward*.
#[server(prefix = "/fn", endpoint = "forward_purchase_order", input = Post<Plain>)]
pub async fn forward_purchase_order(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(ForwardPurchaseOrder::PATH, form);
    let outcome = match asked(&action) {
        Ok(asked) => forwarded(&action, &asked).await,
        Err(error) => Err(error),
    };
    lead_on(action, outcome, "forward").await
}

async fn forwarded(action: &Action, asked: &Handover) -> Result<Done, Error> {
    let to = forward(action.engine(), action.actor()?, asked).await?;
    Ok(Done::new(to, format!("{} forwarded.", number(asked.id))))
}

/// *Reassign*.
#[server(prefix = "/fn", endpoint = "reassign_purchase_order", input = Post<Plain>)]
pub async fn reassign_purchase_order(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(ReassignPurchaseOrder::PATH, form);
    let outcome = match asked(&action) {
        Ok(asked) => reassigned(&action, &asked).await,
        Err(error) => Err(error),
    };
    lead_on(action, outcome, "reassign").await
}

async fn reassigned(action: &Action, asked: &Handover) -> Result<Done, Error> {
    let to = reassign_to(action.engine(), action.actor()?, asked).await?;
    Ok(Done::new(to, format!("{} reassigned.", number(asked.id))))
}

/// A refusal leads back to the form; to the order's page, where somebody was faster or it is not theirs to give.
async fn lead_on(action: Action, outcome: Result<Done, Error>, page: &str) -> Result<(), AppError> {
    let back = match outcome {
        Err(Error::Stale(_) | Error::Forbidden(_)) => address(order(&action)),
        _ => format!("{}/{page}", address(order(&action))),
    };
    action.finish(outcome, &back).await
}

fn order(action: &Action) -> PurchaseOrderId {
    PurchaseOrderId(action.form.number("id").unwrap_or_default())
}

/// What the form asks, or the fields at fault.
fn asked(action: &Action) -> Result<Handover, Error> {
    let chosen = match record_id(action.form.text("to"), "person") {
        Ok(Some(id)) => Ok(PersonId(id)),
        Ok(None) => Err("Choose who is to decide.".to_owned()),
        Err(fault) => Err(fault),
    };
    let to = chosen.map_err(|fault| Error::Invalid(vec![FieldError::new("to", fault)]))?;
    Ok(Handover {
        id: order(action),
        version: action.record_form().version,
        request_id: action.request_id,
        to,
        note: action.form.text("note").to_owned(),
    })
}
