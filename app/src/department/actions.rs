//! What administrators do to departments: one server function each.
#![expect(missing_docs, reason = "the macro makes items that nobody writes")]

use domain::ids::DepartmentId;
use engine::{
    Error,
    department::{self, address},
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

/// *Add department*.
#[server(prefix = "/fn", endpoint = "create_department", input = Post<Plain>)]
pub async fn create_department(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(CreateDepartment::PATH, form);
    let outcome = create(&action).await;
    action.finish(outcome, "/admin/departments/new").await
}

async fn create(action: &Action) -> Result<Done, Error> {
    let profile = Typed::read(&action.form).profile()?;
    let (engine, actor) = (action.engine(), action.actor()?);
    let id = department::create(engine, actor, action.request_id, &profile).await?;
    Ok(Done::new(address(id), format!("{} added.", profile.name)))
}

/// *Save*.
#[server(prefix = "/fn", endpoint = "update_department", input = Post<Plain>)]
pub async fn update_department(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(UpdateDepartment::PATH, form);
    let id = DepartmentId(action.form.number("id").unwrap_or_default());
    let outcome = update(&action, id).await;
    action.finish(outcome, &address(id)).await
}

async fn update(action: &Action, id: DepartmentId) -> Result<Done, Error> {
    let profile = Typed::read(&action.form).profile()?;
    let form = action.record_form();
    department::update(action.engine(), action.actor()?, form, id, &profile).await?;
    Ok(Done::new(address(id), "Saved."))
}
