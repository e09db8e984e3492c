//! The page behind the bell.

use domain::approval_rule::Priority;
use engine::notification::{self, Row};
use leptos::{prelude::*, server_fn::ServerFn};

use super::actions::{LIST, MarkNotificationRead, MarkNotificationsRead, OpenNotification};
use crate::{
    form::PostForm,
    page::page,
    ui::{
        EmptyState, LinkButton, PageHeader, Pager, ReaderTime, StateTag, SubmitButton, Timestamp,
        Tone,
    },
};

/// `/notifications?before=4711`.
#[component]
pub fn NotificationsPage() -> impl IntoView {
    page(async |context| {
        let before: Option<i64> = context
            .request
            .query("before")
            .and_then(|id| id.parse().ok());
        let person = context.actor()?.id;
        let (rows, next) = notification::list(context.engine(), person, before).await?;
        let newest = rows.iter().map(|row| row.id).max();
        let some_unread = rows.iter().any(|row| !row.read);
        let mark_all = newest.filter(|_| some_unread).map(|newest| {
            view! {
                <PostForm action=MarkNotificationsRead::PATH>
                    <input type="hidden" name="up_to" value=newest/>
                    <SubmitButton label="Mark all as read"/>
                </PostForm>
            }
        });
        let list = if rows.is_empty() {
            nothing()
        } else {
            let summary = match rows.len() {
                1 => "1 notification".to_owned(),
                many => format!("{many} notifications"),
            };
            let next = next.map(|before| format!("{LIST}?before={before}"));
            let first = before.map(|_| LIST.to_owned());
            let items = rows
                .into_iter()
                .map(|row| item(row, &context.time))
                .collect_view();
            view! {
                <ul class="notifications" aria-label="Notifications">{items}</ul>
                <Pager summary=summary first_href=first next_href=next/>
            }
            .into_any()
        };
        Ok(view! { <PageHeader title="Notifications">{mark_all}</PageHeader>{list} }.into_any())
    })
}

fn nothing() -> AnyView {
    let text = "What waits for you and what becomes of your orders is told here. Your account page says what you are told of.";
    view! {
        <EmptyState title="You have no notifications." text=text>
            <LinkButton href="/account" label="Account"/>
        </EmptyState>
    }
    .into_any()
}

fn item(row: Row, time: &ReaderTime) -> AnyView {
    let at = time.moment(row.at);
    let urgency = (row.urgency != Priority::Normal)
        .then(|| view! { <StateTag label=row.urgency.label() tone=Tone::Waiting/>" " });
    let mark = (!row.read).then(|| {
        let label = format!("Mark as read: {}", row.headline);
        view! {
            <PostForm action=MarkNotificationRead::PATH>
                <input type="hidden" name="id" value=row.id/>
                <button type="submit" class="btn btn-ghost btn-sm" aria-label=label>"Mark as read"</button>
            </PostForm>
        }
    });
    let unread = (!row.read).then(|| view! { <StateTag label="New" tone=Tone::Active/>" " });
    let class = if row.read {
        "notification"
    } else {
        "notification notification-new"
    };
    view! {
        <li class=class>
            <PostForm action=OpenNotification::PATH class="notification-open">
                <input type="hidden" name="id" value=row.id/>
                {unread}{urgency}
                <button type="submit" class="notification-headline">{row.headline}</button>
                " "<Timestamp at=at/>
                {(!row.body.is_empty()).then(|| view! { <p class="prose">{row.body}</p> })}
            </PostForm>
            {mark}
        </li>
    }
    .into_any()
}
