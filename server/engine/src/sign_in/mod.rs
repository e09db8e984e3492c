//! Signing in by email and password (spec README, "Signing in"): the same answer in the same time whether the email or the
//! password is wrong, and slower with every failure, per account and per address, for all servers together.

mod throttle;

use std::net::IpAddr;

use domain::ids::PersonId;

use crate::{Engine, Error, Result, password};

pub use throttle::purge;
pub(crate) use throttle::{Counted, Tried, admit, clear, forgive};

/// The most characters of an email that are looked at.
const EMAIL_LENGTH: usize = 254;

/// Who signed in, and under which number their sessions stand: what [`crate::session_store::enter`] takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The person.
    pub person: PersonId,
    /// `people.credential_version` when they proved who they are.
    pub(crate) credential: i32,
    /// Whether they proved a second factor too.
    pub(crate) second_factor: bool,
}

/// Whose password was right, and who has a second factor to prove before they are signed in. Only [`crate::second_factor::enter`] makes
/// an [`Identity`] of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeAsked {
    pub(crate) person: PersonId,
    pub(crate) credential: i32,
}

impl CodeAsked {
    pub(crate) const fn person(self) -> PersonId {
        self.person
    }

    pub(crate) const fn proved(self) -> Identity {
        Identity {
            person: self.person,
            credential: self.credential,
            second_factor: true,
        }
    }
}

/// What a right password leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entered {
    /// They are signed in.
    In(Identity),
    /// A code is asked for.
    CodeAsked(CodeAsked),
}

/// An email as it is kept and looked up.
pub(crate) fn normal(email: &str) -> String {
    email
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(EMAIL_LENGTH)
        .collect::<String>()
        .to_lowercase()
}

/// Signs in, coming from `address`.
///
/// The try is counted before the password is looked at, so that a hundred at once do not get a hundred tries, and taken
/// back when it was right. Fails with [`Error::Refused`] when email and password do not belong together, and with
/// [`Error::TooMany`] while either the account or the address has to wait.
pub async fn sign_in(
    engine: &Engine,
    email: &str,
    password: &str,
    address: IpAddr,
) -> Result<Entered> {
    let email = normal(email);
    let turn = password::turn()?;
    let tried = admit(engine, &[Tried::Address(address), Tried::Account(&email)]).await?;
    let found = sqlx::query!(
        r#"SELECT id, password_hash, credential_version,
               EXISTS (SELECT FROM second_factors f WHERE f.person_id = people.id) AS "has_second_factor!"
           FROM people WHERE lower(email) = $1 AND deactivated_at IS NULL"#,
        email,
    )
    .fetch_optional(engine.pool())
    .await?;
    let hash = found
        .as_ref()
        .and_then(|person| person.password_hash.as_deref());
    let right = turn.verify(password, hash).await?;
    let Some(person) = found.filter(|_| right) else {
        return Err(wrong());
    };
    forgive(engine, &tried).await?;
    let asked = CodeAsked {
        person: PersonId(person.id),
        credential: person.credential_version,
    };
    Ok(if person.has_second_factor {
        Entered::CodeAsked(asked)
    } else {
        Entered::In(Identity {
            second_factor: false,
            ..asked.proved()
        })
    })
}

#[cfg(test)]
impl Entered {
    pub(crate) fn identity(self) -> Identity {
        match self {
            Entered::In(identity) => identity,
            Entered::CodeAsked(_) => panic!("a code is asked for"),
        }
    }
}

fn wrong() -> Error {
    Error::Refused {
        message: "Email and password do not belong together. Check both.".to_owned(),
        fields: Vec::new(),
    }
}

#[cfg(test)]
mod tests;
