//! What people change of themselves: their password, their time zone.

use domain::ids::PersonId;
use serde_json::json;
use uuid::Uuid;

use super::{Form, profile::time_zone_fault, store, subject};
use crate::{
    Engine, Error, Result, password, request, session_store,
    sign_in::{Identity, Tried, admit, forgive},
    transition_log::{self, Entry},
};

/// Where people find their account.
const ADDRESS: &str = "/account";

/// Changes a person's own password and signs them out everywhere. The session that asked is entered anew with what this
/// returns.
///
/// # Errors
/// `Invalid` for `current_password` or `new_password`, `TooMany` after too many wrong ones: guesses here count as guesses at
/// sign-in do.
pub async fn change_password(
    engine: &Engine,
    person: PersonId,
    request_id: Uuid,
    current: &str,
    new: &str,
) -> Result<Identity> {
    let found = sqlx::query!(
        "SELECT name, email, password_hash FROM people WHERE id = $1 AND deactivated_at IS NULL",
        person.0,
    )
    .fetch_optional(engine.pool())
    .await?
    .ok_or(Error::NotFound)?;
    if let Some(fault) = password::fault(new, &found.name, &found.email) {
        return Err(Error::field("new_password", fault));
    }
    let turn = password::turn()?;
    let tried = admit(engine, &[Tried::Account(&found.email)]).await?;
    let wrong = || Error::field("current_password", "This is not your password.");
    if !turn.verify(current, found.password_hash.as_deref()).await? {
        return Err(wrong());
    }
    forgive(engine, &tried).await?;
    let hash = password::turn()?.hash(new).await?;
    let mut tx = engine.begin().await?;
    request::claim(&mut tx, engine, person, request_id, "change_password").await?;
    // Only over the password that was proved: two changes at once do not both win.
    let done = sqlx::query!(
        "UPDATE people SET password_hash = $3 WHERE id = $1 AND password_hash = $2",
        person.0,
        found.password_hash,
        hash,
    )
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() != 1 {
        return Err(wrong());
    }
    let identity = session_store::end_all(&mut tx, person).await?;
    let entry = Entry {
        event: "change_password".to_owned(),
        actor: Some(person),
        way: "page",
        ..Entry::default()
    };
    transition_log::append(&mut tx, engine, subject(person), &[entry]).await?;
    request::finish(&mut tx, person, request_id, ADDRESS).await?;
    tx.commit().await?;
    Ok(identity)
}

/// Changes the time zone in which a person reads times.
///
/// # Errors
/// `Invalid` for `time_zone`, `Stale` when the person was changed since.
pub async fn set_time_zone(
    engine: &Engine,
    person: PersonId,
    form: Form,
    time_zone: &str,
) -> Result<()> {
    if let Some(fault) = time_zone_fault(time_zone) {
        return Err(Error::Invalid(vec![fault]));
    }
    let mut tx = engine.begin().await?;
    request::claim(&mut tx, engine, person, form.request_id, "set_time_zone").await?;
    let old = store::lock(&mut tx, person, form).await?;
    if old.profile.time_zone != time_zone {
        sqlx::query!(
            "UPDATE people SET time_zone = $2, version = version + 1 WHERE id = $1",
            person.0,
            time_zone
        )
        .execute(&mut *tx)
        .await?;
        let entry = Entry {
            event: "change".to_owned(),
            actor: Some(person),
            way: "page",
            data: json!({ "time_zone": { "from": old.profile.time_zone, "to": time_zone } }),
            ..Entry::default()
        };
        transition_log::append(&mut tx, engine, subject(person), &[entry]).await?;
    }
    request::finish(&mut tx, person, form.request_id, ADDRESS).await?;
    tx.commit().await?;
    Ok(())
}
