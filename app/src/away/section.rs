//! When somebody is away, now and to come, as their account and their page for administrators list it.

use engine::{
    Error,
    away::{Period, periods},
    person::Person,
};
use jiff::tz::TimeZone;
use leptos::{prelude::*, server_fn::ServerFn};

use super::{actions::CancelAway, days, home, zone};
use crate::{
    form::PostForm,
    page::PageContext,
    ui::{ButtonKind, LinkButton, Section, StateTag, SubmitButton, Tone},
};

/// The section *Away* of a person, with what the reader can change of it, if they may.
pub async fn away_section(
    context: &PageContext,
    person: &Person,
    writes: bool,
) -> Result<AnyView, Error> {
    let own = context.actor()?.id == person.id;
    let listed = periods(context.engine(), person.id).await?;
    let writes = writes && person.deactivated_at.is_none();
    let none = match (listed.is_empty(), own) {
        (false, _) => "",
        (true, true) => {
            "While you are away, what waits for your decision goes to your delegate, or to your manager."
        }
        (true, false) => "No away period is set.",
    };
    let (now, zone, record) = (
        context.time.now,
        zone(person),
        (person.id.0, person.version),
    );
    let set = format!("{}/away", home(person.id.0, own));
    let rows = listed
        .into_iter()
        .map(|period| row(period, (&zone, now), (record, &set), writes))
        .collect_view();
    Ok(view! {
        <Section title="Away">
            {(!none.is_empty()).then(|| view! { <p class="form-says">{none}</p> })}
            {none.is_empty().then(|| view! { <ul class="away-list" aria-label="Away periods">{rows}</ul> })}
            {writes.then(|| view! { <LinkButton href=set label="Set away period"/> })}
        </Section>
    }
    .into_any())
}

fn row(
    period: Period,
    (zone, now): (&TimeZone, jiff::Timestamp),
    (record, set): ((i64, i32), &str),
    writes: bool,
) -> AnyView {
    let days = days(&period, zone);
    let decides = period.delegate.map_or_else(
        || "The manager decides.".to_owned(),
        |(_, name)| format!("{name} decides."),
    );
    let change = format!("{set}?period={}", period.id);
    let buttons = writes.then(|| {
        view! {
            <div class="away-actions">
                <LinkButton href=change label="Change" kind=ButtonKind::Quiet/>
                <PostForm action=CancelAway::PATH record=record label=format!("Away {days}")>
                    <input type="hidden" name="period" value=period.id/>
                    <SubmitButton label="Cancel away period" kind=ButtonKind::Quiet/>
                </PostForm>
            </div>
        }
    });
    view! {
        <li class="away-row">
            <p>
                <b>{days.clone()}</b>
                {(period.from <= now).then(|| view! { " "<StateTag label="Now" tone=Tone::Active/> })}
            </p>
            <p>{decides}{(!period.reason.is_empty()).then(|| format!(" {}", period.reason))}</p>
            {buttons}
        </li>
    }
    .into_any()
}
