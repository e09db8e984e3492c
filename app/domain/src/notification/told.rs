//! Who is told what when an order moves (spec purchase-orders.md, "What each transition does").

use super::{Kind, To};
use crate::{
    ids::PersonId,
    purchase_order::{Decision, Effect, EventKind, Order, State},
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
    let asked = next.and_then(|_| asked(decision));
    let mut all = Vec::new();
    match event {
        EventKind::Submit | EventKind::Approve | EventKind::Pass => {
            all.extend(asked.map(|(person, kind)| told_to(person, kind)));
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
        | EventKind::Escalate
        | EventKind::StartProcessing
        | EventKind::Receive => {}
    }
    // A level that was left waits for nobody any more.
    if event != EventKind::Escalate {
        let asked = asked.map(|(person, _)| person);
        let others = waited(order)
            .into_iter()
            .filter(|person| *person != actor && ![next, asked].contains(&Some(*person)))
            .filter(|person| event != EventKind::Pass || !passed_by(order, *person));
        all.extend(others.map(|person| told_to(person, Kind::NoLongerWaiting)));
    }
    all
}

/// Who is told what when the open decision comes into other hands by `actor`: whom it waited for and does not any more, and whom it
/// waits for now, by `kind`; nobody of these where they `pass` it at once. Both orders with who stands in for whom.
pub fn told_of_handing(
    (before, after): (&Order, &Order),
    actor: PersonId,
    (kind, passes): (Kind, bool),
) -> Vec<Told> {
    let now = waited(after);
    let others = waited(before)
        .into_iter()
        .filter(|person| *person != actor && !now.contains(person));
    let mut all: Vec<Told> = others
        .map(|person| told_to(person, Kind::NoLongerWaiting))
        .collect();
    let asked = after
        .waiting
        .filter(|_| !passes)
        .map(|waiting| match waiting.delegates[0] {
            Some((delegate, _)) => told_to(delegate, Kind::AskedAsDelegate),
            None => told_to(waiting.approver, kind),
        });
    all.extend(asked);
    all
}

/// To whom the level that waits now is shown, and as what they are asked.
fn asked(decision: &Decision) -> Option<(PersonId, Kind)> {
    let opened = decision.effects.iter().rev();
    opened.into_iter().find_map(|effect| match effect {
        Effect::OpenDecision {
            approver, assignee, ..
        } if approver == assignee => Some((*approver, Kind::ApprovalAsked)),
        Effect::OpenDecision { assignee, .. } => Some((*assignee, Kind::AskedAsDelegate)),
        _ => None,
    })
}

/// Whether a level that passed at once came to them, so that they were not told that it waited.
fn passed_by(order: &Order, person: PersonId) -> bool {
    order.waiting.is_some_and(|waiting| {
        let delegate = waiting.delegates[0].map(|(delegate, _)| delegate);
        waiting.approver == person || delegate == Some(person)
    })
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
