//! What a timer does when a deadline has passed: somebody above the approver may decide too (spec purchase-orders.md, "Levels").

use jiff::SignedDuration;

use super::{
    After, By, Context, Decision, Effect, EventKind, Order, Refusal, Said, Step, after, failing,
    step, transition,
};

/// How long after an escalation operations are told of an order that still waits, and again from then on. At once where nobody is above.
pub const OVERDUE_EVERY: SignedDuration = SignedDuration::from_hours(24);

/// Escalates the level now waited for. The deadline, the approver and the order's state stay. Pure, as `decide` is.
///
/// # Errors
/// The order waits for nobody, the deadline has not passed, or this level of this round has escalated.
pub fn escalate(order: &Order, ctx: &Context<'_>) -> Result<Decision, Refusal> {
    let (event, state) = (EventKind::Escalate, order.state);
    let nothing_waits = Refusal::NotFromHere { state, event };
    let (Some(row), Some(waiting)) = (transition(state, event), order.waiting) else {
        return Err(nothing_waits);
    };
    let refusals = row
        .guards
        .iter()
        .flat_map(|guard| failing(*guard, order, None, By::Timer, ctx));
    if let Some(refusal) = Refusal::all(refusals) {
        return Err(refusal);
    }
    let level = waiting.level;
    Ok(Decision {
        steps: vec![Step {
            level: Some(level),
            ..step(order, event, state, Said::nothing(By::Timer))
        }],
        effects: vec![Effect::Escalate {
            level,
            to: ctx.routed(order).above(waiting.approver),
        }],
        after: After {
            approval_level: level.0,
            current_approver: Some(waiting.approver),
            sla_due_at: Some(waiting.due),
            ..after(order, state)
        },
    })
}
