//! The route of an order as steps: who decides at each level, how far it has come, who stands in for whom.

use domain::{actor::Actor, away::DeadEnd};
use engine::purchase_order::{Absence, RecordView, RouteEntry, RouteStatus};
use jiff::SignedDuration;
use leptos::prelude::*;

use super::why::why;
use crate::{
    purchase_order::day,
    ui::{ReaderTime, Section, Step, StepStatus, Stepper},
};

/// The route as steps, and why it is so; nothing for an order that has none.
pub fn route(record: &RecordView, reader: Option<&Actor>, time: &ReaderTime) -> Option<AnyView> {
    let steps: Vec<Step> = record.route.iter().map(|entry| step(entry, time)).collect();
    (!steps.is_empty()).then(|| {
        let why = why(record, reader, time);
        view! { <Section title="Route"><Stepper steps=steps/>{why}</Section> }.into_any()
    })
}

fn step(entry: &RouteEntry, time: &ReaderTime) -> Step {
    let level = format!("Level {}", entry.level);
    let (status, detail) = match &entry.status {
        RouteStatus::Done { verdict, by, at } => {
            let when = time.moment(*at).relative;
            let own = by
                .as_ref()
                .is_some_and(|by| Ok(by) == entry.approver.as_ref());
            let by = by
                .as_ref()
                .filter(|_| !own)
                .map(|by| format!(" by {by}"))
                .unwrap_or_default();
            match verdict.as_str() {
                "approved" => (StepStatus::Done, format!("{level}: approved{by} {when}")),
                "passed" => (
                    StepStatus::Skipped,
                    format!("{level}: passed, decided at a lower level"),
                ),
                "rejected" => (StepStatus::Refused, format!("{level}: rejected{by} {when}")),
                _ => (StepStatus::Skipped, format!("{level}: not decided")),
            }
        }
        RouteStatus::Now { due, escalated_to } => {
            let moment = time.moment(*due);
            let said = if *due < time.now {
                format!("late, was due {}", moment.relative)
            } else {
                format!("due {}", moment.relative)
            };
            let escalated = escalated_to
                .as_ref()
                .map_or_else(String::new, |name| format!(", escalated to {name}"));
            (StepStatus::Now, format!("{level}: {said}{escalated}"))
        }
        RouteStatus::Next => (
            StepStatus::Next,
            format!("{level}: within {} h", entry.sla_hours),
        ),
        RouteStatus::Passes => (
            StepStatus::Skipped,
            format!("{level}: passes by itself, same person"),
        ),
    };
    let absence = entry.absence.as_ref().map(|absence| away(absence, time));
    let detail = format!("{detail}{}", absence.unwrap_or_default());
    let title = match &entry.approver {
        Ok(name) => name.clone(),
        Err(missing) => format!("Nobody: {missing} is missing"),
    };
    Step {
        title,
        detail,
        status,
    }
}

/// ". Away until 3 Dec 2026; Fay Finch decides".
fn away(absence: &Absence, time: &ReaderTime) -> String {
    // The last moment of it: they are back at the first one after.
    let last = absence.until - SignedDuration::from_secs(1);
    let until = day(last.to_zoned(time.zone.clone()).date());
    let why = absence
        .dead_end
        .filter(|_| absence.decides.is_some())
        .map_or_else(String::new, |why| format!(" ({})", why.in_words()));
    match (&absence.decides, absence.dead_end) {
        (Some(name), _) => format!(". Away until {until}; {name} decides{why}"),
        (None, why) => {
            let why = why.map_or("nobody stands in", DeadEnd::in_words);
            format!(". Away until {until}: {why}")
        }
    }
}
