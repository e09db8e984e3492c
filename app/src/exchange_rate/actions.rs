//! The server function that imports rates.
#![expect(missing_docs, reason = "the macro makes items that nobody writes")]

use engine::{
    Error,
    exchange_rate::{self as rates, ADDRESS, Imported},
};
use leptos::{
    prelude::*,
    server_fn::{ServerFn, codec::Post},
};

use crate::{
    action::{Action, Done},
    error::AppError,
    form::{Fields, Plain},
};

/// *Import*.
#[server(prefix = "/fn", endpoint = "import_rates", input = Post<Plain>)]
pub async fn import_rates(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(ImportRates::PATH, form);
    let outcome = import(&action).await;
    action.finish(outcome, ADDRESS).await
}

async fn import(action: &Action) -> Result<Done, Error> {
    let by = action.actor()?;
    let text = action.form.text("rates");
    let done = rates::import(action.engine(), by, action.request_id, text).await?;
    Ok(Done::new(ADDRESS, said(done)))
}

fn said(done: Imported) -> String {
    let Imported {
        added,
        changed,
        unchanged,
    } = done;
    format!("Imported: {added} new, {changed} changed, {unchanged} as they were.")
}
