//! One server function for each thing that is done with second factors.
#![expect(missing_docs, reason = "the macro makes items that nobody writes")]

use domain::{ids::PersonId, role::Role};
use engine::{
    Error, person,
    second_factor::{self as factor, ADDRESS, SETTINGS, SIGN_IN},
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
    sign_in::{Kept, actions::device, leading, local},
};

/// *Sign in*, the second half: the code.
#[server(prefix = "/fn", endpoint = "enter_code", input = Post<Plain>)]
pub async fn enter_code(form: Fields) -> Result<(), AppError> {
    let mut action = Action::begin(EnterCode::PATH, form);
    let home = local(action.form.text("next")).unwrap_or_else(|| "/".to_owned());
    let entered = enter(&action).await;
    action.form = action.form.without("code");
    match entered {
        // A second click comes after the first one signed in; whoever is not is led to sign in from there.
        Ok(false) => {
            lead(&home);
            Ok(())
        }
        Ok(true) => match Kept::read(&action.form) {
            Some(kept) => action.show_kept(kept, &home).await,
            None => action.finish(Ok(Done::new(home, "")), SIGN_IN).await,
        },
        Err(error) => action.finish(Err(error), SIGN_IN).await,
    }
}

/// False when nobody's password waits for a code.
async fn enter(action: &Action) -> Result<bool, Error> {
    let (engine, session) = (action.engine(), &action.request.session);
    let Some(asked) = session_store::code_asked(session, engine).await? else {
        return Ok(false);
    };
    let identity = match factor::enter(engine, asked, action.form.text("code")).await {
        Err(Error::NotFound) => return Ok(false),
        entered => entered?,
    };
    session_store::enter(session, engine, identity, &device()).await?;
    Ok(true)
}

/// *Turn on*.
#[server(prefix = "/fn", endpoint = "turn_on_second_factor", input = Post<Plain>)]
pub async fn turn_on_second_factor(form: Fields) -> Result<(), AppError> {
    let mut action = Action::begin(TurnOnSecondFactor::PATH, form);
    let outcome = turn_on(&action).await;
    action.form = action.form.without("code");
    let back = back(&action);
    action.finish(outcome, &back).await
}

async fn turn_on(action: &Action) -> Result<Done, Error> {
    let (form, engine) = (&action.form, action.engine());
    let (nonce, code) = (form.text("nonce"), form.text("code"));
    factor::turn_on(engine, action.actor()?.id, action.request_id, nonce, code).await?;
    session_store::prove(&action.request.session, engine).await?;
    let done = "Your second factor is on. Keep the recovery codes below where you find them without your phone.";
    Ok(Done::new(back(action), done))
}

/// The page itself, which goes on leading to what is next.
fn back(action: &Action) -> String {
    leading(ADDRESS, action.form.text("next"))
}

/// *Confirm*: leads on to what asked for it.
#[server(prefix = "/fn", endpoint = "confirm_second_factor", input = Post<Plain>)]
pub async fn confirm_second_factor(form: Fields) -> Result<(), AppError> {
    let mut action = Action::begin(ConfirmSecondFactor::PATH, form);
    let outcome = confirm(&action).await;
    action.form = action.form.without("code");
    let back = back(&action);
    action.finish(outcome, &back).await
}

async fn confirm(action: &Action) -> Result<Done, Error> {
    let (form, engine) = (&action.form, action.engine());
    factor::confirm(engine, action.actor()?.id, form.text("code")).await?;
    session_store::prove(&action.request.session, engine).await?;
    let to = local(form.text("next")).unwrap_or_else(|| ADDRESS.to_owned());
    Ok(Done::new(to, "Confirmed. It counts for ten minutes."))
}

/// *Make new codes*.
#[server(prefix = "/fn", endpoint = "renew_recovery_codes", input = Post<Plain>)]
pub async fn renew_recovery_codes(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(RenewRecoveryCodes::PATH, form);
    let outcome = renew(&action).await;
    action.finish(outcome, ADDRESS).await
}

async fn renew(action: &Action) -> Result<Done, Error> {
    factor::renew_recovery_codes(action.engine(), action.actor()?, action.request_id).await?;
    Ok(Done::new(
        ADDRESS,
        "These are your recovery codes now. The ones before do not work any more.",
    ))
}

/// *Turn off*.
#[server(prefix = "/fn", endpoint = "turn_off_second_factor", input = Post<Plain>)]
pub async fn turn_off_second_factor(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(TurnOffSecondFactor::PATH, form);
    let outcome = turn_off(&action).await;
    action.finish(outcome, ADDRESS).await
}

async fn turn_off(action: &Action) -> Result<Done, Error> {
    factor::turn_off(action.engine(), action.actor()?, action.request_id).await?;
    Ok(Done::new(ADDRESS, "Your second factor is off."))
}

/// *Save*: of whom it is required, and above which amount.
#[server(prefix = "/fn", endpoint = "require_second_factor", input = Post<Plain>)]
pub async fn require_second_factor(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(RequireSecondFactor::PATH, form);
    let outcome = require(&action).await;
    action.finish(outcome, SETTINGS).await
}

async fn require(action: &Action) -> Result<Done, Error> {
    let form = &action.form;
    let roles: Vec<Role> = form
        .all("roles")
        .iter()
        .filter_map(|name| Role::parse(name))
        .collect();
    let of = (form.text("for_all") == "true", roles.as_slice());
    factor::set_required(
        action.engine(),
        action.actor()?,
        action.record_form(),
        of,
        form.text("above"),
    )
    .await?;
    Ok(Done::new(SETTINGS, "Saved."))
}

/// *Take away* somebody's.
#[server(prefix = "/fn", endpoint = "remove_second_factor", input = Post<Plain>)]
pub async fn remove_second_factor(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(RemoveSecondFactor::PATH, form);
    let id = PersonId(action.form.number("id").unwrap_or_default());
    let outcome = remove(&action, id).await;
    action.finish(outcome, &removing(id)).await
}

async fn remove(action: &Action, id: PersonId) -> Result<Done, Error> {
    let reason = action.form.text("reason");
    factor::remove(
        action.engine(),
        action.actor()?,
        action.record_form(),
        id,
        reason,
    )
    .await?;
    Ok(Done::new(
        person::address(id),
        "Taken away. They are signed out everywhere and told by mail.",
    ))
}

/// The page that asks before somebody's is taken away.
pub(crate) fn removing(id: PersonId) -> String {
    format!("{}/second-factor", person::address(id))
}
