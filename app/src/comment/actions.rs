//! Commenting, and marking mentions as seen.
#![expect(missing_docs, reason = "the macro makes items that nobody writes")]

use engine::{
    Error,
    comment::{self, NewComment},
    record,
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

/// *Add comment*.
#[server(prefix = "/fn", endpoint = "add_comment", input = Post<Plain>)]
pub async fn add_comment(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(AddComment::PATH, form);
    let id = action.form.number("id").unwrap_or_default();
    let subject = record::subject(action.form.text("kind"), id);
    let back = subject.map_or_else(|| "/".to_owned(), record::address);
    let outcome = match subject {
        Some(subject) => {
            let comment = NewComment {
                subject,
                request_id: action.request_id,
                text: action.form.text("comment").to_owned(),
            };
            add(&action, &comment).await
        }
        None => Err(Error::NotFound),
    };
    action.finish(outcome, &back).await
}

/// Leads to the comment itself: that it stands there says enough.
async fn add(action: &Action, comment: &NewComment) -> Result<Done, Error> {
    let to = comment::add(action.engine(), action.actor()?, comment).await?;
    Ok(Done::new(to, ""))
}

/// *Mark as seen*.
#[server(prefix = "/fn", endpoint = "mark_mentions_seen", input = Post<Plain>)]
pub async fn mark_mentions_seen(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(MarkMentionsSeen::PATH, form);
    let outcome = mark(&action).await;
    action.finish(outcome, "/").await
}

async fn mark(action: &Action) -> Result<Done, Error> {
    let up_to = action.form.number("up_to").unwrap_or_default();
    comment::mark_seen(action.engine(), action.actor()?.id, up_to).await?;
    Ok(Done::new("/", ""))
}
