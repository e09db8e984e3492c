//! *Send the link* and *Set password*. Nobody needs to be signed in.
#![expect(missing_docs, reason = "the macro makes items that nobody writes")]

use domain::field::FieldError;
use engine::{
    Error,
    password_link::{address, request_reset, set_password as set},
};
use leptos::{
    prelude::*,
    server_fn::{ServerFn, codec::Post},
};

use crate::{
    action::{Action, Done},
    approval_link::safe,
    error::AppError,
    form::{Fields, Plain},
};

/// Where a forgotten password is asked for.
pub const FORGOTTEN: &str = "/login/forgotten";

/// *Send the link*: says the same whether anybody has this email.
#[server(prefix = "/fn", endpoint = "forgot_password", input = Post<Plain>)]
pub async fn forgot_password(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(ForgotPassword::PATH, form);
    let from = action.request.client_address;
    let asked = request_reset(action.engine(), action.form.text("email"), from).await;
    let done = asked.map(|()| Done::new("/login", SENT));
    action.finish(done, FORGOTTEN).await
}

const SENT: &str = "If somebody here has this email, a link to set a new password is on its way to them. It works for one hour.";

/// *Set password*, by the link of an email.
#[server(prefix = "/fn", endpoint = "set_password", input = Post<Plain>)]
pub async fn set_password(form: Fields) -> Result<(), AppError> {
    let mut action = Action::begin(SetPassword::PATH, form);
    let token = safe(action.form.text("token")).to_owned();
    let outcome = save(&action, &token).await;
    // Neither passwords nor the token are kept.
    action.form = Fields::default();
    action.finish(outcome, &address(&token)).await
}

async fn save(action: &Action, token: &str) -> Result<Done, Error> {
    let form = &action.form;
    let new = form.text("new_password");
    if form.text("repeat_password") != new {
        let fault = FieldError::new(
            "repeat_password",
            "This is not the same as the new password.",
        );
        return Err(Error::Invalid(vec![fault]));
    }
    set(action.engine(), token, action.request.client_address, new).await?;
    Ok(Done::new(
        "/login",
        "Your password is set. Sign in with it.",
    ))
}
