//! Removing a file.
#![expect(missing_docs, reason = "the macro makes items that nobody writes")]

use engine::{Error, attachment};
use leptos::{
    prelude::*,
    server_fn::{ServerFn, codec::Post},
};
use uuid::Uuid;

use crate::{
    action::{Action, Done},
    error::AppError,
    form::{Fields, Plain},
};

/// *Remove*.
#[server(prefix = "/fn", endpoint = "remove_attachment", input = Post<Plain>)]
pub async fn remove_attachment(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(RemoveAttachment::PATH, form);
    let id = action.form.number::<Uuid>("attachment");
    let outcome = remove(&action, id).await;
    let back = id.map_or_else(
        || "/".to_owned(),
        |id| format!("{}/remove", attachment::address(id)),
    );
    action.finish(outcome, &back).await
}

async fn remove(action: &Action, id: Option<Uuid>) -> Result<Done, Error> {
    let id = id.ok_or(Error::NotFound)?;
    let to = attachment::remove(action.engine(), action.actor()?, action.request_id, id).await?;
    Ok(Done::new(to, "File removed."))
}
