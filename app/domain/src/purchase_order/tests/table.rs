//! The table itself: every state against every event, both answers.

use std::{collections::BTreeSet, fmt::Write};

use super::samples::{Setting, filled};
use crate::{
    purchase_order::*,
    world::{AUD, FAY, MIA, PAT, SAM},
};

#[test]
fn the_table_reads_as_the_spec() {
    let mut text = String::new();
    for row in TRANSITIONS {
        let states: Vec<_> = row
            .to
            .states(row.from)
            .into_iter()
            .map(State::label)
            .collect();
        let who: Vec<_> = row.who.iter().map(|who| who.label()).collect();
        let guards: Vec<_> = row.guards.iter().map(|guard| guard.label()).collect();
        writeln!(
            text,
            "{} | {} | {}",
            row.from.label(),
            row.event.label(),
            row.to.label()
        )
        .unwrap();
        writeln!(text, "    to:     {}", states.join(", ")).unwrap();
        writeln!(text, "    who:    {}", who.join("; ")).unwrap();
        writeln!(text, "    guards: {}", guards.join("; ")).unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn no_state_and_event_have_two_rows() {
    let pairs: BTreeSet<_> = TRANSITIONS
        .iter()
        .map(|row| (row.from, row.event))
        .collect();
    assert_eq!(pairs.len(), TRANSITIONS.len());
}

#[test]
fn every_state_is_reached_and_every_state_but_the_final_ones_is_left() {
    let reached: BTreeSet<_> = TRANSITIONS
        .iter()
        .flat_map(|row| row.to.states(row.from))
        .collect();
    for state in State::ALL {
        assert!(reached.contains(state), "{state:?} is never reached");
        let left = TRANSITIONS.iter().any(|row| row.from == *state);
        assert_eq!(left, !state.is_final(), "{state:?}");
    }
}

#[test]
fn every_state_and_event_answers_yes_to_the_right_person_and_no_to_the_wrong_one() {
    let setting = Setting::demo();
    for (state, kind) in State::ALL
        .iter()
        .flat_map(|s| EventKind::ALL.iter().map(|k| (*s, *k)))
    {
        let order = setting.sams(state);
        let Some(event) = filled(kind, &order) else {
            continue;
        };
        let Some(row) = transition(state, kind) else {
            for person in setting.directory.people.keys() {
                let refused = setting.decide(&order, &event, *person);
                assert_eq!(
                    refused,
                    Err(Refusal::NotFromHere { state, event: kind }),
                    "{state:?}"
                );
            }
            continue;
        };
        let right = match row.who[0] {
            Who::Submitter => SAM,
            Who::Approver => order.waiting.unwrap().approver,
            Who::Purchasing => PAT,
            Who::System | Who::Timer => unreachable!("nobody asks for it"),
        };
        let decision = setting.decide(&order, &event, right).unwrap();
        assert_eq!(
            (decision.steps[0].from, decision.steps[0].event),
            (state, kind)
        );
        assert!(
            row.to.states(state).contains(&decision.steps[0].to),
            "{state:?} {kind:?}"
        );
        let refused = setting.decide(&order, &event, AUD);
        assert_eq!(refused, Err(Refusal::NotYours), "{state:?} {kind:?}");
    }
}

#[test]
fn what_the_system_and_the_timer_do_is_nobodys_to_ask() {
    let setting = Setting::demo();
    for kind in [EventKind::Pass, EventKind::Escalate] {
        for state in State::ALL {
            for person in [SAM, MIA, FAY, PAT] {
                let answer = permission(
                    &setting.sams(*state),
                    kind,
                    &setting.actor(person),
                    &setting.ctx(),
                );
                assert!(
                    matches!(answer, crate::permission::Permission::Hidden),
                    "{state:?} {kind:?}"
                );
            }
        }
    }
}

#[test]
fn names_that_are_stored_are_read_back() {
    for state in State::ALL {
        assert_eq!(State::parse(state.as_str()), Some(*state));
    }
    for kind in EventKind::ALL {
        assert_eq!(EventKind::parse(kind.as_str()), Some(*kind));
    }
    for category in RejectionCategory::ALL {
        assert_eq!(RejectionCategory::parse(category.as_str()), Some(*category));
    }
    for way in [Way::Own, Way::Delegate, Way::Override] {
        assert_eq!(Way::parse(way.as_str()), Some(way));
    }
}
