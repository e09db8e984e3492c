//! What a link shows. Changes nothing, however often it is asked.

use std::net::IpAddr;

use domain::{
    permission::Permission,
    purchase_order::{By, EventKind},
};

use super::{Cause, Dead, find, store::Found};
use crate::{
    Engine, Error, Result,
    person::{self, SignedIn},
    purchase_order::{self, RecordView},
};

/// What a link opens.
#[derive(Clone, Debug)]
pub enum Look {
    /// The decision, to be made.
    Open(Box<Open>),
    /// Nothing any more.
    Dead(Dead),
}

/// A decision that can be made by the link.
#[derive(Clone, Debug)]
pub struct Open {
    /// Whose link it is: who acts, whoever holds it.
    pub person: SignedIn,
    /// The order as that person sees it, with what they can do by the link.
    pub record: RecordView,
    /// Why it is with them, one short sentence.
    pub why: String,
    /// Why it can't be approved now, if it can't; the link goes on working.
    pub blocked: Option<String>,
}

/// What the link of `token` shows to somebody at `address`.
///
/// # Errors
/// `NotFound` for an unknown token, `TooMany` after too many of these from one address.
pub async fn look(engine: &Engine, token: &str, address: IpAddr) -> Result<Look> {
    let found = find(engine, token, address).await?;
    if let Some(dead) = found.dead(engine.clock().now()) {
        return Ok(Look::Dead(dead));
    }
    let not_theirs = || Ok(Look::Dead(found.because(Cause::NotTheirs)));
    let Some(person) = bound(person::active(engine, engine.pool(), found.person).await?) else {
        return not_theirs();
    };
    let sign_in = || Ok(Look::Dead(found.because(Cause::SecondFactor)));
    if person.actor.second_factor.required {
        return sign_in();
    }
    let record = match purchase_order::record(engine, &person.actor, found.order).await {
        Err(Error::NotFound) => return not_theirs(),
        record => record?,
    };
    let answer = |kind| {
        record
            .actions
            .iter()
            .find(|(of, _)| *of == kind)
            .map(|(_, answer)| answer)
    };
    // Nothing blocks rejecting: its answer says as what they act.
    let Some(Permission::Allowed(by)) = answer(EventKind::Reject) else {
        return not_theirs();
    };
    let blocked = match answer(EventKind::Approve) {
        Some(Permission::Blocked(refusal)) if refusal.asks_second_factor() => return sign_in(),
        Some(Permission::Blocked(refusal)) => Some(refusal.to_string()),
        _ => None,
    };
    let why = why(engine, &found, &record, *by).await?;
    Ok(Look::Open(Box::new(Open {
        person,
        record,
        why,
        blocked,
    })))
}

/// Its person, as far as a link acts for them: deciding in an approver's place takes signing in.
pub(super) fn bound(person: Option<SignedIn>) -> Option<SignedIn> {
    let mut person = person?;
    person.actor.override_approvals = false;
    Some(person)
}

async fn why(engine: &Engine, found: &Found, record: &RecordView, by: By) -> Result<String> {
    let mut db = engine.pool().acquire().await?;
    if let By::Person {
        on_behalf_of: Some(principal),
        ..
    } = by
    {
        let principal = person::name(&mut db, principal).await?;
        return Ok(format!("You stand in for {principal}"));
    }
    let waiting = record.order.waiting;
    if waiting.is_some_and(|waiting| waiting.escalated_to == Some(found.person)) {
        return Ok("Escalated, because it was not decided in time".to_owned());
    }
    purchase_order::why(&mut db, found.decision, found.person).await
}
