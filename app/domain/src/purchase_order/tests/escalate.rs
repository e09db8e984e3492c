//! Escalation (spec purchase-orders.md, "Levels"): who may decide too, when, and when nobody can.

use jiff::SignedDuration;

use super::samples::{Setting, bare};
use crate::{
    approval_rule::Level,
    ids::PersonId,
    permission::Permission,
    purchase_order::*,
    world::{ADA, AUD, CARLA, DORA, FAY, MIA, SAM, VIK, amount, now},
};

/// Sam's order, whose deadline is this moment.
fn late(setting: &Setting, state: State) -> Order {
    let mut order = setting.sams(state);
    if let Some(waiting) = &mut order.waiting {
        waiting.due = now();
    }
    order
}

fn to(setting: &Setting, order: &Order) -> Option<PersonId> {
    let decision = escalate(order, &setting.ctx()).unwrap();
    let [Effect::Escalate { to, .. }] = decision.effects[..] else {
        panic!("{:?}", decision.effects);
    };
    to
}

#[test]
fn at_the_deadline_the_approvers_manager_may_decide_too_and_nothing_else_moves() {
    let setting = Setting::demo();
    let order = late(&setting, State::PendingApproval);
    let decision = escalate(&order, &setting.ctx()).unwrap();
    let [step] = &decision.steps[..] else {
        panic!("{:?}", decision.steps);
    };
    assert_eq!((step.event, step.by), (EventKind::Escalate, By::Timer));
    assert_eq!((step.from, step.to), (order.state, order.state));
    assert_eq!(step.level, Some(Level(1)));
    let effect = Effect::Escalate {
        level: Level(1),
        to: Some(DORA),
    };
    assert_eq!(decision.effects, [effect]);
    assert_eq!(decision.after.current_approver, Some(MIA));
    assert_eq!(decision.after.sla_due_at, Some(now()), "it does not move");
    assert_eq!(decision.after.round, 1);

    let mut escalated = order;
    let waiting = escalated.waiting.as_mut().unwrap();
    (waiting.escalated, waiting.escalated_to) = (true, Some(DORA));
    for who in [MIA, DORA] {
        let answer = permission(
            &escalated,
            EventKind::Approve,
            &setting.actor(who),
            &setting.ctx(),
        );
        assert!(
            matches!(
                answer,
                Permission::Allowed(By::Person { way: Way::Own, .. })
            ),
            "{answer:?}"
        );
    }
}

#[test]
fn it_escalates_not_before_the_deadline_once_a_level_and_only_while_somebody_is_asked() {
    let setting = Setting::demo();
    let mut order = late(&setting, State::PendingApproval);
    order.waiting.as_mut().unwrap().due = now() + SignedDuration::from_secs(1);
    assert_eq!(
        escalate(&order, &setting.ctx()),
        Err(Refusal::DeadlineNotPassed)
    );
    let mut again = late(&setting, State::PendingApproval);
    again.waiting.as_mut().unwrap().escalated = true;
    assert_eq!(
        escalate(&again, &setting.ctx()),
        Err(Refusal::EscalatedAlready)
    );
    for state in State::ALL.iter().filter(|state| !state.in_approval()) {
        let refused = Err(Refusal::NotFromHere {
            state: *state,
            event: EventKind::Escalate,
        });
        assert_eq!(escalate(&late(&setting, *state), &setting.ctx()), refused);
    }
}

#[test]
fn who_left_and_who_raised_it_are_skipped() {
    let mut setting = Setting::demo();
    setting.directory.people.get_mut(&DORA).unwrap().active = false;
    assert_eq!(
        to(&setting, &late(&setting, State::PendingApproval)),
        Some(VIK)
    );
    // Fay's manager is Carla, who raised this one.
    let mut carlas = setting.order(State::RequiresFinanceReview, CARLA, amount("5000.00"));
    carlas.waiting.as_mut().unwrap().due = now();
    assert_eq!(carlas.waiting.unwrap().approver, FAY);
    assert_eq!(to(&setting, &carlas), None, "nobody is above Carla");
}

#[test]
fn without_anybody_above_it_escalates_to_nobody() {
    let mut setting = Setting::demo();
    assert_eq!(
        to(&setting, &late(&setting, State::RequiresExecutiveReview)),
        None
    );
    // Managers who run in a circle.
    setting.directory.people.get_mut(&MIA).unwrap().manager = Some(SAM);
    assert_eq!(to(&setting, &late(&setting, State::PendingApproval)), None);
    setting.directory.people.get_mut(&MIA).unwrap().manager = Some(PersonId(999));
    assert_eq!(to(&setting, &late(&setting, State::PendingApproval)), None);
}

#[test]
fn what_whoever_it_escalated_to_decided_as_themselves_passes_their_own_level() {
    let setting = Setting::demo();
    let mut order = setting.order(State::RequiresFinanceReview, SAM, amount("50000.00"));
    let waiting = order.waiting.as_mut().unwrap();
    (waiting.escalated, waiting.escalated_to) = (true, Some(CARLA));
    let decision = setting
        .decide(&order, &bare(EventKind::Approve).unwrap(), CARLA)
        .unwrap();
    assert_eq!(decision.after.state, State::Approved);
    // Nobody else may: neither the administrator without a reason, nor the auditor.
    let refused = setting.decide(&order, &bare(EventKind::Approve).unwrap(), ADA);
    assert_eq!(refused, Err(Refusal::OverrideReasonMissing));
    let refused = setting.decide(&order, &bare(EventKind::Approve).unwrap(), AUD);
    assert_eq!(refused, Err(Refusal::NotYours));
}
