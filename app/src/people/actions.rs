//! What administrators do to people: one server function each.
#![expect(missing_docs, reason = "the macro makes items that nobody writes")]

use domain::ids::PersonId;
use engine::{
    Error,
    person::{self, Form, address},
};
use leptos::{
    prelude::*,
    server_fn::{ServerFn, codec::Post},
};

use super::form::Typed;
use crate::{
    action::{Action, Done},
    error::AppError,
    form::{Fields, Plain},
};

/// *Add person*.
#[server(prefix = "/fn", endpoint = "create_person", input = Post<Plain>)]
pub async fn create_person(form: Fields) -> Result<(), AppError> {
    let mut action = Action::begin(CreatePerson::PATH, form);
    let outcome = create(&action).await;
    action.form = action.form.without("password");
    action.finish(outcome, "/admin/people/new").await
}

async fn create(action: &Action) -> Result<Done, Error> {
    let profile = Typed::read(&action.form).profile()?;
    let password = Some(action.form.text("password")).filter(|typed| !typed.is_empty());
    let id = person::create(
        action.engine(),
        action.actor()?,
        action.request_id,
        &profile,
        password,
    )
    .await?;
    let name = profile.name.trim();
    let notice = match password {
        Some(_) => format!("{name} can sign in now. Tell them the password; they can change it."),
        None => format!("{name} is invited: a link to choose a password is on its way to them."),
    };
    Ok(Done::new(address(id), notice))
}

/// *Save*.
#[server(prefix = "/fn", endpoint = "update_person", input = Post<Plain>)]
pub async fn update_person(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(UpdatePerson::PATH, form);
    let (id, form) = shown(&action);
    let outcome = update(&action, id, form).await;
    action.finish(outcome, &address(id)).await
}

async fn update(action: &Action, id: PersonId, form: Form) -> Result<Done, Error> {
    let profile = Typed::read(&action.form).profile()?;
    person::update(action.engine(), action.actor()?, form, id, &profile).await?;
    Ok(Done::new(address(id), "Saved."))
}

/// *Grant override* and *Take override away*.
#[server(prefix = "/fn", endpoint = "set_override", input = Post<Plain>)]
pub async fn set_override(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(SetOverride::PATH, form);
    let (id, form) = shown(&action);
    let outcome = grant(&action, id, form).await;
    action.finish(outcome, &address(id)).await
}

async fn grant(action: &Action, id: PersonId, form: Form) -> Result<Done, Error> {
    let granted = action.form.text("intent") == "grant";
    person::set_override(action.engine(), action.actor()?, form, id, granted).await?;
    let notice = if granted {
        "Override granted."
    } else {
        "Override taken away."
    };
    Ok(Done::new(address(id), notice))
}

/// *Deactivate*, from the page that asks to whom goes what waits.
#[server(prefix = "/fn", endpoint = "deactivate_person", input = Post<Plain>)]
pub async fn deactivate_person(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(DeactivatePerson::PATH, form);
    let (id, form) = shown(&action);
    let outcome = deactivate(&action, id, form).await;
    // Somebody was faster: the person's page says how they stand now.
    let page = if matches!(outcome, Err(Error::Stale(_) | Error::Forbidden(_))) {
        ""
    } else {
        "/deactivate"
    };
    action
        .finish(outcome, &format!("{}{page}", address(id)))
        .await
}

async fn deactivate(action: &Action, id: PersonId, form: Form) -> Result<Done, Error> {
    let to = match action.form.filled("reassign_to") {
        None => None,
        Some(text) => {
            let wrong = || Error::field("reassign_to", "Choose somebody from the list.");
            Some(PersonId(text.parse().map_err(|_| wrong())?))
        }
    };
    person::deactivate(action.engine(), action.actor()?, form, id, to).await?;
    Ok(Done::new(
        address(id),
        "Deactivated. They are signed out, and nothing waits for them any more.",
    ))
}

/// *Send invitation again*.
#[server(prefix = "/fn", endpoint = "invite_person", input = Post<Plain>)]
pub async fn invite_person(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(InvitePerson::PATH, form);
    let (id, form) = shown(&action);
    let outcome = invite(&action, id, form).await;
    action.finish(outcome, &address(id)).await
}

async fn invite(action: &Action, id: PersonId, form: Form) -> Result<Done, Error> {
    person::invite(action.engine(), action.actor()?, form, id).await?;
    Ok(Done::new(
        address(id),
        "Invited again: a link to choose a password is on its way to them.",
    ))
}

/// *Reactivate*.
#[server(prefix = "/fn", endpoint = "reactivate_person", input = Post<Plain>)]
pub async fn reactivate_person(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(ReactivatePerson::PATH, form);
    let (id, form) = shown(&action);
    let outcome = reactivate(&action, id, form).await;
    action.finish(outcome, &address(id)).await
}

async fn reactivate(action: &Action, id: PersonId, form: Form) -> Result<Done, Error> {
    person::reactivate(action.engine(), action.actor()?, form, id).await?;
    Ok(Done::new(
        address(id),
        "Reactivated. They can sign in again, as before.",
    ))
}

/// The person a form was rendered for, and how.
fn shown(action: &Action) -> (PersonId, Form) {
    let id = PersonId(action.form.number("id").unwrap_or_default());
    (id, action.record_form())
}
