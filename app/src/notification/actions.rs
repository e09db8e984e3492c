//! Opening notifications, marking them as read, choosing which ones to get.
#![expect(missing_docs, reason = "the macro makes items that nobody writes")]

use domain::notification::Way;
use engine::{Error, notification};
use leptos::{
    prelude::*,
    server_fn::{ServerFn, codec::Post},
};

use crate::{
    action::{Action, Done},
    error::AppError,
    form::{Fields, Plain},
};

/// Where notifications are listed.
pub const LIST: &str = "/notifications";

/// Opens a notification: it is read, and leads to its record.
#[server(prefix = "/fn", endpoint = "open_notification", input = Post<Plain>)]
pub async fn open_notification(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(OpenNotification::PATH, form);
    let outcome = open(&action).await;
    action.finish(outcome, LIST).await
}

async fn open(action: &Action) -> Result<Done, Error> {
    let id = action.form.number("id").unwrap_or_default();
    let to = notification::open(action.engine(), action.actor()?.id, id).await?;
    Ok(Done::new(to, ""))
}

/// *Mark all as read*.
#[server(prefix = "/fn", endpoint = "mark_notifications_read", input = Post<Plain>)]
pub async fn mark_notifications_read(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(MarkNotificationsRead::PATH, form);
    let outcome = mark_all(&action).await;
    action.finish(outcome, LIST).await
}

async fn mark_all(action: &Action) -> Result<Done, Error> {
    let up_to = action.form.number("up_to").unwrap_or_default();
    notification::mark_all_read(action.engine(), action.actor()?.id, up_to).await?;
    Ok(Done::new(LIST, ""))
}

/// *Mark as read*.
#[server(prefix = "/fn", endpoint = "mark_notification_read", input = Post<Plain>)]
pub async fn mark_notification_read(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(MarkNotificationRead::PATH, form);
    let outcome = mark(&action).await;
    action.finish(outcome, LIST).await
}

async fn mark(action: &Action) -> Result<Done, Error> {
    let id = action.form.number("id").unwrap_or_default();
    notification::mark_read(action.engine(), action.actor()?.id, id).await?;
    Ok(Done::new(LIST, ""))
}

/// *Save notifications*.
#[server(prefix = "/fn", endpoint = "choose_notifications", input = Post<Plain>)]
pub async fn choose_notifications(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(ChooseNotifications::PATH, form);
    let outcome = choose(&action).await;
    action.finish(outcome, "/account").await
}

async fn choose(action: &Action) -> Result<Done, Error> {
    let (engine, person) = (action.engine(), action.actor()?.id);
    let wants = |kind: domain::notification::Kind, way: Way| {
        let chosen = action.form.all(way.as_str());
        chosen.iter().any(|name| name == kind.as_str())
    };
    notification::choose(engine, person, action.request_id, wants).await?;
    Ok(Done::new("/account", "Notifications saved."))
}
