//! Setting one's own password by an emailed link: an invitation, or because it was forgotten (spec README, "Signing in").
//!
//! A link is bound to a person, to the email it was sent to and to the credentials they had: a password set meanwhile, another
//! email or leaving ends it. It works once. Looking at it changes nothing.

mod job;
mod store;

#[cfg(test)]
mod tests;

pub use job::SendPasswordReset;
pub(crate) use store::purge;

use std::net::IpAddr;

use domain::ids::PersonId;
use jiff::SignedDuration;

use crate::{
    Engine, Error, Result, Tx,
    mail::{self, Letter, Mail},
    password, person, session_store,
    sign_in::{self, Tried, admit},
    token,
    transition_log::{self, Entry},
};
use store::Found;

/// Where a link leads: `/reset/…`.
pub fn address(token: &str) -> String {
    format!("/reset/{token}")
}

/// Why a link was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Somebody new sets their first password. Seven days.
    Invitation,
    /// Somebody forgot theirs. One hour.
    Reset,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Purpose::Invitation => "invitation",
            Purpose::Reset => "reset",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Purpose::Invitation, Purpose::Reset]
            .into_iter()
            .find(|purpose| purpose.as_str() == name)
    }

    const fn lifetime(self) -> SignedDuration {
        match self {
            Purpose::Invitation => SignedDuration::from_hours(7 * 24),
            Purpose::Reset => SignedDuration::from_hours(1),
        }
    }
}

/// Makes a link for a person and mails it to them, in the caller's transaction. Returns its token, for whoever may hand it over
/// themselves.
pub(crate) async fn send(
    tx: &mut Tx,
    engine: &Engine,
    person: PersonId,
    purpose: Purpose,
) -> Result<String> {
    let nonce = token::nonce();
    let token = made(engine, &nonce);
    let now = engine.clock().now();
    let until = now + purpose.lifetime();
    let to = store::insert(
        tx,
        (person, purpose),
        (&nonce, &token::hash(&token)),
        (now, until),
    )
    .await?;
    let mail = Mail {
        person: Some(person),
        address: to.email,
        letter: letter(purpose, &to.name),
        thread: None,
        password_link: Some(to.link),
        attachment: None,
    };
    mail::enqueue(tx, engine, &mail).await?;
    Ok(token)
}

fn made(engine: &Engine, nonce: &[u8]) -> String {
    token::make(engine, token::Purpose::PasswordLink, nonce)
}

/// The token of a link (`password_links.id`), for the mail that brings it; `None` once it does nothing any more.
pub(crate) async fn token_of(engine: &Engine, link: i64) -> Result<Option<String>> {
    let nonce = store::working(engine, link).await?;
    Ok(nonce.map(|nonce| made(engine, &nonce)))
}

fn letter(purpose: Purpose, name: &str) -> Letter {
    let (headline, says, because) = match purpose {
        Purpose::Invitation => (
            "You are invited to Countersign",
            "An account was made for you. Choose a password of your own to sign in; the link works once, for seven days.",
            "You get this because an administrator of your organisation invited you.",
        ),
        Purpose::Reset => (
            "Set a new password",
            "Somebody asked to set a new password for your account. The link works once, for one hour. If it was not you, do \
             nothing: your password stays as it is.",
            "You get this because this address was entered where a forgotten password is asked for.",
        ),
    };
    Letter {
        headline: headline.to_owned(),
        paragraphs: vec![format!("Hello {name},"), says.to_owned()],
        because: because.to_owned(),
        ..Letter::default()
    }
}

/// Has a link sent to whoever has this email. The answer and the work are the same whether there is anybody: a job finds out.
///
/// # Errors
/// `Invalid` for what is no email, `TooMany` when it was asked too often, for this email or from this `address`.
pub async fn request_reset(engine: &Engine, email: &str, address: IpAddr) -> Result<()> {
    let email = sign_in::normal(email);
    if !domain::text::is_email(&email) {
        return Err(Error::field(
            "email",
            "Enter an email address like sam@example.com.",
        ));
    }
    admit(engine, &[Tried::ResetFrom(address), Tried::Reset(&email)]).await?;
    let mut tx = engine.begin().await?;
    job::enqueue(&mut tx, &email).await?;
    tx.commit().await?;
    Ok(())
}

/// A link that works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// Why it was sent.
    pub purpose: Purpose,
    /// Whose password it sets.
    pub name: String,
    /// What they sign in with.
    pub email: String,
}

/// What the link of `token` can do, for somebody at `address`; `None` when it does nothing any more.
///
/// # Errors
/// `NotFound` for an unknown token, `TooMany` after too many of these.
pub async fn look(engine: &Engine, token: &str, address: IpAddr) -> Result<Option<Open>> {
    let found = find(engine, token, address).await?;
    Ok(found.works(engine.clock().now()).then_some(Open {
        purpose: found.purpose,
        name: found.name,
        email: found.email,
    }))
}

async fn find(engine: &Engine, token: &str, address: IpAddr) -> Result<Found> {
    if let Some(found) = store::find(engine, &token::hash(token)).await? {
        return Ok(found);
    }
    admit(engine, &[Tried::Link(address)]).await?;
    Err(Error::NotFound)
}

/// Sets the password of the person the link of `token` is bound to, ends all their sessions and every other link of theirs.
///
/// # Errors
/// `Invalid` for `new_password`, `Stale` when the link does nothing any more; else as [`look`].
pub async fn set_password(engine: &Engine, token: &str, address: IpAddr, new: &str) -> Result<()> {
    let found = find(engine, token, address).await?;
    let gone =
        || Error::Stale("This link does not work any more, so nothing was changed.".to_owned());
    let now = engine.clock().now();
    if !found.works(now) {
        return Err(gone());
    }
    if let Some(fault) = password::fault(new, &found.name, &found.email) {
        return Err(Error::field("new_password", fault));
    }
    let hash = password::turn()?.hash(new).await?;
    let mut tx = engine.begin().await?;
    // Both only if they still are what they were: of two at once, one wins.
    let used = store::set_used(&mut tx, found.id, now).await?;
    if !used || !store::set_password(&mut tx, &found, &hash).await? {
        return Err(gone());
    }
    session_store::end_all(&mut tx, found.person).await?;
    sign_in::clear(&mut tx, &found.email).await?;
    let entry = Entry {
        event: "set_password".to_owned(),
        actor: Some(found.person),
        way: "link",
        ..Entry::default()
    };
    transition_log::append(&mut tx, engine, person::subject(found.person), &[entry]).await?;
    tx.commit().await?;
    Ok(())
}
