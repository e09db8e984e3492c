//! Taking somebody's second factor away: for who lost their phone and their recovery codes.

use domain::{actor::Actor, ids::PersonId};
use serde_json::Value;

use super::{store, tell};
use crate::{
    Engine, Error, Result, Tx, person, request,
    request::Form,
    session_store,
    transition_log::{self, Entry},
};

/// An administrator takes it away and says why; the person is signed out everywhere and told by mail.
///
/// # Errors
/// `Forbidden` to whoever is no administrator, and for oneself; `Invalid` beside `reason`; `Stale`, `Repeated`.
pub async fn remove(
    engine: &Engine,
    by: &Actor,
    form: Form,
    id: PersonId,
    reason: &str,
) -> Result<()> {
    let reason = reason.trim();
    let mut tx = person::begin(engine, by, form.request_id, "remove_second_factor").await?;
    if by.id == id {
        return Err(Error::Forbidden(
            "Nobody takes their own second factor away here. Turn it off on your account's page, or ask another administrator.".to_owned(),
        ));
    }
    let found = person::lock_shown(&mut tx, id, form).await?;
    if reason.is_empty() {
        return Err(Error::field(
            "reason",
            "Say why, and how you know that it is them who asked.",
        ));
    }
    if reason.chars().count() > REASON_LENGTH {
        return Err(Error::field(
            "reason",
            format!("Use at most {REASON_LENGTH} characters."),
        ));
    }
    let entry = Entry {
        note: Some(reason.to_owned()),
        ..Entry::by_page(by.id, "remove_second_factor", Value::Null)
    };
    let removed = taken(&mut tx, engine, id, entry).await?;
    if !removed {
        return Err(Error::Stale(format!(
            "{} has no second factor.",
            found.profile.name
        )));
    }
    request::finish(&mut tx, by.id, form.request_id, &person::address(id)).await?;
    tx.commit().await?;
    Ok(())
}

/// Characters of a reason.
const REASON_LENGTH: usize = 500;

/// The same from the command line, for when no administrator can sign in. Returns the person's name.
///
/// # Errors
/// `NotFound` for an unknown email, `Stale` for who has none.
pub async fn remove_by_command(engine: &Engine, email: &str) -> Result<String> {
    let mut tx = engine.begin().await?;
    let email = crate::sign_in::normal(email);
    let found = sqlx::query!("SELECT id, name FROM people WHERE lower(email) = $1", email)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::NotFound)?;
    let entry = Entry {
        event: "remove_second_factor".to_owned(),
        way: "command",
        ..Entry::default()
    };
    if !taken(&mut tx, engine, PersonId(found.id), entry).await? {
        return Err(Error::Stale(format!(
            "{} has no second factor.",
            found.name
        )));
    }
    tx.commit().await?;
    Ok(found.name)
}

async fn taken(tx: &mut Tx, engine: &Engine, id: PersonId, entry: Entry) -> Result<bool> {
    if !store::delete(tx, id).await? {
        return Ok(false);
    }
    session_store::end_all(tx, id).await?;
    transition_log::append(tx, engine, person::subject(id), &[entry]).await?;
    let says = "An administrator took your second factor away. Signing in asks for your password only, until you set one up again.";
    tell(tx, engine, id, "Your second factor was taken away", says).await?;
    Ok(true)
}
