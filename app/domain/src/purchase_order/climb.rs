//! From one level to the next: who is asked, until when, and which levels pass by themselves.

use jiff::{SignedDuration, Timestamp};

use super::{By, Context, Effect, Order, State, Way};
use crate::{
    approval_rule::{Level, NoApprover, Resolved},
    ids::PersonId,
};

/// A level and whom it asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stage {
    pub level: Level,
    pub state: State,
    pub approver: Resolved,
    pub assignee: PersonId,
    pub due: Timestamp,
    pub remind_at: Timestamp,
}

impl Stage {
    pub fn open(&self) -> Effect {
        Effect::OpenDecision {
            level: self.level,
            approver: self.approver.person,
            assignee: self.assignee,
            fallback: self.approver.fallback,
            due: self.due,
            remind_at: self.remind_at,
        }
    }
}

/// What follows an approval: levels that pass, lowest first, then the one that waits; `None`: the order is approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Climb {
    pub passed: Vec<Stage>,
    pub waits: Option<Stage>,
}

/// Whom a level asks, from now on.
pub(super) fn stage(level: Level, order: &Order, ctx: &Context<'_>) -> Result<Stage, NoApprover> {
    let approver = ctx.rules.approver(level, &ctx.routed(order))?;
    let Some(state) = State::of_level(level) else {
        return Err(NoApprover {
            level,
            wanted: format!("a state for level {level}"),
        });
    };
    let hours = ctx.rules.level(level).map_or(0, |rule| rule.sla_hours);
    let after = |minutes: i64| {
        ctx.now
            .checked_add(SignedDuration::from_mins(minutes))
            .unwrap_or(Timestamp::MAX)
    };
    let hours = i64::from(hours);
    Ok(Stage {
        level,
        state,
        approver,
        assignee: ctx
            .directory
            .assignee(approver.person, order.submitter, ctx.now),
        due: after(hours * 60),
        // At three quarters of it.
        remind_at: after(hours * 45),
    })
}

/// Where an approval by `by` of the level now waited for leads.
pub(super) fn climb(order: &Order, by: By, ctx: &Context<'_>) -> Result<Climb, NoApprover> {
    let required = order
        .required_level
        .or_else(|| order.level_by(ctx.rules))
        .unwrap_or(Level(1));
    let mut at = order.waiting.map(|waiting| waiting.level);
    let mut passed = Vec::new();
    while let Some(level) = at.and_then(|level| ctx.rules.level_after(level, required)) {
        let stage = stage(level, order, ctx)?;
        if !decided_below(order, by, stage.approver.person) {
            return Ok(Climb {
                passed,
                waits: Some(stage),
            });
        }
        passed.push(stage);
        at = Some(level);
    }
    Ok(Climb {
        passed,
        waits: None,
    })
}

/// Whether `person` decided a lower level of this round as themselves: earlier, or just now. What a delegate or an
/// override decided never passes another level.
pub(super) fn decided_below(order: &Order, by: By, person: PersonId) -> bool {
    let earlier = order
        .approvals
        .iter()
        .any(|approval| approval.by == person && approval.way == Way::Own);
    let now = match by {
        By::Person {
            id, way: Way::Own, ..
        } => id == person,
        By::Person {
            way: Way::Delegate | Way::Override,
            ..
        }
        | By::System
        | By::Timer => false,
    };
    earlier || now
}
