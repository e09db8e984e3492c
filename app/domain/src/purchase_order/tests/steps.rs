//! What each transition does (spec purchase-orders.md, "What each transition does").

use jiff::SignedDuration;

use super::samples::{Setting, bare, everything, filled, quantity, waiting};
use crate::{
    approval_rule::{Level, NoApprover, Priority},
    ids::PersonId,
    purchase_order::*,
    world::{ADA, CARLA, FAY, MIA, PAT, SAM, TESS, VIK, amount, now},
};

fn own(id: PersonId) -> By {
    By::Person {
        id,
        way: Way::Own,
        on_behalf_of: None,
    }
}

fn closed(level: u8, verdict: Verdict, by: By) -> Effect {
    Effect::CloseDecision {
        level: Level(level),
        verdict,
        by,
    }
}

fn opened(level: u8, approver: PersonId, fallback: bool, hours: i64) -> Effect {
    Effect::OpenDecision {
        level: Level(level),
        approver,
        assignee: approver,
        fallback,
        due: now() + SignedDuration::from_hours(hours),
        remind_at: now() + SignedDuration::from_mins(hours * 45),
    }
}

fn path(decision: &Decision) -> Vec<(EventKind, State, State)> {
    decision
        .steps
        .iter()
        .map(|step| (step.event, step.from, step.to))
        .collect()
}

fn approve(setting: &Setting, order: &Order, by: PersonId) -> Decision {
    setting
        .decide(order, &filled(EventKind::Approve, order).unwrap(), by)
        .unwrap()
}

#[test]
fn submit_freezes_the_content_and_asks_the_first_level() {
    let setting = Setting::demo();
    let decision = setting
        .decide(&setting.sams(State::Draft), &Event::Submit, SAM)
        .unwrap();
    assert_eq!(
        path(&decision),
        [(EventKind::Submit, State::Draft, State::PendingApproval)]
    );
    assert_eq!(
        decision.effects,
        [Effect::FreezeContent, opened(1, MIA, false, 24)]
    );
    let expected = After {
        state: State::PendingApproval,
        round: 1,
        approval_level: 1,
        required_level: Some(Level(3)),
        priority: Some(Priority::Urgent),
        rule_set: Some(setting.rules.id),
        current_approver: Some(MIA),
        sla_due_at: Some(now() + SignedDuration::from_hours(24)),
        rejection: None,
    };
    assert_eq!(decision.after, expected);
}

#[test]
fn a_straight_rule_submits_to_the_required_level_at_once() {
    let mut setting = Setting::demo();
    setting.rules.straight = true;
    let decision = setting
        .decide(&setting.sams(State::Draft), &Event::Submit, SAM)
        .unwrap();
    assert_eq!(decision.after.state, State::RequiresExecutiveReview);
    assert_eq!(decision.effects[1], opened(3, CARLA, false, 72));
    let waiting = setting.sams(State::RequiresExecutiveReview);
    assert_eq!(
        approve(&setting, &waiting, CARLA).after.state,
        State::Approved
    );
}

#[test]
fn approve_below_the_required_level_asks_the_next_with_its_own_deadline() {
    let setting = Setting::demo();
    let decision = approve(&setting, &setting.sams(State::PendingApproval), MIA);
    let expected = [(
        EventKind::Approve,
        State::PendingApproval,
        State::RequiresFinanceReview,
    )];
    assert_eq!(path(&decision), expected);
    assert_eq!(
        decision.effects,
        [
            closed(1, Verdict::Approved, own(MIA)),
            opened(2, FAY, false, 48)
        ]
    );
    assert_eq!(decision.steps[0].level, Some(Level(1)));
    assert_eq!(decision.steps[0].note.as_deref(), Some("As agreed"));
    assert_eq!(decision.after.current_approver, Some(FAY));
    assert_eq!(decision.after.approval_level, 2);
    assert_eq!(
        decision.after.priority,
        Some(Priority::Urgent),
        "that of the required level"
    );
}

#[test]
fn approve_at_the_required_level_approves_and_waits_for_nobody() {
    let setting = Setting::demo();
    for (total, state, approver) in [
        (amount("999.99"), State::PendingApproval, MIA),
        (amount("10000.00"), State::RequiresFinanceReview, FAY),
        (amount("10000.01"), State::RequiresExecutiveReview, CARLA),
    ] {
        let decision = approve(&setting, &setting.order(state, SAM, total), approver);
        assert_eq!(decision.after.state, State::Approved, "{total}");
        assert_eq!(decision.after.approval_level, 0);
        assert_eq!(
            (decision.after.current_approver, decision.after.sla_due_at),
            (None, None)
        );
        assert_eq!(decision.effects.len(), 1, "only the decision is closed");
    }
}

#[test]
fn a_level_asking_someone_who_decided_below_passes_in_the_same_transaction() {
    let setting = Setting::demo();
    let order = setting.order(State::PendingApproval, FAY, amount("5000.00"));
    let decision = approve(&setting, &order, CARLA);
    assert_eq!(
        path(&decision),
        [
            (
                EventKind::Approve,
                State::PendingApproval,
                State::RequiresFinanceReview
            ),
            (
                EventKind::Pass,
                State::RequiresFinanceReview,
                State::Approved
            ),
        ]
    );
    assert_eq!(decision.steps[1].by, By::System);
    assert_eq!(decision.steps[1].level, Some(Level(2)));
    assert_eq!(decision.steps[1].note, None);
    assert_eq!(
        decision.effects,
        [
            closed(1, Verdict::Approved, own(CARLA)),
            opened(2, CARLA, false, 48),
            closed(2, Verdict::Passed, By::System),
        ]
    );
    assert_eq!(decision.after.state, State::Approved);
}

#[test]
fn one_approval_passes_two_levels_when_both_ask_the_same_person() {
    let setting = Setting::demo();
    let order = setting.order(State::PendingApproval, FAY, amount("50000.00"));
    let decision = approve(&setting, &order, CARLA);
    let kinds: Vec<_> = decision.steps.iter().map(|step| step.event).collect();
    assert_eq!(
        kinds,
        [EventKind::Approve, EventKind::Pass, EventKind::Pass]
    );
    assert_eq!(decision.steps[2].from, State::RequiresExecutiveReview);
    assert_eq!(decision.after.state, State::Approved);
}

#[test]
fn a_level_in_between_is_still_asked_before_a_later_one_passes() {
    let setting = Setting::demo();
    let first = approve(
        &setting,
        &setting.order(State::PendingApproval, CARLA, amount("20000.00")),
        ADA,
    );
    assert_eq!(first.after.state, State::RequiresFinanceReview);
    let second = setting.order(State::RequiresFinanceReview, CARLA, amount("20000.00"));
    assert_eq!(
        second.approvals,
        [Approval {
            level: Level(1),
            by: ADA,
            way: Way::Own
        }]
    );
    let decision = approve(&setting, &second, FAY);
    assert_eq!(decision.steps[1].event, EventKind::Pass);
    assert_eq!(decision.after.state, State::Approved);
}

#[test]
fn what_was_decided_by_override_or_as_a_delegate_passes_nothing() {
    let setting = Setting::demo();
    for way in [Way::Override, Way::Delegate] {
        let mut order = setting.order(State::RequiresFinanceReview, SAM, amount("50000.00"));
        order.approvals = vec![Approval {
            level: Level(1),
            by: CARLA,
            way,
        }];
        let decision = approve(&setting, &order, FAY);
        assert_eq!(
            decision.after.state,
            State::RequiresExecutiveReview,
            "{way:?}"
        );
        assert_eq!(decision.after.current_approver, Some(CARLA));
    }
}

#[test]
fn an_override_decides_only_the_level_now_waited_for_and_keeps_its_reason() {
    let setting = Setting::demo();
    let decision = approve(&setting, &setting.sams(State::PendingApproval), VIK);
    assert_eq!(decision.after.state, State::RequiresFinanceReview);
    let by = By::Person {
        id: VIK,
        way: Way::Override,
        on_behalf_of: None,
    };
    assert_eq!(decision.steps[0].by, by);
    assert_eq!(
        decision.steps[0].override_reason.as_deref(),
        Some("Mia is ill")
    );
}

#[test]
fn an_approver_who_could_also_override_decides_as_themselves() {
    let setting = Setting::demo();
    let mut order = setting.sams(State::PendingApproval);
    order.waiting = Some(waiting(Level(1), VIK));
    let decision = setting
        .decide(&order, &bare(EventKind::Approve).unwrap(), VIK)
        .unwrap();
    assert_eq!(decision.steps[0].by, own(VIK));
    let explained = approve(&setting, &order, VIK);
    assert_eq!(explained.steps[0].override_reason, None, "it was none");
}

#[test]
fn whoever_it_escalated_to_decides_as_themselves_and_a_delegate_for_someone() {
    let setting = Setting::demo();
    let mut order = setting.sams(State::PendingApproval);
    order.waiting = Some(Waiting {
        escalated_to: Some(TESS),
        delegates: [Some((PAT, MIA)), Some((FAY, TESS))],
        ..waiting(Level(1), MIA)
    });
    let by = |person| approve(&setting, &order, person).steps[0].by;
    assert_eq!(by(TESS), own(TESS));
    let for_whom = |id, whom| By::Person {
        id,
        way: Way::Delegate,
        on_behalf_of: Some(whom),
    };
    assert_eq!(by(PAT), for_whom(PAT, MIA));
    assert_eq!(by(FAY), for_whom(FAY, TESS));
    // As Mia's delegate Fay decided nothing herself: her own level still asks her.
    assert_eq!(
        approve(&setting, &order, FAY).after.current_approver,
        Some(FAY)
    );
}

#[test]
fn approving_is_refused_when_nobody_can_decide_the_next_level() {
    let mut setting = Setting::demo();
    let order = setting.sams(State::PendingApproval);
    setting.directory.people.get_mut(&FAY).unwrap().active = false;
    setting.rules.fallback = None;
    setting.rules.fallback_alternate = None;
    let wanted = "a finance manager".to_owned();
    let refusal = Refusal::NoApprover(NoApprover {
        level: Level(2),
        wanted,
    });
    let event = filled(EventKind::Approve, &order).unwrap();
    assert_eq!(setting.decide(&order, &event, MIA), Err(refusal));
    let small = setting.order(State::PendingApproval, SAM, amount("0.01"));
    assert_eq!(
        approve(&setting, &small, MIA).after.state,
        State::Approved,
        "no next level"
    );
}

#[test]
fn reject_stores_the_reason_and_archives_the_lines() {
    let setting = Setting::demo();
    let mut order = setting.sams(State::RequiresFinanceReview);
    order.round = 3;
    let event = filled(EventKind::Reject, &order).unwrap();
    let decision = setting.decide(&order, &event, FAY).unwrap();
    let expected = [
        closed(2, Verdict::Rejected, own(FAY)),
        Effect::ArchiveLines { round: 3 },
    ];
    assert_eq!(decision.effects, expected);
    assert_eq!(
        decision.after.rejection,
        Some((RejectionCategory::Price, "Too dear".to_owned()))
    );
    assert_eq!(decision.after.round, 3);
    assert_eq!(decision.after.approval_level, 0);
    assert_eq!(
        decision.after.required_level,
        Some(Level(3)),
        "kept until it is a draft again"
    );
    let step = &decision.steps[0];
    assert_eq!(
        (step.category, step.note.as_deref()),
        (Some(RejectionCategory::Price), Some("Too dear"))
    );
}

#[test]
fn back_to_draft_starts_a_new_round_in_which_nothing_of_the_old_one_is_left() {
    let setting = Setting::demo();
    let dropped = vec![closed(1, Verdict::Dropped, own(SAM))];
    for (state, kind, effects) in [
        (State::PendingApproval, EventKind::Withdraw, dropped),
        (State::Approved, EventKind::Reopen, vec![]),
        (
            State::Rejected,
            EventKind::Reopen,
            vec![Effect::RestoreLines { round: 1 }],
        ),
    ] {
        let decision = setting
            .decide(&setting.sams(state), &bare(kind).unwrap(), SAM)
            .unwrap();
        let blank = After {
            state: State::Draft,
            round: 2,
            approval_level: 0,
            required_level: None,
            priority: None,
            rule_set: None,
            current_approver: None,
            sla_due_at: None,
            rejection: None,
        };
        assert_eq!(decision.after, blank, "{state:?}");
        assert_eq!(decision.effects, effects, "{state:?}");
        assert_eq!(
            decision.steps[0].round, 1,
            "the history's row belongs to the round that ends"
        );
    }
}

#[test]
fn cancel_drops_what_was_waited_for() {
    let setting = Setting::demo();
    let cancel = bare(EventKind::Cancel).unwrap();
    let waiting = setting
        .decide(&setting.sams(State::RequiresExecutiveReview), &cancel, SAM)
        .unwrap();
    assert_eq!(waiting.effects, [closed(3, Verdict::Dropped, own(SAM))]);
    assert_eq!(waiting.after.current_approver, None);
    let draft = setting
        .decide(&setting.sams(State::Draft), &cancel, SAM)
        .unwrap();
    assert_eq!(draft.effects, []);
    assert_eq!(
        (draft.after.state, draft.after.round),
        (State::Cancelled, 1)
    );
}

#[test]
fn purchasing_processes_receives_and_completes() {
    let setting = Setting::demo();
    let act = |state, event: &Event| setting.decide(&setting.sams(state), event, PAT).unwrap();
    let started = act(State::Approved, &bare(EventKind::StartProcessing).unwrap());
    assert_eq!(started.after.state, State::Processing);
    let received = vec![(1, quantity("1.5"))];
    let some = act(
        State::Processing,
        &Event::Receive {
            received: received.clone(),
            note: None,
        },
    );
    assert_eq!(some.effects, [Effect::SetReceived { received }]);
    assert_eq!(some.after.state, State::Processing);
    let mut order = setting.sams(State::Processing);
    for (line, (_, quantity)) in order
        .lines
        .iter_mut()
        .zip(everything(&setting.sams(State::Processing)))
    {
        line.received = quantity;
    }
    let completed = setting
        .decide(&order, &Event::Complete { note: None }, PAT)
        .unwrap();
    assert_eq!(completed.after.state, State::Completed);
}
