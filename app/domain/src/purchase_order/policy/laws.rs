//! The laws, written out again: never by what `decide` says of itself, nor by the functions it asks.

use rust_decimal::Decimal;

use super::{Asked, Law, Policy};
use crate::{
    approval_rule::Level,
    purchase_order::{EventKind, Order, State, Way},
};

/// Which laws an accepted step breaks.
pub(super) fn broken(
    policy: &Policy<'_>,
    before: &Order,
    asked: &Asked,
    after: &Order,
) -> Vec<Law> {
    let decided = matches!(asked.event, EventKind::Approve | EventKind::Reject);
    let own = decided && asked.actor.id == before.submitter
        || after
            .waiting
            .as_ref()
            .is_some_and(|waiting| waiting.approver == after.submitter);
    let approved = after.state == State::Approved && before.state != State::Approved;
    let skipped = approved && !levels_decided(policy, after);
    [
        own.then_some(Law::NobodyTheirOwn),
        skipped.then_some(Law::LevelsDecided),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whether every level the total needs was decided, or passed by somebody who decided a lower one as themselves.
pub(super) fn levels_decided(policy: &Policy<'_>, order: &Order) -> bool {
    needed(policy, order.total).into_iter().all(|level| {
        let decided = order.approvals.iter().any(|given| given.level == level);
        let routed = policy.routed(order.submitter, order.department);
        let asked = policy.rules.approver(level, &routed).ok();
        let below = asked.is_some_and(|asked| {
            order.approvals.iter().any(|given| {
                given.by == asked.person && given.way == Way::Own && given.level < level
            })
        });
        decided || below
    })
}

/// The levels a total needs: the one whose band holds it, and where the rules climb those below.
fn needed(policy: &Policy<'_>, total: Decimal) -> Vec<Level> {
    let mut bands = policy.rules.levels.iter().collect::<Vec<_>>();
    bands.sort_by_key(|rule| rule.from_amount);
    let below = bands.iter().take_while(|rule| rule.from_amount <= total);
    let mut levels: Vec<Level> = below.map(|rule| rule.level).collect();
    if policy.rules.straight {
        levels = levels.split_off(levels.len().saturating_sub(1));
    }
    levels
}
