//! Setting and cancelling when somebody is away, of oneself or as an administrator.
#![expect(missing_docs, reason = "the macro makes items that nobody writes")]

use domain::{
    field::{self, FieldError},
    ids::{PersonId, PurchaseOrderId},
};
use engine::{
    Error,
    away::{self, Wanted},
};
use leptos::{
    prelude::*,
    server_fn::{ServerFn, codec::Post},
};

use super::home;
use crate::{
    action::{Action, Done},
    error::AppError,
    form::{Fields, Plain},
};

/// *Save*: a new time away, or a change of one.
#[server(prefix = "/fn", endpoint = "set_away", input = Post<Plain>)]
pub async fn set_away(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(SetAway::PATH, form);
    let home = asked(&action);
    let outcome = set(&action, &home).await;
    // Somebody was faster: the page that lists them says how they stand now.
    let back = match (&outcome, action.form.filled("period")) {
        (Err(Error::Stale(_) | Error::Forbidden(_)), _) => home,
        (_, Some(period)) => format!("{home}/away?period={period}"),
        (_, None) => format!("{home}/away"),
    };
    action.finish(outcome, &back).await
}

async fn set(action: &Action, home: &str) -> Result<Done, Error> {
    let wanted = wanted(&action.form)?;
    let (engine, actor) = (action.engine(), action.actor()?);
    away::set(engine, actor, action.record_form(), person(action), &wanted).await?;
    let notice = match wanted.hand_over.len() {
        0 => "Saved.".to_owned(),
        1 => "Saved. One order was handed over.".to_owned(),
        many => format!("Saved. {many} orders were handed over."),
    };
    Ok(Done::new(home, notice))
}

/// *Cancel away period*.
#[server(prefix = "/fn", endpoint = "cancel_away", input = Post<Plain>)]
pub async fn cancel_away(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(CancelAway::PATH, form);
    let home = asked(&action);
    let outcome = cancel(&action, &home).await;
    action.finish(outcome, &home).await
}

async fn cancel(action: &Action, home: &str) -> Result<Done, Error> {
    let period = action.form.number("period").unwrap_or_default();
    let (engine, actor) = (action.engine(), action.actor()?);
    away::cancel(engine, actor, action.record_form(), person(action), period).await?;
    Ok(Done::new(home, "Away period cancelled."))
}

/// Whose times a form is about.
fn person(action: &Action) -> PersonId {
    PersonId(action.form.number("id").unwrap_or_default())
}

/// Where they are listed for whoever sent it.
fn asked(action: &Action) -> String {
    let person = person(action);
    let own = action.actor().is_ok_and(|actor| actor.id == person);
    home(person.0, own || person.0 <= 0)
}

/// What the form says, or every field at fault.
fn wanted(form: &Fields) -> Result<Wanted, Error> {
    let mut faults = Vec::new();
    let mut day = |name: &str| {
        let day = match field::day(form.text(name)) {
            Ok(Some(day)) => return day,
            Ok(None) => "Enter a day.",
            Err(fault) => fault,
        };
        faults.push(FieldError::new(name, day));
        jiff::civil::Date::ZERO
    };
    let (from, until) = (day("from"), day("until"));
    let delegate = field::record_id(form.text("delegate"), "delegate").unwrap_or_else(|fault| {
        faults.push(FieldError::new("delegate", fault));
        None
    });
    let ticked = form.all("hand_over").iter();
    let hand_over: Vec<_> = ticked.filter_map(|id| id.parse().ok()).collect();
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    Ok(Wanted {
        period: form.number("period"),
        from,
        until,
        delegate: delegate.map(PersonId),
        reason: form.text("reason").to_owned(),
        hand_over: hand_over.into_iter().map(PurchaseOrderId).collect(),
    })
}
