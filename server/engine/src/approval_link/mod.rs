//! Approving and rejecting from an email, signed in or not (spec README, "Approval links in emails").
//!
//! A link is bound to one person and to one decision, which is of one record, level and round for ever. It acts as that person
//! only, as far as the decision is theirs at that moment, never by override; it works once, for two weeks, and is worth nothing
//! once the decision has been made or dropped by any way. Looking at it changes nothing: mail scanners look at every link.

mod decide;
mod look;
mod store;

#[cfg(test)]
mod tests;

pub use decide::decide;
pub use look::{Look, Open, look};

use std::net::IpAddr;

use domain::{
    ids::{PersonId, PurchaseOrderId},
    purchase_order::State,
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    Engine, Error, Result, Tx,
    sign_in::{Tried, admit},
    token::{self, Purpose},
};
use store::Found;

/// How long a link works.
pub const LIFETIME_DAYS: i64 = 14;
/// How long it is known what a link was, after it expired.
const REMEMBERED_DAYS: i64 = 90;

/// Where a link leads: `/a/…`.
pub fn address(token: &str) -> String {
    format!("/a/{token}")
}

/// A link that works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    nonce: Vec<u8>,
}

impl Link {
    /// What its address ends with.
    pub fn token(&self, engine: &Engine) -> String {
        token::make(engine, Purpose::ApprovalLink, &self.nonce)
    }
}

/// `person`'s link to a decision (`decisions.id`), to be mailed to them; `None` when nobody waits for that any more. Asked again, it
/// is the same one for as long as it works: a reminder carries the link of the first mail.
pub async fn issue(
    tx: &mut Tx,
    engine: &Engine,
    decision: i64,
    person: PersonId,
) -> Result<Option<Link>> {
    let now = engine.clock().now();
    if !store::keep_open(tx, decision).await? {
        return Ok(None);
    }
    if let Some(nonce) = store::working(tx, decision, person, now).await? {
        return Ok(Some(Link { nonce }));
    }
    let link = Link {
        nonce: token::nonce().to_vec(),
    };
    let until = now + SignedDuration::from_hours(24 * LIFETIME_DAYS);
    let hash = token::hash(&link.token(engine));
    store::insert(tx, (decision, person), (&link.nonce, &hash), (now, until)).await?;
    Ok(Some(link))
}

/// Why a link does nothing any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It was used: it works once.
    Used,
    /// The decision was made by another way.
    Decided,
    /// The record was withdrawn, cancelled or changed, so nobody is asked any more.
    TakenBack,
    /// Its time is over.
    Expired,
    /// Deciding this takes a second factor, which a link cannot prove: its person has to sign in.
    SecondFactor,
    /// Its person left, or the decision is no longer theirs to make.
    NotTheirs,
}

/// A link that does nothing any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dead {
    /// Why.
    pub cause: Cause,
    /// What it was about.
    pub order: PurchaseOrderId,
    /// Whose it is.
    pub person: String,
    /// Where the order stands now.
    pub state: State,
    /// How the decision ended, by whom and when, where it has.
    pub ended: Option<(String, Option<String>, Timestamp)>,
}

impl Dead {
    /// What happened, in a sentence or two.
    pub fn said(&self) -> String {
        let (person, order) = (&self.person, format!("PO-{}", self.order));
        let by = |name: &Option<String>| match name {
            Some(name) => format!(" by {name}"),
            None => String::new(),
        };
        let ended = match &self.ended {
            Some((verdict, name, _)) => format!("{order} was {verdict}{}.", by(name)),
            None => String::new(),
        };
        match self.cause {
            Cause::Used => format!("This link works once, and it was used: {ended}"),
            Cause::Decided => format!("This was decided without the link: {ended}"),
            Cause::TakenBack => {
                format!("{order} was taken back or changed, so nobody waits for this decision.")
            }
            Cause::Expired => format!(
                "This link worked for {LIFETIME_DAYS} days. {order} still waits for a decision."
            ),
            Cause::SecondFactor => {
                format!(
                    "Deciding {order} takes {person}'s second factor, so the link alone does not. Sign in to decide."
                )
            }
            Cause::NotTheirs => {
                format!("This decision on {order} is not {person}'s to make any more.")
            }
        }
    }
}

/// The link of a token. One that is unknown counts against the address it comes from, as a wrong password does.
///
/// # Errors
/// `NotFound` for an unknown one, `TooMany` after too many of these.
async fn find(engine: &Engine, token: &str, address: IpAddr) -> Result<Found> {
    let hash = token::hash(token);
    if let Some(found) = store::find(&mut *engine.pool().acquire().await?, &hash).await? {
        return Ok(found);
    }
    admit(engine, &[Tried::Link(address)]).await?;
    Err(Error::NotFound)
}

/// Forgets links that expired long ago.
pub async fn purge(engine: &Engine) -> Result<u64> {
    let before = engine.clock().now() - SignedDuration::from_hours(24 * REMEMBERED_DAYS);
    store::purge(engine, before).await
}
