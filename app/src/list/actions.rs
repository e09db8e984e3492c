//! Keeping a view of a list under a name, and letting it go.
#![expect(missing_docs, reason = "the macro makes items that nobody writes")]

use engine::{
    Error,
    list::{Spec, saved},
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

/// *Save view*.
#[server(prefix = "/fn", endpoint = "save_view", input = Post<Plain>)]
pub async fn save_view(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(SaveView::PATH, form);
    let back = shown(&action);
    let outcome = save(&action).await;
    action.finish(outcome, &back).await
}

async fn save(action: &Action) -> Result<Done, Error> {
    let (list, form) = (list(action).ok_or(Error::NotFound)?, &action.form);
    let (name, query) = (form.text("name"), form.text("query"));
    let query = saved::save(action.engine(), action.actor()?, list, name, query).await?;
    Ok(Done::new(
        address(list, &query),
        format!("View {} saved.", name.trim()),
    ))
}

/// *Delete* beside a view.
#[server(prefix = "/fn", endpoint = "delete_view", input = Post<Plain>)]
pub async fn delete_view(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(DeleteView::PATH, form);
    let back = shown(&action);
    let outcome = delete(&action, &back).await;
    action.finish(outcome, &back).await
}

async fn delete(action: &Action, back: &str) -> Result<Done, Error> {
    let id = action.form.number("view").ok_or(Error::NotFound)?;
    saved::delete(action.engine(), action.actor()?, id).await?;
    Ok(Done::new(back, "View deleted."))
}

/// The list a form names.
fn list(action: &Action) -> Option<&'static Spec> {
    super::LISTS
        .into_iter()
        .find(|list| list.path == action.form.text("list"))
}

/// The page the form stood on, its panel open.
fn shown(action: &Action) -> String {
    let Some(list) = list(action) else {
        return "/".to_owned();
    };
    let back = address(list, action.form.text("query"));
    let mark = if back.contains('?') { '&' } else { '?' };
    format!("{back}{mark}panel=filters")
}

/// The list's address with what a query asks of it, and nothing else.
fn address(list: &'static Spec, query: &str) -> String {
    engine::list::Query::parse(list, query, &jiff::tz::TimeZone::UTC).address()
}
