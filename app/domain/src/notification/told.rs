//! Who is told what when an order moves (spec purchase-orders.md, "What each transition does").

use super::{Kind, To};
use crate::{
    ids::PersonId,
    purchase_order::{Decision, EventKind, Order, State},
    role::Role,
};

/// Somebody is told something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Told {
    /// Who.
    pub to: To,
    /// What.
    pub kind: Kind,
}

/// Who is told what by `decision`, which `actor` caused and `order` stood before. Nobody is told what they did themselves, but
/// whoever has to do something next always is.
pub fn told(order: &Order, actor: PersonId, decision: &Decision) -> Vec<Told> {
    let Some(event) = decision.steps.first().map(|step| step.event) else {
        return Vec::new();
    };
    let next = decision.after.current_approver;
    let mut all = Vec::new();
    match event {
        EventKind::Submit | EventKind::Approve => {
            all.extend(next.map(|person| told_to(person, Kind::ApprovalAsked)));
            if decision.after.state == State::Approved {
                all.push(told_to(order.submitter, Kind::Approved));
                all.push(Told {
                    to: To::Role(Role::Purchasing),
                    kind: Kind::ReadyToPlace,
                });
            }
        }
        EventKind::Reject => all.push(told_to(order.submitter, Kind::Rejected)),
        EventKind::Reopen | EventKind::Cancel if actor != order.submitter => {
            all.push(told_to(order.submitter, Kind::TakenBack));
        }
        EventKind::Complete if actor != order.submitter => {
            all.push(told_to(order.submitter, Kind::Completed));
        }
        EventKind::Withdraw
        | EventKind::Reopen
        | EventKind::Cancel
        | EventKind::Complete
        | EventKind::Pass
        | EventKind::Escalate
        | EventKind::StartProcessing
        | EventKind::Receive => {}
    }
    // A level that was left waits for nobody any more.
    if event != EventKind::Escalate {
        let others = waited(order)
            .into_iter()
            .filter(|person| *person != actor && Some(*person) != next);
        all.extend(others.map(|person| told_to(person, Kind::NoLongerWaiting)));
    }
    all
}

const fn told_to(person: PersonId, kind: Kind) -> Told {
    Told {
        to: To::Person(person),
        kind,
    }
}

/// For whom a decision waited: the approver, whoever it escalated to, and who stands in for either. Each once.
fn waited(order: &Order) -> Vec<PersonId> {
    let Some(waiting) = order.waiting else {
        return Vec::new();
    };
    let delegates = waiting.delegates.iter().flatten();
    let mut all: Vec<PersonId> = [waiting.approver]
        .into_iter()
        .chain(waiting.escalated_to)
        .chain(delegates.map(|(delegate, _)| *delegate))
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}
