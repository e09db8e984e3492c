//! Deciding by a link: one transaction, as by the page.

use std::net::IpAddr;

use domain::purchase_order::{Event, State};

use super::{Cause, find, look::bound, store};
use crate::{
    Engine, Error, Result, person,
    purchase_order::{self, Command},
    request::{self, Form},
    token,
};

/// Decides as the person the link of `token` is bound to, from a page of the link that `form` was rendered on. The same form
/// again changes nothing and succeeds.
///
/// # Errors
/// `NotFound` for an unknown token, `TooMany` after too many of these from one `address`; `Stale` when the link does nothing any
/// more or the order moved on; `Refused` and `Invalid` by the order's rules: then the link goes on working.
pub async fn decide(
    engine: &Engine,
    token: &str,
    address: IpAddr,
    form: Form,
    event: Event,
) -> Result<()> {
    let found = find(engine, token, address).await?;
    match in_one(engine, token, &found, (form, event)).await {
        Err(Error::Repeated(_)) => Ok(()),
        done => done.map(|_| ()),
    }
}

async fn in_one(
    engine: &Engine,
    token: &str,
    found: &store::Found,
    (form, event): (Form, Event),
) -> Result<State> {
    let mut tx = engine.begin_deciding().await?;
    // Where it leads is not kept: the address holds the token.
    request::claim(
        &mut tx,
        engine,
        found.person,
        form.request_id,
        "decide_by_link",
    )
    .await?;
    purchase_order::lock(&mut tx, found.order).await?;
    let now = engine.clock().now();
    let found = store::find(&mut tx, &token::hash(token))
        .await?
        .ok_or(Error::NotFound)?;
    let command = Command {
        id: found.order,
        version: form.version,
        request_id: form.request_id,
        event,
    };
    let not_theirs = || Error::Stale(found.because(Cause::NotTheirs).said());
    if let Some(dead) = found.dead(now) {
        return Err(Error::Stale(dead.said()));
    }
    let person =
        bound(person::active(engine, &mut *tx, found.person).await?).ok_or_else(not_theirs)?;
    if person.actor.second_factor.required {
        return Err(Error::Stale(found.because(Cause::SecondFactor).said()));
    }
    let decided = purchase_order::decide_by_link(&mut tx, engine, &person.actor, &command).await;
    let state = decided.map_err(|error| match error {
        Error::NotFound | Error::Forbidden(_) => not_theirs(),
        other => other,
    })?;
    if !store::set_used(&mut tx, found.id, now).await? {
        return Err(Error::internal(format!(
            "approval link {} was used twice",
            found.id
        )));
    }
    tx.commit().await?;
    purchase_order::counted(command.event.kind());
    Ok(state)
}
