//! What administrators of a demo do to its clock.
#![expect(missing_docs, reason = "the macro makes items that nobody writes")]

use engine::{Error, clock};
use leptos::{
    prelude::*,
    server_fn::{ServerFn, codec::Post},
};

use super::{CLOCK, asking, typed};
use crate::{
    action::{Action, Done},
    error::AppError,
    form::{Fields, Plain},
};

/// *Jump ahead*.
#[server(prefix = "/fn", endpoint = "jump_clock", input = Post<Plain>)]
pub async fn jump_clock(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(JumpClock::PATH, form);
    let back = asking(action.form.text("number"), action.form.text("unit"));
    let outcome = jump(&action).await;
    action.finish(outcome, &back).await
}

async fn jump(action: &Action) -> Result<Done, Error> {
    let jump = typed(action.form.text("number"), action.form.text("unit"))?;
    clock::jump(action.engine(), action.actor()?, action.request_id, jump).await?;
    Ok(Done::new(
        CLOCK,
        format!(
            "The clock went ahead by {}. What became due is happening now.",
            jump.in_words()
        ),
    ))
}
