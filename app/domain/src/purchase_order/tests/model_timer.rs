//! The laws of what a timer does.

use super::{
    model::{Config, Model},
    model_laws::Law,
};
use crate::{ids::PersonId, purchase_order::*};

/// To whom it escalated.
pub fn escalated_to(decision: &Decision) -> Option<PersonId> {
    decision.effects.iter().find_map(|effect| match effect {
        Effect::Escalate { to, .. } => *to,
        _ => None,
    })
}

/// The laws a timer breaks that has just escalated an order.
pub fn broken_by_timer(
    model: &Model,
    before: &Config,
    order: &Order,
    decision: &Decision,
) -> Vec<Law> {
    let (after, to) = (&decision.after, escalated_to(decision));
    let stays = (after.state, after.round, after.current_approver)
        == (before.state, before.round, before.approver)
        && after.sla_due_at == order.waiting.map(|waiting| waiting.due)
        && after.required_level == before.required;
    let laws = [
        (
            Law::EscalatesOnceWhenLate,
            !before.late || before.escalated || !stays || !is_next_above(model, before, to),
        ),
        (Law::NobodyTheirOwn, to == Some(order.submitter)),
        (
            Law::HistoryIsTrue,
            !matches!(&decision.steps[..], [step] if step.by == By::Timer && step.level == before.state.level()),
        ),
    ];
    laws.into_iter()
        .filter(|(_, broken)| *broken)
        .map(|(law, _)| law)
        .collect()
}

/// Whether `to` is the first above the approver who is active and did not raise the order, found without the machine's help.
fn is_next_above(model: &Model, before: &Config, to: Option<PersonId>) -> bool {
    let person = |id| model.setting.directory.person(id);
    let mut above = before.approver.and_then(person).and_then(|p| p.manager);
    while let Some(id) = above {
        if id != model.submitter && person(id).is_some_and(|p| p.active) {
            break;
        }
        above = person(id).and_then(|p| p.manager);
    }
    above == to
}
