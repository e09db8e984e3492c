//! What administrators do about mails that were not sent.
#![expect(missing_docs, reason = "the macro makes items that nobody writes")]

use engine::{Error, mail};
use leptos::{
    prelude::*,
    server_fn::{ServerFn, codec::Post},
};

use crate::{
    action::{Action, Done},
    error::AppError,
    form::{Fields, Plain},
};

/// *Send again*.
#[server(prefix = "/fn", endpoint = "send_mail_again", input = Post<Plain>)]
pub async fn send_mail_again(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(SendMailAgain::PATH, form);
    let id = action.form.number("id").unwrap_or_default();
    let outcome = send(&action, id).await;
    action.finish(outcome, &mail::address(id)).await
}

async fn send(action: &Action, id: i64) -> Result<Done, Error> {
    mail::send_again(action.engine(), action.actor()?, action.request_id, id).await?;
    Ok(Done::new(
        mail::address(id),
        "It is on its way. Look again to see what became of it.",
    ))
}
