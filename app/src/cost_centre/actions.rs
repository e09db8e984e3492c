//! What administrators do to cost centres: one server function each.
#![expect(missing_docs, reason = "the macro makes items that nobody writes")]

use domain::ids::CostCentreId;
use engine::{
    Error,
    cost_centre::{self, address},
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

/// *Add cost centre*.
#[server(prefix = "/fn", endpoint = "create_cost_centre", input = Post<Plain>)]
pub async fn create_cost_centre(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(CreateCostCentre::PATH, form);
    let outcome = create(&action).await;
    action.finish(outcome, "/admin/cost-centres/new").await
}

async fn create(action: &Action) -> Result<Done, Error> {
    let profile = Typed::read(&action.form).profile()?;
    let (engine, actor) = (action.engine(), action.actor()?);
    let id = cost_centre::create(engine, actor, action.request_id, &profile).await?;
    Ok(Done::new(address(id), format!("{} added.", profile.code)))
}

/// *Save*.
#[server(prefix = "/fn", endpoint = "update_cost_centre", input = Post<Plain>)]
pub async fn update_cost_centre(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(UpdateCostCentre::PATH, form);
    let id = CostCentreId(action.form.number("id").unwrap_or_default());
    let outcome = update(&action, id).await;
    action.finish(outcome, &address(id)).await
}

async fn update(action: &Action, id: CostCentreId) -> Result<Done, Error> {
    let profile = Typed::read(&action.form).profile()?;
    let form = action.record_form();
    cost_centre::update(action.engine(), action.actor()?, form, id, &profile).await?;
    Ok(Done::new(address(id), "Saved."))
}
