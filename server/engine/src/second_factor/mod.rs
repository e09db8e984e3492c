//! A second factor besides the password: one-time codes of an authenticator app (RFC 6238), and recovery codes for who lost theirs
//! (spec README, "Signing in"; issue 4). An administrator may require one for an office, and for approving above an amount.
//!
//! A code works once. Wrong ones are counted for the person, for all servers together, and cost more and more time.

mod codes;
mod own;
mod remove;
mod settings;
mod store;

#[cfg(test)]
mod tests;

pub use codes::{Offer, RECOVERY_CODES};
pub use own::{
    SetUp, confirm, enter, offer, recovery_codes, renew_recovery_codes, set_up, turn_off, turn_on,
};
pub use remove::{remove, remove_by_command};
pub use settings::{Required, SETTINGS, required, set_required};

use domain::ids::PersonId;

use crate::{
    Engine, Error, Result, Tx,
    mail::{self, Letter, Mail},
    person,
    transition_log::{self, Entry},
};

/// Where people set up their own.
pub const ADDRESS: &str = "/account/second-factor";
/// Where a code is asked for at sign-in.
pub const SIGN_IN: &str = "/login/code";

/// Checks a code of `person`'s and uses it up, in the caller's transaction: who fails afterwards has used nothing.
///
/// # Errors
/// `Invalid` beside `code`; `NotFound` for who has no second factor.
async fn prove(tx: &mut Tx, engine: &Engine, person: PersonId, code: &str) -> Result<()> {
    let kept = store::lock(tx, person).await?.ok_or(Error::NotFound)?;
    let wrong = |says: &str| Err(Error::field("code", says));
    if let Some(step) = codes::step_of(engine, person, &kept.nonce, &digits(code))? {
        if step <= kept.last_step {
            return wrong("This code was used already. Wait for the next one.");
        }
        return store::use_step(tx, person, step).await;
    }
    match codes::recovery_index(engine, person, &kept.recovery_nonce, code) {
        Some(index) if kept.used & (1 << index) == 0 => {
            store::use_recovery_code(tx, person, 1 << index).await?;
            note(tx, engine, person, "use_recovery_code").await?;
            let left = codes::RECOVERY_CODES - 1 - kept.used.count_ones() as usize;
            let says = format!(
                "A recovery code was used in place of a code of your authenticator app. Of the others {left} are left."
            );
            tell(tx, engine, person, "A recovery code was used", &says).await
        }
        Some(_) => wrong("This recovery code was used already."),
        None => wrong(
            "This code is not right. Enter the six digits your app shows now, or a recovery code.",
        ),
    }
}

/// Six digits, however they are grouped.
fn digits(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace()).collect()
}

/// A row of the person's history, of what they did themselves.
async fn note(tx: &mut Tx, engine: &Engine, person: PersonId, event: &str) -> Result<()> {
    let entry = Entry::by_page(person, event, serde_json::Value::Null);
    transition_log::append(tx, engine, person::subject(person), &[entry]).await
}

/// Mails a person what became of their second factor: it is how they learn of it when it was somebody else.
async fn tell(
    tx: &mut Tx,
    engine: &Engine,
    person: PersonId,
    headline: &str,
    says: &str,
) -> Result<()> {
    let to = store::reader(tx, person).await?;
    let letter = Letter {
        headline: headline.to_owned(),
        paragraphs: vec![
            format!("Hello {},", to.name),
            says.to_owned(),
            "If that was not you, tell an administrator at once.".to_owned(),
        ],
        because: "You get this because it concerns how you sign in.".to_owned(),
        ..Letter::default()
    };
    let mail = Mail {
        person: Some(person),
        address: to.email,
        letter,
        thread: None,
        password_link: None,
        attachment: None,
    };
    mail::enqueue(tx, engine, &mail).await
}
