//! What people change of themselves: their password, their time zone, their telephone number.

use domain::ids::PersonId;
use uuid::Uuid;

use super::{
    Form, Profile,
    profile::{self, time_zone_fault},
    store, subject,
};
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
    change(engine, person, form, "set_time_zone", |profile| {
        time_zone.clone_into(&mut profile.time_zone);
    })
    .await
}

/// Changes the number where a person gets text messages; nothing for none.
///
/// # Errors
/// `Invalid` for `phone`, `Stale` when the person was changed since.
pub async fn set_phone(engine: &Engine, person: PersonId, form: Form, phone: &str) -> Result<()> {
    let phone = profile::phone(phone).map_err(|fault| Error::Invalid(vec![fault]))?;
    change(engine, person, form, "set_phone", |profile| {
        profile.phone = phone;
    })
    .await
}

/// Changes what `set` changes of a person, with a row of their history. Nothing different: nothing is written.
async fn change(
    engine: &Engine,
    person: PersonId,
    form: Form,
    name: &'static str,
    set: impl FnOnce(&mut Profile),
) -> Result<()> {
    let mut tx = engine.begin().await?;
    request::claim(&mut tx, engine, person, form.request_id, name).await?;
    let old = store::lock(&mut tx, person, form).await?.profile;
    let mut new = old.clone();
    set(&mut new);
    if new != old {
        store::update(&mut tx, person, &new).await?;
        let entry = Entry {
            event: "change".to_owned(),
            actor: Some(person),
            way: "page",
            data: store::differences(&mut tx, Some(&old), &new).await?,
            ..Entry::default()
        };
        transition_log::append(&mut tx, engine, subject(person), &[entry]).await?;
    }
    request::finish(&mut tx, person, form.request_id, ADDRESS).await?;
    tx.commit().await?;
    Ok(())
}
