//! Who is told what by each transition (spec purchase-orders.md, "What each transition does").

use std::fmt::Write as _;

use super::samples::{Setting, filled};
use crate::{
    ids::PersonId,
    notification::{Kind, To, Told, told},
    purchase_order::*,
    world::{CARLA, DORA, FAY, MIA, PAT, SAM, TESS, VIK, amount},
};

fn of(setting: &Setting, order: &Order, kind: EventKind, by: PersonId) -> Vec<Told> {
    let event = filled(kind, order).unwrap();
    told(order, by, &setting.decide(order, &event, by).unwrap())
}

fn person(id: PersonId, kind: Kind) -> Told {
    let to = To::Person(id);
    Told { to, kind }
}

/// "Mia Moss: `approval_asked`".
fn words(setting: &Setting, told: &Told) -> String {
    let to = match told.to {
        To::Person(id) => setting.directory.name(id).to_owned(),
        To::Role(role) => format!("everyone in {}", role.as_str()),
    };
    format!("{to}: {}", told.kind.as_str())
}

#[test]
fn every_transition_tells_whom_it_concerns() {
    let setting = Setting::demo();
    let mut story = String::new();
    for state in State::ALL.iter().copied() {
        let order = setting.sams(state);
        for kind in EventKind::ALL.iter().copied() {
            for by in [SAM, MIA, FAY, CARLA, VIK, PAT] {
                let Some(event) = filled(kind, &order) else {
                    continue;
                };
                let Ok(decision) = setting.decide(&order, &event, by) else {
                    continue;
                };
                let all = told(&order, by, &decision);
                let all: Vec<_> = all.iter().map(|told| words(&setting, told)).collect();
                let all = if all.is_empty() {
                    "nobody".to_owned()
                } else {
                    all.join(", ")
                };
                let (state, kind) = (state.as_str(), kind.as_str());
                let by = setting.directory.name(by);
                writeln!(story, "{state} {kind} by {by} -> {all}").unwrap();
            }
        }
    }
    insta::assert_snapshot!(story);
}

#[test]
fn whoever_it_escalated_to_and_stood_in_hears_that_it_is_over_but_not_who_ended_it() {
    let setting = Setting::demo();
    let mut order = setting.sams(State::PendingApproval);
    let waiting = order.waiting.as_mut().unwrap();
    waiting.escalated_to = Some(DORA);
    waiting.delegates = [Some((TESS, MIA)), Some((VIK, DORA))];
    let gone = |id| person(id, Kind::NoLongerWaiting);
    assert_eq!(
        of(&setting, &order, EventKind::Withdraw, SAM),
        [VIK, DORA, MIA, TESS].map(gone)
    );
    assert_eq!(
        of(&setting, &order, EventKind::Reject, DORA),
        [
            person(SAM, Kind::Rejected),
            gone(VIK),
            gone(MIA),
            gone(TESS)
        ]
    );
}

#[test]
fn a_level_that_passes_tells_nobody_and_who_decides_next_is_asked_once() {
    let setting = Setting::demo();
    // Fay is asked at both levels: her manager's level is hers, and finance's.
    let order = setting.order(State::PendingApproval, PAT, amount("5000.00"));
    assert_eq!(
        of(&setting, &order, EventKind::Approve, FAY),
        [
            person(PAT, Kind::Approved),
            Told {
                to: To::Role(crate::role::Role::Purchasing),
                kind: Kind::ReadyToPlace
            }
        ]
    );
}
