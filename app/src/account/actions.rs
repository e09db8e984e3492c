//! What people change of themselves.
#![expect(missing_docs, reason = "the macro makes items that nobody writes")]

use domain::field::FieldError;
use engine::{
    Error,
    person::{self, Form},
    session_store,
};
use leptos::{
    prelude::*,
    server_fn::{ServerFn, codec::Post},
};

use crate::{
    action::{Action, Done, lead},
    error::AppError,
    form::{Fields, Plain},
    sign_in::actions::device,
};

/// Where every form here leads back to.
const ACCOUNT: &str = "/account";

/// *Save time zone*.
#[server(prefix = "/fn", endpoint = "set_time_zone", input = Post<Plain>)]
pub async fn set_time_zone(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(SetTimeZone::PATH, form);
    let outcome = save_time_zone(&action).await;
    action.finish(outcome, ACCOUNT).await
}

async fn save_time_zone(action: &Action) -> Result<Done, Error> {
    let zone = action.form.text("time_zone");
    person::set_time_zone(action.engine(), action.actor()?.id, shown(action), zone).await?;
    Ok(Done::new(ACCOUNT, "Time zone saved."))
}

/// *Save mobile phone*.
#[server(prefix = "/fn", endpoint = "set_phone", input = Post<Plain>)]
pub async fn set_phone(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(SetPhone::PATH, form);
    let outcome = save_phone(&action).await;
    action.finish(outcome, ACCOUNT).await
}

async fn save_phone(action: &Action) -> Result<Done, Error> {
    let phone = action.form.text("phone");
    person::set_phone(action.engine(), action.actor()?.id, shown(action), phone).await?;
    Ok(Done::new(ACCOUNT, "Mobile phone saved."))
}

/// The person as the form showed them.
fn shown(action: &Action) -> Form {
    Form {
        request_id: action.request_id,
        version: action.form.number("version").unwrap_or_default(),
    }
}

/// *Change password*: signs out everywhere else; here with a new session.
#[server(prefix = "/fn", endpoint = "change_password", input = Post<Plain>)]
pub async fn change_password(form: Fields) -> Result<(), AppError> {
    let mut action = Action::begin(ChangePassword::PATH, form);
    let outcome = save_password(&action).await;
    // Passwords are typed again: never kept.
    action.form = Fields::default();
    action.finish(outcome, ACCOUNT).await
}

async fn save_password(action: &Action) -> Result<Done, Error> {
    let (form, person) = (&action.form, action.actor()?.id);
    let (current, new) = (form.text("current_password"), form.text("new_password"));
    if form.text("repeat_password") != new {
        let fault = FieldError::new(
            "repeat_password",
            "This is not the same as the new password.",
        );
        return Err(Error::Invalid(vec![fault]));
    }
    let identity =
        person::change_password(action.engine(), person, action.request_id, current, new).await?;
    session_store::enter(
        &action.request.session,
        action.engine(),
        identity,
        &device(),
    )
    .await?;
    Ok(Done::new(
        ACCOUNT,
        "Password changed. You are signed out everywhere else.",
    ))
}

/// *Sign out everywhere*: this session too.
#[server(prefix = "/fn", endpoint = "sign_out_everywhere", input = Post<Plain>)]
pub async fn sign_out_everywhere(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(SignOutEverywhere::PATH, form);
    if let Err(error) = end_sessions(&action).await {
        return action.finish(Err(error), ACCOUNT).await;
    }
    lead("/login");
    Ok(())
}

async fn end_sessions(action: &Action) -> Result<(), Error> {
    session_store::sign_out_everywhere(action.engine(), action.actor()?.id).await?;
    action
        .request
        .session
        .flush()
        .await
        .map_err(Error::internal)
}
