//! The machine: an order, an event, who asks, and what the organisation looks like, to what changes, or why not.

use super::{
    After, Asked, By, Climb, Context, Decision, Effect, Event, EventKind, Guard, Order, Refusal,
    RejectionCategory, State, Step, Verdict, Way, answer, climb, decided_below, failing, stage,
};
use crate::{actor::Actor, approval_rule::Level};

/// Decides one event. Pure: the same arguments give the same answer.
pub fn decide(
    order: &Order,
    event: &Event,
    actor: &Actor,
    ctx: &Context<'_>,
) -> Result<Decision, Refusal> {
    debug_assert!(
        !order.state.in_approval() || order.rule_set == Some(ctx.rules.id),
        "an order in approval is decided under the rules it was submitted under"
    );
    let by = answer(
        order,
        Asked {
            kind: event.kind(),
            event: Some(event),
        },
        actor,
        ctx,
    )?;
    let said = Said {
        by,
        note: event.note().map(str::to_owned),
        // Only an override has one.
        override_reason: match by {
            By::Person {
                way: Way::Override, ..
            } => event.override_reason().map(str::to_owned),
            By::Person {
                way: Way::Own | Way::Delegate,
                ..
            }
            | By::System
            | By::Timer => None,
        },
    };
    match event {
        Event::Submit => submit(order, said, ctx),
        Event::Approve { .. } => approve(order, said, ctx),
        Event::Reject { category, .. } => reject(order, said, *category),
        Event::Withdraw { .. } => Ok(withdraw(order, said)),
        Event::Reopen { .. } => Ok(reopen(order, said)),
        Event::StartProcessing { .. } => Ok(moved(
            order,
            EventKind::StartProcessing,
            State::Processing,
            said,
        )),
        Event::Receive { received, .. } => {
            let effects = vec![Effect::SetReceived {
                received: received.clone(),
            }];
            Ok(Decision {
                effects,
                ..moved(order, EventKind::Receive, State::Processing, said)
            })
        }
        Event::Complete { .. } => Ok(moved(order, EventKind::Complete, State::Completed, said)),
        Event::Cancel { .. } => {
            let effects = drop_waiting(order, said.by);
            Ok(Decision {
                effects,
                ..moved(order, EventKind::Cancel, State::Cancelled, said)
            })
        }
    }
}

/// Who asks, and what they said.
pub(super) struct Said {
    by: By,
    note: Option<String>,
    override_reason: Option<String>,
}

impl Said {
    pub(super) const fn nothing(by: By) -> Said {
        Said {
            by,
            note: None,
            override_reason: None,
        }
    }
}

fn submit(order: &Order, said: Said, ctx: &Context<'_>) -> Result<Decision, Refusal> {
    // A guard refuses what has no rate.
    let required = order
        .level_by(ctx.rules)
        .ok_or(Refusal::RateUnknown(order.currency))?;
    let first = ctx
        .rules
        .levels_asked(required)
        .first()
        .copied()
        .unwrap_or(required);
    let first = stage(first, order, ctx).map_err(Refusal::NoApprover)?;
    Ok(Decision {
        steps: vec![step(order, EventKind::Submit, first.state, said)],
        effects: vec![Effect::FreezeContent, first.open()],
        after: After {
            approval_level: first.level.0,
            required_level: Some(required),
            priority: ctx.rules.level(required).map(|rule| rule.priority),
            rule_set: Some(ctx.rules.id),
            current_approver: Some(first.approver.person),
            sla_due_at: Some(first.due),
            ..after(order, first.state)
        },
    })
}

fn approve(order: &Order, said: Said, ctx: &Context<'_>) -> Result<Decision, Refusal> {
    let level = waited_for(order, EventKind::Approve)?;
    let climb = climb(order, said.by, ctx).map_err(Refusal::NoApprover)?;
    Ok(climbed(order, level, (said, Verdict::Approved), &climb))
}

/// Passes the level now waited for, where it came to wait for somebody who decided a lower one of this round as themselves
/// (spec purchase-orders.md, "pass"); `None` where it waits on, as it does while nothing of the vendor is approved.
pub fn pass(order: &Order, ctx: &Context<'_>) -> Option<Decision> {
    let waiting = order.waiting?;
    let passes = decided_below(order, By::System, waiting.approver)
        && failing(Guard::VendorClear, order, None, By::System, ctx).is_empty();
    let climb = passes.then(|| climb(order, By::System, ctx).ok())??;
    let said = (Said::nothing(By::System), Verdict::Passed);
    Some(climbed(order, waiting.level, said, &climb))
}

/// The level now waited for is decided, by whom and how; then every level that passes, up to the one that waits or the end.
fn climbed(
    order: &Order,
    decided: Level,
    (said, verdict): (Said, Verdict),
    climb: &Climb,
) -> Decision {
    let by = said.by;
    let event = if verdict == Verdict::Passed {
        EventKind::Pass
    } else {
        EventKind::Approve
    };
    let end = climb.waits.map_or(State::Approved, |stage| stage.state);
    let first = climb.passed.first().map_or(end, |stage| stage.state);
    let mut steps = vec![Step {
        level: Some(decided),
        ..step(order, event, first, said)
    }];
    let mut effects = vec![Effect::CloseDecision {
        level: decided,
        verdict,
        by,
    }];

    let next = climb
        .passed
        .iter()
        .skip(1)
        .map(|stage| stage.state)
        .chain([end]);
    for (stage, to) in climb.passed.iter().zip(next) {
        let passed = Step {
            from: stage.state,
            ..step(order, EventKind::Pass, to, Said::nothing(By::System))
        };
        steps.push(Step {
            level: Some(stage.level),
            ..passed
        });
        effects.push(stage.open());
        effects.push(Effect::CloseDecision {
            level: stage.level,
            verdict: Verdict::Passed,
            by: By::System,
        });
    }
    effects.extend(climb.waits.map(|stage| stage.open()));
    Decision {
        steps,
        effects,
        after: After {
            approval_level: climb.waits.map_or(0, |stage| stage.level.0),
            current_approver: climb.waits.map(|stage| stage.approver.person),
            sla_due_at: climb.waits.map(|stage| stage.due),
            ..after(order, end)
        },
    }
}

fn reject(
    order: &Order,
    said: Said,
    category: Option<RejectionCategory>,
) -> Result<Decision, Refusal> {
    let by = said.by;
    let level = waited_for(order, EventKind::Reject)?;
    let category = category.ok_or(Refusal::CategoryMissing)?;
    let reason = said.note.clone().ok_or(Refusal::ReasonMissing)?;
    Ok(Decision {
        steps: vec![Step {
            level: Some(level),
            category: Some(category),
            ..step(order, EventKind::Reject, State::Rejected, said)
        }],
        effects: vec![
            Effect::CloseDecision {
                level,
                verdict: Verdict::Rejected,
                by,
            },
            Effect::ArchiveLines { round: order.round },
        ],
        after: After {
            rejection: Some((category, reason)),
            ..after(order, State::Rejected)
        },
    })
}

fn withdraw(order: &Order, said: Said) -> Decision {
    let effects = drop_waiting(order, said.by);
    Decision {
        effects,
        ..back_to_draft(order, EventKind::Withdraw, said)
    }
}

fn reopen(order: &Order, said: Said) -> Decision {
    let restore = Effect::RestoreLines { round: order.round };
    let effects = if order.state == State::Rejected {
        vec![restore]
    } else {
        Vec::new()
    };
    Decision {
        effects,
        ..back_to_draft(order, EventKind::Reopen, said)
    }
}

/// Back for change: a new round in which nothing of the old one counts.
fn back_to_draft(order: &Order, event: EventKind, said: Said) -> Decision {
    let mut decision = moved(order, event, State::Draft, said);
    decision.after.round += 1;
    decision.after.required_level = None;
    decision.after.priority = None;
    decision.after.rule_set = None;
    decision
}

/// A plain move, with nothing else to carry out.
fn moved(order: &Order, event: EventKind, to: State, said: Said) -> Decision {
    Decision {
        steps: vec![step(order, event, to, said)],
        effects: Vec::new(),
        after: after(order, to),
    }
}

pub(super) fn step(order: &Order, event: EventKind, to: State, said: Said) -> Step {
    Step {
        event,
        from: order.state,
        to,
        by: said.by,
        level: None,
        round: order.round,
        note: said.note,
        override_reason: said.override_reason,
        category: None,
    }
}

/// The order in `state`, waiting for nobody.
pub(super) fn after(order: &Order, state: State) -> After {
    After {
        state,
        round: order.round,
        approval_level: 0,
        required_level: order.required_level,
        priority: order.priority,
        rule_set: order.rule_set,
        current_approver: None,
        sla_due_at: None,
        rejection: None,
    }
}

/// The level now waited for.
fn waited_for(order: &Order, event: EventKind) -> Result<Level, Refusal> {
    let level = order.waiting.map(|waiting| waiting.level);
    level.ok_or(Refusal::NotFromHere {
        state: order.state,
        event,
    })
}

/// Ends the open decision, if there is one: nobody is asked any more.
fn drop_waiting(order: &Order, by: By) -> Vec<Effect> {
    let close = |level| Effect::CloseDecision {
        level,
        verdict: Verdict::Dropped,
        by,
    };
    order
        .waiting
        .map(|waiting| close(waiting.level))
        .into_iter()
        .collect()
}
