//! Delegates, forwarding and reassigning: who may, to whom, and what follows.

use jiff::SignedDuration;

use super::samples::{Setting, filled, on_hold, waiting};
use crate::{
    approval_rule::Level,
    away::Away,
    ids::PersonId,
    purchase_order::*,
    world::{ADA, AUD, CARLA, DORA, FAY, MIA, OLI, PAT, SAM, TESS, VIK, now},
};

/// The demo while these are away, each with their delegate.
fn without(away: &[(PersonId, PersonId)]) -> Setting {
    let mut setting = Setting::demo();
    let hour = SignedDuration::from_hours(1);
    let away = away.iter().map(|(id, delegate)| {
        let away = Away {
            from: now() - hour,
            until: now() + hour,
            delegate: Some(*delegate),
        };
        (*id, away)
    });
    setting.directory.away = away.collect();
    setting
}

/// Sam's order at that level, as it is when somebody acts.
fn acted_on(setting: &Setting, state: State) -> Order {
    setting
        .sams(state)
        .with_stand_ins(&setting.directory, now())
}

fn approve(setting: &Setting, order: &Order, by: PersonId) -> Result<Decision, Refusal> {
    let event = Event::Approve {
        note: None,
        override_reason: None,
    };
    setting.decide(order, &event, by)
}

#[test]
fn a_delegate_decides_for_the_approver_who_still_can() {
    let setting = without(&[(MIA, TESS)]);
    let order = acted_on(&setting, State::PendingApproval);
    let decision = approve(&setting, &order, TESS).unwrap();
    let by = By::Person {
        id: TESS,
        way: Way::Delegate,
        on_behalf_of: Some(MIA),
    };
    assert_eq!(decision.steps[0].by, by);
    assert!(approve(&setting, &order, MIA).is_ok());
    assert_eq!(approve(&setting, &order, PAT), Err(Refusal::NotYours));
}

#[test]
fn what_a_delegate_decided_passes_no_other_level() {
    let setting = without(&[(MIA, FAY)]);
    let order = acted_on(&setting, State::PendingApproval);
    let decision = approve(&setting, &order, FAY).unwrap();
    assert_eq!(decision.after.state, State::RequiresFinanceReview);
    assert_eq!(decision.after.current_approver, Some(FAY));
}

#[test]
fn the_next_level_is_asked_of_who_stands_in_for_its_approver() {
    let setting = without(&[(FAY, PAT)]);
    let order = acted_on(&setting, State::PendingApproval);
    let decision = approve(&setting, &order, MIA).unwrap();
    let asked = decision.effects.iter().find_map(|effect| match effect {
        Effect::OpenDecision {
            approver, assignee, ..
        } => Some((*approver, *assignee)),
        _ => None,
    });
    assert_eq!(asked, Some((FAY, PAT)));
    assert_eq!(decision.after.current_approver, Some(FAY));
}

#[test]
fn who_stands_in_for_whom_it_escalated_to_decides_too() {
    let setting = without(&[(DORA, PAT)]);
    let mut order = setting.sams(State::PendingApproval);
    order.waiting.as_mut().unwrap().escalated_to = Some(DORA);
    let order = order.with_stand_ins(&setting.directory, now());
    let decision = approve(&setting, &order, PAT).unwrap();
    let by = By::Person {
        id: PAT,
        way: Way::Delegate,
        on_behalf_of: Some(DORA),
    };
    assert_eq!(decision.steps[0].by, by);
}

#[test]
fn nobody_comes_to_decide_their_own_by_being_chosen_directly_or_through_two_who_are_away() {
    let chains: [&[(PersonId, PersonId)]; 4] = [
        &[(MIA, SAM)],
        &[(MIA, FAY), (FAY, SAM)],
        &[(MIA, FAY), (FAY, PAT), (PAT, SAM)],
        &[(MIA, SAM), (SAM, TESS)],
    ];
    for away in chains {
        let setting = without(away);
        let order = acted_on(&setting, State::PendingApproval);
        assert_eq!(
            approve(&setting, &order, SAM),
            Err(Refusal::OwnOrder),
            "{away:?}"
        );
        // Nor does whom they chose themselves.
        assert_eq!(
            approve(&setting, &order, TESS),
            Err(Refusal::NotYours),
            "{away:?}"
        );
    }
}

/// Who may be forwarded Sam's order at that level.
fn entitled_to(setting: &Setting, state: State) -> Vec<PersonId> {
    let order = setting.sams(state);
    entitled(&order, &setting.ctx()).into_iter().collect()
}

#[test]
fn it_is_forwarded_to_the_managers_above_and_to_who_holds_the_role_asked() {
    let mut setting = Setting::demo();
    assert_eq!(
        entitled_to(&setting, State::PendingApproval),
        [CARLA, VIK, DORA]
    );
    assert_eq!(entitled_to(&setting, State::RequiresFinanceReview), [CARLA]);
    assert_eq!(entitled_to(&setting, State::RequiresExecutiveReview), []);
    let finance = vec![crate::role::Role::FinanceManager];
    setting.directory.people.get_mut(&PAT).unwrap().roles = finance.clone();
    setting.directory.people.get_mut(&SAM).unwrap().roles = finance;
    assert_eq!(
        entitled_to(&setting, State::RequiresFinanceReview),
        [CARLA, PAT],
        "never Sam, who raised it"
    );
    setting.directory.people.get_mut(&PAT).unwrap().active = false;
    assert_eq!(entitled_to(&setting, State::RequiresFinanceReview), [CARLA]);
}

#[test]
fn it_is_forwarded_by_whom_it_waits_for_and_by_who_stands_in_for_them() {
    let setting = without(&[(MIA, TESS)]);
    let order = acted_on(&setting, State::PendingApproval);
    let forwarded = |by| forward(&order, &setting.actor(by), DORA, &setting.ctx());
    assert!(forwarded(MIA).is_ok());
    let by = By::Person {
        id: TESS,
        way: Way::Delegate,
        on_behalf_of: Some(MIA),
    };
    assert_eq!(forwarded(TESS), Ok(by));
    for other in [SAM, DORA, FAY, CARLA, PAT, AUD, OLI, ADA, VIK] {
        assert_eq!(forwarded(other), Err(Refusal::NotYours), "{other}");
    }
    for to in [SAM, MIA, TESS, FAY] {
        let refused = forward(&order, &setting.actor(MIA), to, &setting.ctx());
        assert_eq!(refused, Err(Refusal::NotEntitled), "{to}");
    }
}

#[test]
fn administrators_reassign_what_they_did_not_raise_and_never_to_themselves() {
    let setting = Setting::demo();
    let order = setting.sams(State::PendingApproval);
    let reassigned = |by, to| reassign(&order, &setting.actor(by), to);
    assert!(reassigned(ADA, TESS).is_ok());
    for to in [SAM, MIA, ADA] {
        assert_eq!(reassigned(ADA, to), Err(Refusal::NotEntitled), "{to}");
    }
    for other in [SAM, MIA, VIK, CARLA, AUD] {
        assert_eq!(reassigned(other, TESS), Err(Refusal::NotYours), "{other}");
    }
    let own = Order {
        submitter: ADA,
        ..order.clone()
    };
    assert_eq!(
        reassign(&own, &setting.actor(ADA), TESS),
        Err(Refusal::NotYours)
    );
    let approved = setting.sams(State::Approved);
    assert_eq!(
        reassign(&approved, &setting.actor(ADA), TESS),
        Err(Refusal::NotYours)
    );
}

#[test]
fn a_level_that_comes_to_who_decided_a_lower_one_as_themselves_passes() {
    let setting = Setting::demo();
    let mut order = setting.sams(State::RequiresFinanceReview);
    assert_eq!(
        pass(&order, &setting.ctx()),
        None,
        "Fay has decided nothing"
    );
    order.waiting = Some(waiting(Level(2), MIA));
    let decision = pass(&order, &setting.ctx()).unwrap();
    let [step] = &decision.steps[..] else {
        panic!("{decision:?}")
    };
    assert_eq!(
        (step.event, step.level, step.by),
        (EventKind::Pass, Some(Level(2)), By::System)
    );
    assert_eq!(decision.after.state, State::RequiresExecutiveReview);
    assert_eq!(decision.after.current_approver, Some(CARLA));
    assert_eq!(pass(&on_hold(order.clone()), &setting.ctx()), None);
    order.approvals[0].way = Way::Delegate;
    assert_eq!(pass(&order, &setting.ctx()), None);
}

#[test]
fn the_last_level_that_comes_to_who_decided_a_lower_one_ends_the_approval() {
    let setting = Setting::demo();
    let mut order = setting.sams(State::RequiresExecutiveReview);
    order.waiting = Some(waiting(Level(3), FAY));
    let decision = pass(&order, &setting.ctx()).unwrap();
    assert_eq!(decision.after.state, State::Approved);
    assert_eq!(decision.after.current_approver, None);
    let event = filled(EventKind::Approve, &order).unwrap();
    assert!(setting.decide(&order, &event, FAY).is_ok());
}
