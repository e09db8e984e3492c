//! Who may do what to an order, and who sees it (spec README, "Permissions" and "Who sees what").
//!
//! One answer, driven by the table: [`permission`] shapes the button with it, `decide` refuses the request with it.

use jiff::Timestamp;

use super::{By, Event, EventKind, Guard, Order, Refusal, State, Way, Who, failing, transition};
use crate::{
    actor::Actor,
    approval_rule::{Routed, RuleSet},
    directory::Directory,
    ids::PersonId,
    permission::Permission,
    role::Role,
    second_factor::Standing,
};

/// What a decision needs besides the order and the actor.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Of a draft: today's rules for it. Afterwards: those it was submitted under (`Order::rule_set`).
    pub rules: &'a RuleSet,
    /// The organisation as it is now.
    pub directory: &'a Directory,
    /// The clock's now.
    pub now: Timestamp,
}

impl<'a> Context<'a> {
    /// What routing needs to know of an order.
    pub const fn routed(&self, order: &Order) -> Routed<'a> {
        Routed {
            submitter: order.submitter,
            department: order.department,
            directory: self.directory,
        }
    }
}

/// Whether `actor` may do `kind` to `order` now, and as whom.
///
/// What only the filled-in form can tell (a reason, a note, quantities) is not asked yet. Of a draft this is the answer
/// for what is saved: its form keeps *Submit for approval* enabled, because pressing it saves what is typed first.
pub fn permission(
    order: &Order,
    kind: EventKind,
    actor: &Actor,
    ctx: &Context<'_>,
) -> Permission<Refusal, By> {
    match answer(order, Asked { kind, event: None }, actor, ctx) {
        Ok(by) => Permission::Allowed(by),
        Err(Stop::Never(_)) => Permission::Hidden,
        Err(Stop::Now(refusal)) => Permission::Blocked(refusal),
    }
}

/// What is asked: a button to be shown (no event yet), or a request.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub kind: EventKind,
    pub event: Option<&'a Event>,
}

/// Why not: never this person's or not from here, or only not now.
pub(super) enum Stop {
    Never(Refusal),
    Now(Refusal),
}

impl From<Stop> for Refusal {
    fn from(stop: Stop) -> Refusal {
        match stop {
            Stop::Never(refusal) | Stop::Now(refusal) => refusal,
        }
    }
}

/// The row of the table, then who, then every guard: as whom the actor acts, or why not.
pub(super) fn answer(
    order: &Order,
    asked: Asked<'_>,
    actor: &Actor,
    ctx: &Context<'_>,
) -> Result<By, Stop> {
    let Some(row) = transition(order.state, asked.kind) else {
        return Err(Stop::Never(Refusal::NotFromHere {
            state: order.state,
            event: asked.kind,
        }));
    };
    if row.guards.contains(&Guard::NotSubmitter) && actor.id == order.submitter {
        return Err(Stop::Never(Refusal::OwnOrder));
    }
    let standing = row.who.iter().find_map(|who| standing(*who, order, actor));
    let by = standing.ok_or(Stop::Never(Refusal::NotYours))?;
    let refusals = row
        .guards
        .iter()
        .flat_map(|guard| failing(*guard, order, asked.event, by, ctx))
        .chain(unproved(row.guards, order, actor, ctx));
    Refusal::all(refusals).map_or(Ok(by), |refusal| Err(Stop::Now(refusal)))
}

/// A second factor that is asked and not proved.
fn unproved(guards: &[Guard], order: &Order, actor: &Actor, ctx: &Context<'_>) -> Option<Refusal> {
    let above = ctx.directory.second_factor_above?;
    let asked = guards.contains(&Guard::SecondFactor) && above.asks(order);
    let standing = actor.second_factor.standing;
    (asked && standing != Standing::Confirmed).then_some(Refusal::SecondFactor {
        above,
        set_up: standing == Standing::SetUp,
    })
}

/// As what the actor is one of `who`; `None` when they are not.
fn standing(who: Who, order: &Order, actor: &Actor) -> Option<By> {
    let own = By::Person {
        id: actor.id,
        way: Way::Own,
        on_behalf_of: None,
    };
    match who {
        Who::Submitter => (actor.id == order.submitter).then_some(own),
        Who::Purchasing => actor.has(Role::Purchasing).then_some(own),
        Who::Approver => {
            let (way, on_behalf_of) = way_to_decide(order, actor)?;
            Some(By::Person {
                id: actor.id,
                way,
                on_behalf_of,
            })
        }
        Who::System | Who::Timer => None,
    }
}

/// By which way the actor may decide what is waited for now, the most personal first, and for whom.
pub(super) fn way_to_decide(order: &Order, actor: &Actor) -> Option<(Way, Option<PersonId>)> {
    let waiting = order.waiting.as_ref()?;
    if actor.id == waiting.approver || Some(actor.id) == waiting.escalated_to {
        return Some((Way::Own, None));
    }
    // Nobody decides for the one who raised it, should they ever stand as a principal.
    let stands_in = |(delegate, principal): &&(PersonId, PersonId)| {
        *delegate == actor.id && *principal != order.submitter
    };
    if let Some((_, principal)) = waiting.delegates.iter().flatten().find(stands_in) {
        return Some((Way::Delegate, Some(*principal)));
    }
    actor.override_approvals.then_some((Way::Override, None))
}

/// How the actor stands to an order through other records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relation {
    /// They decided it at some level of some round.
    pub decided: bool,
    /// They are above its submitter in the chain of managers.
    pub manages_submitter: bool,
}

/// Whether the actor may see the order at all; otherwise it answers 404 (spec README, "Who sees what").
pub fn sees(order: &Order, actor: &Actor, relation: Relation) -> bool {
    actor.id == order.submitter
        || relation.decided
        || relation.manages_submitter
        || way_to_decide(order, actor).is_some()
        || sees_all(actor)
        || (actor.has(Role::Purchasing) && approved_once(order))
}

/// Whether the actor's office shows them every order.
pub fn sees_all(actor: &Actor) -> bool {
    [
        Role::FinanceManager,
        Role::Executive,
        Role::Auditor,
        Role::Administrator,
    ]
    .into_iter()
    .any(|role| actor.has(role))
}

/// From *approved* on: what purchasing sees.
fn approved_once(order: &Order) -> bool {
    match order.state {
        State::Approved | State::Processing | State::Completed => true,
        State::Cancelled => order.was_approved,
        State::Draft
        | State::PendingApproval
        | State::RequiresFinanceReview
        | State::RequiresExecutiveReview
        | State::Rejected => false,
    }
}

/// Whether the actor may change the order's fields and lines: only a draft, only its submitter.
pub fn can_edit(order: &Order, actor: &Actor) -> bool {
    order.state == State::Draft && actor.id == order.submitter
}
