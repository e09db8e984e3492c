//! An open decision in other hands: forwarded by whom it waits for, reassigned by an administrator. The level, its deadline and
//! its round stay.

use std::collections::BTreeSet;

use super::{By, Context, Order, Refusal, Way, permission::way_to_decide};
use crate::{
    actor::Actor,
    approval_rule::{ApproverRule, Level},
    directory::Directory,
    ids::PersonId,
    role::Role,
};

/// As whom `actor` may forward what is waited for now; `None`: not theirs to forward. Who may only override decides, or leaves it.
pub fn may_forward(order: &Order, actor: &Actor) -> Option<By> {
    if actor.id == order.submitter {
        return None;
    }
    match way_to_decide(order, actor)? {
        (Way::Override, _) => None,
        (way, on_behalf_of) => Some(By::Person {
            id: actor.id,
            way,
            on_behalf_of,
        }),
    }
}

/// Whether `actor` may say whom the decision waits for: an administrator, never of what they raised.
pub fn may_reassign(order: &Order, actor: &Actor) -> bool {
    order.waiting.is_some() && actor.has(Role::Administrator) && actor.id != order.submitter
}

/// Forwards to `to`: as whom, or why not.
pub fn forward(
    order: &Order,
    actor: &Actor,
    to: PersonId,
    ctx: &Context<'_>,
) -> Result<By, Refusal> {
    let by = may_forward(order, actor).ok_or(Refusal::NotYours)?;
    if to != actor.id && entitled(order, ctx).contains(&to) {
        Ok(by)
    } else {
        Err(Refusal::NotEntitled)
    }
}

/// Reassigns to `to`, who is active: never to who raised it, nor to the administrator themselves.
pub fn reassign(order: &Order, actor: &Actor, to: PersonId) -> Result<By, Refusal> {
    if !may_reassign(order, actor) {
        return Err(Refusal::NotYours);
    }
    let asked = order.waiting.is_some_and(|waiting| waiting.approver == to);
    if to == order.submitter || to == actor.id || asked {
        return Err(Refusal::NotEntitled);
    }
    Ok(By::Person {
        id: actor.id,
        way: Way::Own,
        on_behalf_of: None,
    })
}

/// Who may be asked for the decision now waited for, in its approver's stead: whom the rules name, who holds the role they ask,
/// and the managers above; active, neither who raised it nor who is asked already.
pub fn entitled(order: &Order, ctx: &Context<'_>) -> BTreeSet<PersonId> {
    let Some(waiting) = order.waiting else {
        return BTreeSet::new();
    };
    let directory = ctx.directory;
    let mut people = named(order, waiting.level, ctx);
    people.extend(above(waiting.approver, directory));
    people.retain(|id| {
        let active = directory.person(*id).is_some_and(|person| person.active);
        active && *id != order.submitter && *id != waiting.approver
    });
    people
}

/// Everyone the rule of a level could mean.
fn named(order: &Order, level: Level, ctx: &Context<'_>) -> BTreeSet<PersonId> {
    let directory = ctx.directory;
    let holders = |role: Role| {
        let all = directory.people.values();
        let holders = all.filter(move |person| person.roles.contains(&role));
        holders.map(|person| person.id).collect()
    };
    let mut people: BTreeSet<PersonId> = match ctx.rules.level(level).map(|rule| rule.approver) {
        Some(ApproverRule::Manager) => above(order.submitter, directory),
        Some(ApproverRule::Role(role)) => holders(role),
        Some(ApproverRule::Cfo) => holders(Role::Executive),
        Some(ApproverRule::DepartmentHead | ApproverRule::Person(_)) | None => BTreeSet::new(),
    };
    let resolved = ctx.rules.approver(level, &ctx.routed(order)).ok();
    people.extend(resolved.map(|resolved| resolved.person));
    people
}

/// Everyone above a person in the chain of managers; a circle ends.
fn above(person: PersonId, directory: &Directory) -> BTreeSet<PersonId> {
    let mut seen = BTreeSet::new();
    let manager = |id| directory.person(id).and_then(|person| person.manager);
    let mut next = manager(person);
    while let Some(id) = next.filter(|id| seen.insert(*id)) {
        next = manager(id);
    }
    seen
}
