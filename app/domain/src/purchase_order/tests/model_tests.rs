//! The search over everything reachable, law by law, and machines broken on purpose to show that it would notice.

use std::{collections::BTreeMap, fmt::Write, sync::LazyLock};

use super::{
    model::{Explored, Model, StandIns},
    model_laws::Law,
    samples::Setting,
};
use crate::{
    approval_rule::Level,
    ids::PersonId,
    purchase_order::*,
    world::{ADA, CARLA, FAY, MIA, SAM, VIK, amount},
};

fn nobody_else(_: &Model, _: PersonId, _: Option<PersonId>) -> [Option<(PersonId, PersonId)>; 2] {
    [None; 2]
}

/// The approver's delegate is the submitter, who may not; Mia is that of whoever it escalated to.
fn everyone_stands_in(
    model: &Model,
    approver: PersonId,
    escalated_to: Option<PersonId>,
) -> [Option<(PersonId, PersonId)>; 2] {
    [
        Some((model.submitter, approver)),
        escalated_to.map(|whom| (MIA, whom)),
    ]
}

/// Fay and Carla, who are approvers themselves, are everyone's delegates.
fn approvers_stand_in(
    _: &Model,
    approver: PersonId,
    _: Option<PersonId>,
) -> [Option<(PersonId, PersonId)>; 2] {
    [Some((FAY, approver)), Some((CARLA, approver))]
}

fn model(submitter: PersonId, overriding: &[PersonId], stand_ins: StandIns) -> Model {
    Model {
        setting: Setting::demo(),
        submitter,
        overriding: overriding.to_vec(),
        stand_ins,
        decide,
        escalate,
    }
}

/// Every submitter of the demo, which has one of every kind, climbing and straight, with every kind of stand-in.
static EXPLORED: LazyLock<Vec<(String, Explored)>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for submitter in Setting::demo().directory.people.keys().copied() {
        for straight in [false, true] {
            for mut model in [
                model(submitter, &[ADA, VIK], nobody_else),
                model(submitter, &[ADA, VIK, submitter], everyone_stands_in),
                model(submitter, &[CARLA, FAY, submitter], approvers_stand_in),
            ] {
                model.setting.rules.straight = straight;
                let name = model.setting.directory.name(submitter).to_owned();
                all.push((format!("{name}, straight: {straight}"), model.explore()));
            }
        }
    }
    all
});

fn assert_holds(law: Law) {
    for (scenario, explored) in EXPLORED.iter() {
        if let Some(story) = explored.stories.get(&law) {
            panic!("{law:?} is broken ({scenario}):\n{story}");
        }
    }
}

macro_rules! laws {
    ($($(#[$doc:meta])* $name:ident: $law:ident;)+) => {
        $($(#[$doc])* #[test] fn $name() { assert_holds(Law::$law); })+

        #[test]
        fn every_law_has_its_test() {
            let tested = [$(Law::$law),+];
            assert_eq!(tested.len(), MUTANTS.len());
            assert!(MUTANTS.iter().all(|(_, law, _)| tested.contains(law)));
        }
    };
}

laws! {
    no_order_is_approved_without_a_decision_at_every_level_its_total_needs: EveryLevelDecided;
    nobody_decides_what_they_raised_by_any_way_whoever_they_are: NobodyTheirOwn;
    an_override_or_a_delegate_never_passes_another_level: OnlyOwnDecisionsPass;
    no_override_goes_without_a_reason: OverrideExplained;
    the_history_says_who_acted_and_as_what: HistoryIsTrue;
    nothing_new_is_agreed_with_a_vendor_on_hold_or_flagged: VendorIsClear;
    an_order_waits_for_someone_exactly_while_in_approval: WaitsExactlyInApproval;
    a_new_round_starts_exactly_when_an_order_comes_back_for_change: RoundsRise;
    every_step_is_a_row_of_the_table: StepsFollowTheTable;
    completed_and_cancelled_orders_stay_so: FinalStaysFinal;
    what_is_late_escalates_once_a_level_to_somebody_above_and_moves_nothing: EscalatesOnceWhenLate;
    every_reachable_order_can_be_brought_to_an_end: AnEndIsReachable;
    every_open_order_with_a_clear_vendor_can_still_be_completed: CompletionIsReachable;
}

#[test]
fn the_search_uses_every_row_of_the_table_but_those_that_cannot_happen() {
    let used: Vec<_> = EXPLORED
        .iter()
        .flat_map(|(_, explored)| &explored.rows_used)
        .collect();
    let unused: Vec<_> = TRANSITIONS
        .iter()
        .map(|row| (row.from, row.event))
        .filter(|row| !used.contains(&row))
        .collect();
    // No level is below the first.
    let expected = [(State::PendingApproval, EventKind::Pass)];
    assert_eq!(unused, expected);
}

#[test]
fn the_search_is_not_empty() {
    for (scenario, explored) in EXPLORED.iter() {
        assert!(explored.configs > 200, "{scenario}: {}", explored.configs);
    }
}

/// Breaks a machine on purpose.
type Breaks = fn(&mut Model);

/// A machine broken on purpose, and the law that must notice.
const MUTANTS: &[(&str, Law, Breaks)] = &[
    (
        "asks only the first level",
        Law::EveryLevelDecided,
        |model| {
            model.decide = |order, event, actor, ctx| {
                let required_level = order.required_level.map(|_| Level(1));
                decide(
                    &Order {
                        required_level,
                        ..order.clone()
                    },
                    event,
                    actor,
                    ctx,
                )
            }
        },
    ),
    ("forgets who raised it", Law::NobodyTheirOwn, |model| {
        model.decide = |order, event, actor, ctx| {
            let submitter = if order.state.in_approval() {
                PersonId(0)
            } else {
                order.submitter
            };
            decide(
                &Order {
                    submitter,
                    ..order.clone()
                },
                event,
                actor,
                ctx,
            )
        }
    }),
    (
        "takes every decision as own",
        Law::OnlyOwnDecisionsPass,
        |model| {
            model.decide = |order, event, actor, ctx| {
                let mut order = order.clone();
                for approval in &mut order.approvals {
                    approval.way = Way::Own;
                }
                decide(&order, event, actor, ctx)
            }
        },
    ),
    (
        "explains overrides by itself",
        Law::OverrideExplained,
        |model| {
            model.decide = |order, event, actor, ctx| {
                let mut event = event.clone();
                if let Event::Approve {
                    override_reason, ..
                } = &mut event
                {
                    override_reason.get_or_insert_with(|| "because".to_owned());
                }
                decide(order, &event, actor, ctx)
            }
        },
    ),
    (
        "writes the approver for whoever decided",
        Law::HistoryIsTrue,
        |model| {
            model.decide = |order, event, actor, ctx| {
                let mut decision = decide(order, event, actor, ctx)?;
                if let Some(waiting) = order.waiting {
                    let id = waiting.approver;
                    decision.steps[0].by = By::Person {
                        id,
                        way: Way::Own,
                        on_behalf_of: None,
                    };
                }
                Ok(decision)
            }
        },
    ),
    ("ignores flags", Law::VendorIsClear, |model| {
        model.decide = |order, event, actor, ctx| {
            let mut order = order.clone();
            if let Some(vendor) = &mut order.vendor {
                vendor.flag_reason = None;
            }
            decide(&order, event, actor, ctx)
        }
    }),
    (
        "forgets the deadline",
        Law::WaitsExactlyInApproval,
        |model| {
            model.decide = |order, event, actor, ctx| {
                let mut decision = decide(order, event, actor, ctx)?;
                decision.after.sla_due_at = None;
                Ok(decision)
            }
        },
    ),
    ("keeps the round on withdraw", Law::RoundsRise, |model| {
        model.decide = |order, event, actor, ctx| {
            let mut decision = decide(order, event, actor, ctx)?;
            if event.kind() == EventKind::Withdraw {
                decision.after.round = order.round;
            }
            Ok(decision)
        }
    }),
    ("skips processing", Law::StepsFollowTheTable, |model| {
        model.decide = |order, event, actor, ctx| {
            let mut decision = decide(order, event, actor, ctx)?;
            if event.kind() == EventKind::StartProcessing {
                decision.steps[0].to = State::Completed;
                decision.after.state = State::Completed;
            }
            Ok(decision)
        }
    }),
    (
        "reopens what was cancelled",
        Law::FinalStaysFinal,
        |model| {
            model.decide = |order, event, actor, ctx| {
                let cancelled = order.state == State::Cancelled;
                let state = if cancelled {
                    State::Rejected
                } else {
                    order.state
                };
                decide(
                    &Order {
                        state,
                        ..order.clone()
                    },
                    event,
                    actor,
                    ctx,
                )
            }
        },
    ),
    (
        "escalates again and again",
        Law::EscalatesOnceWhenLate,
        |model| {
            model.escalate = |order, ctx| {
                let mut order = order.clone();
                if let Some(waiting) = &mut order.waiting {
                    waiting.escalated = false;
                }
                escalate(&order, ctx)
            }
        },
    ),
    ("never completes", Law::AnEndIsReachable, |model| {
        model.decide = |order, event, actor, ctx| {
            if event.kind() == EventKind::Complete {
                return Err(Refusal::NotYours);
            }
            decide(order, event, actor, ctx)
        }
    }),
    (
        "never starts large orders",
        Law::CompletionIsReachable,
        |model| {
            model.decide = |order, event, actor, ctx| {
                if event.kind() == EventKind::StartProcessing && order.total > amount("10000.00") {
                    return Err(Refusal::NotYours);
                }
                decide(order, event, actor, ctx)
            }
        },
    ),
];

/// The counter-example that a broken machine or rule set gives.
fn story(law: Law, change: impl FnOnce(&mut Model)) -> String {
    let mut model = model(SAM, &[CARLA, SAM], everyone_stands_in);
    change(&mut model);
    let stories: BTreeMap<Law, String> = model.explore().stories;
    let story = stories.get(&law);
    story
        .unwrap_or_else(|| panic!("{law:?} went unnoticed; noticed: {:?}", stories.keys()))
        .clone()
}

#[test]
fn every_machine_broken_on_purpose_is_noticed_with_a_short_story() {
    let mut text = String::new();
    for (name, law, breaks) in MUTANTS {
        let story = story(*law, breaks);
        writeln!(text, "A machine that {name} breaks {law:?}:\n{story}\n").unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn a_limit_off_by_one_cent_is_noticed_with_a_short_story() {
    insta::assert_snapshot!(story(Law::EveryLevelDecided, |model| {
        model.setting.rules.levels[2].from_amount = amount("10000.02");
    }));
}
