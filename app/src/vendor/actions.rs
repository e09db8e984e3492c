//! What people do to vendors: one server function each.
#![expect(missing_docs, reason = "the macro makes items that nobody writes")]

use domain::{
    ids::VendorId,
    vendor::{Event, reason},
};
use engine::{
    Error,
    vendor::{self, address},
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

/// *Add vendor*.
#[server(prefix = "/fn", endpoint = "create_vendor", input = Post<Plain>)]
pub async fn create_vendor(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(CreateVendor::PATH, form);
    let outcome = create(&action).await;
    action.finish(outcome, "/admin/vendors/new").await
}

async fn create(action: &Action) -> Result<Done, Error> {
    let profile = Typed::read(&action.form).profile()?;
    let id = vendor::create(
        action.engine(),
        action.actor()?,
        action.request_id,
        &profile,
    )
    .await?;
    Ok(Done::new(
        address(id),
        format!("{} can be chosen on orders now.", profile.name),
    ))
}

/// *Save*.
#[server(prefix = "/fn", endpoint = "update_vendor", input = Post<Plain>)]
pub async fn update_vendor(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(UpdateVendor::PATH, form);
    let id = shown(&action);
    let outcome = update(&action, id).await;
    action.finish(outcome, &address(id)).await
}

async fn update(action: &Action, id: VendorId) -> Result<Done, Error> {
    let profile = Typed::read(&action.form).profile()?;
    let form = action.record_form();
    vendor::update(action.engine(), action.actor()?, form, id, &profile).await?;
    Ok(Done::new(address(id), "Saved."))
}

/// *Put on hold*.
#[server(prefix = "/fn", endpoint = "hold_vendor", input = Post<Plain>)]
pub async fn hold_vendor(form: Fields) -> Result<(), AppError> {
    let done = "On hold: nothing new is ordered from it, and its orders wait until it is released.";
    stand(HoldVendor::PATH, form, Event::Hold, done).await
}

/// *Release*.
#[server(prefix = "/fn", endpoint = "release_vendor", input = Post<Plain>)]
pub async fn release_vendor(form: Fields) -> Result<(), AppError> {
    stand(ReleaseVendor::PATH, form, Event::Release, "Released.").await
}

/// *Flag for review*.
#[server(prefix = "/fn", endpoint = "flag_vendor", input = Post<Plain>)]
pub async fn flag_vendor(form: Fields) -> Result<(), AppError> {
    let done = "Flagged: its orders wait until the flag is cleared.";
    stand(FlagVendor::PATH, form, Event::Flag, done).await
}

/// *Clear flag*.
#[server(prefix = "/fn", endpoint = "clear_vendor_flag", input = Post<Plain>)]
pub async fn clear_vendor_flag(form: Fields) -> Result<(), AppError> {
    let done = "Flag cleared.";
    stand(ClearVendorFlag::PATH, form, Event::ClearFlag, done).await
}

/// The part every change of standing shares: a refusal leads back to the page that asks for the reason.
async fn stand(
    path: &'static str,
    form: Fields,
    event: Event,
    done: &'static str,
) -> Result<(), AppError> {
    let action = Action::begin(path, form);
    let id = shown(&action);
    let outcome = set_standing(&action, id, event, done).await;
    // Somebody was faster: the vendor's page says how it stands now.
    let page = if matches!(outcome, Err(Error::Stale(_) | Error::Forbidden(_))) {
        address(id)
    } else {
        event_address(id, event)
    };
    action.finish(outcome, &page).await
}

async fn set_standing(
    action: &Action,
    id: VendorId,
    event: Event,
    done: &'static str,
) -> Result<Done, Error> {
    let why = reason(action.form.text("reason")).map_err(|fault| Error::Invalid(vec![fault]))?;
    let form = action.record_form();
    vendor::set_standing(action.engine(), action.actor()?, form, id, (event, &why)).await?;
    Ok(Done::new(address(id), done))
}

/// The page that asks for the reason of an event.
pub(super) fn event_address(id: VendorId, event: Event) -> String {
    format!("{}/{}", address(id), event.as_str().replace('_', "-"))
}

fn shown(action: &Action) -> VendorId {
    VendorId(action.form.number("id").unwrap_or_default())
}
