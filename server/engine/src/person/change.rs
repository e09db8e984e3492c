//! Administrators' changes: joining, changing, granting override, coming back. Each is one row of the person's history.

use domain::{actor::Actor, ids::PersonId, permission::may_grant_override, role::Role};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Form, Profile, address, lock, store,
    store::{Locked, begin},
    subject,
};
use crate::{
    Engine, Error, Result, Tx, away, password,
    password_link::{self, Purpose},
    request,
    transition_log::{self, Entry},
};

/// Makes a person who can sign in with `password` at once, or who is sent an invitation to choose their own. Returns their id.
///
/// # Errors
/// `Invalid` with every field at fault (`name`, `email`, `time_zone`, `password`, or one of `email`, `manager`,
/// `department` that the database refuses), `Forbidden` to whoever is no administrator, `Repeated`.
pub async fn create(
    engine: &Engine,
    by: &Actor,
    request_id: Uuid,
    profile: &Profile,
    password: impl Into<Option<&str>>,
) -> Result<PersonId> {
    let (profile, hash) = checked(profile, password.into()).await?;
    let mut tx = begin(engine, by, request_id, "create_person").await?;
    if let Some(manager) = profile.manager {
        store::check_manager(&mut tx, None, manager).await?;
    }
    let id = join(&mut tx, engine, Some(by.id), &profile, hash.as_deref()).await?;
    if hash.is_none() {
        password_link::send(&mut tx, engine, id, Purpose::Invitation).await?;
    }
    request::finish(&mut tx, by.id, request_id, &address(id)).await?;
    tx.commit().await?;
    Ok(id)
}

/// Makes an administrator from the command line: nobody is asked who may do so but the machine's own accounts.
///
/// # Errors
/// `Invalid` with every field at fault: `name`, `email`, `password`.
pub async fn create_administrator(
    engine: &Engine,
    name: &str,
    email: &str,
    password: &str,
) -> Result<PersonId> {
    let (tx, id) = administrator(engine, name, email, Some(password)).await?;
    tx.commit().await?;
    Ok(id)
}

/// As [`create_administrator`], but they choose their password by the link of an invitation. Returns the link.
///
/// # Errors
/// `Invalid` with every field at fault: `name`, `email`.
pub async fn invite_administrator(engine: &Engine, name: &str, email: &str) -> Result<String> {
    let (mut tx, id) = administrator(engine, name, email, None).await?;
    let token = password_link::send(&mut tx, engine, id, Purpose::Invitation).await?;
    tx.commit().await?;
    Ok(engine.link(&password_link::address(&token)))
}

async fn administrator(
    engine: &Engine,
    name: &str,
    email: &str,
    password: Option<&str>,
) -> Result<(Tx, PersonId)> {
    let profile = Profile {
        name: name.to_owned(),
        email: email.to_owned(),
        roles: vec![Role::Administrator],
        manager: None,
        department: None,
        time_zone: "UTC".to_owned(),
        phone: String::new(),
    };
    let (profile, hash) = checked(&profile, password).await?;
    let mut tx = engine.begin().await?;
    lock::change(&mut tx).await?;
    let id = join(&mut tx, engine, None, &profile, hash.as_deref()).await?;
    Ok((tx, id))
}

/// The profile as it is kept and the hash of the password, if there is one; or everything at fault with either.
async fn checked(
    profile: &Profile,
    new_password: Option<&str>,
) -> Result<(Profile, Option<String>)> {
    let fault = new_password
        .and_then(|new| password::fault(new, &profile.name, &profile.email))
        .map(|message| domain::field::FieldError::new("password", message));
    match (profile.checked(), fault) {
        (Ok(profile), None) => {
            let hash = match new_password {
                Some(new) => Some(password::turn()?.hash(new).await?),
                None => None,
            };
            Ok((profile, hash))
        }
        (Ok(_), Some(fault)) => Err(Error::Invalid(vec![fault])),
        (Err(Error::Invalid(mut faults)), fault) => {
            faults.extend(fault);
            Err(Error::Invalid(faults))
        }
        (Err(error), _) => Err(error),
    }
}

/// Writes a new person and the first row of their history.
pub(crate) async fn join(
    tx: &mut Tx,
    engine: &Engine,
    by: Option<PersonId>,
    profile: &Profile,
    password_hash: Option<&str>,
) -> Result<PersonId> {
    let id = store::insert(tx, engine, profile, password_hash).await?;
    let data = store::differences(&mut *tx, None, profile).await?;
    let entry = Entry {
        way: if by.is_some() { "page" } else { "command" },
        actor: by,
        ..entry("create", data)
    };
    transition_log::append(tx, engine, subject(id), &[entry]).await?;
    Ok(id)
}

fn entry(event: &str, data: Value) -> Entry {
    Entry {
        event: event.to_owned(),
        way: "page",
        data,
        ..Entry::default()
    }
}

/// Appends one row to the person's history and ends the transaction.
pub(super) async fn finish(
    mut tx: Tx,
    engine: &Engine,
    by: PersonId,
    (id, form): (PersonId, Form),
    (event, data): (&str, Value),
) -> Result<()> {
    let entry = Entry {
        actor: Some(by),
        ..entry(event, data)
    };
    transition_log::append(&mut tx, engine, subject(id), &[entry]).await?;
    request::finish(&mut tx, by, form.request_id, &address(id)).await?;
    tx.commit().await?;
    Ok(())
}

/// Changes name, email, roles, manager, department and time zone. Nothing different: nothing is written.
///
/// # Errors
/// As [`create`]; `Stale` when somebody else changed the person since; a circle of managers and the last administrator's
/// roles are refused beside their fields.
pub async fn update(
    engine: &Engine,
    by: &Actor,
    form: Form,
    id: PersonId,
    profile: &Profile,
) -> Result<()> {
    let profile = profile.checked()?;
    let mut tx = begin(engine, by, form.request_id, "change_person").await?;
    let old = store::lock(&mut tx, id, form).await?;
    if let Some(manager) = profile
        .manager
        .filter(|_| profile.manager != old.profile.manager)
    {
        store::check_manager(&mut tx, Some(id), manager).await?;
    }
    let administers = |roles: &[Role]| roles.contains(&Role::Administrator);
    if old.active && administers(&old.profile.roles) && !administers(&profile.roles) {
        keep_an_administrator(&mut tx, id).await?;
    }
    let data = store::differences(&mut tx, Some(&old.profile), &profile).await?;
    if old.profile == profile {
        request::finish(&mut tx, by.id, form.request_id, &address(id)).await?;
        tx.commit().await?;
        return Ok(());
    }
    store::update(&mut tx, id, &profile).await?;
    // Managers stand in for who is away.
    away::resolve(&mut tx, engine).await?;
    finish(tx, engine, by.id, (id, form), ("change", data)).await
}

/// Refuses to leave nobody who administers.
pub(super) async fn keep_an_administrator(tx: &mut Tx, id: PersonId) -> Result<()> {
    if store::another_administrator(tx, id).await? {
        return Ok(());
    }
    Err(Error::field(
        "roles",
        "This is the only active administrator. Make somebody else one first.",
    ))
}

/// Grants `override_approvals`, or takes it.
///
/// # Errors
/// `Forbidden` for oneself.
pub async fn set_override(
    engine: &Engine,
    by: &Actor,
    form: Form,
    id: PersonId,
    granted: bool,
) -> Result<()> {
    let mut tx = begin(engine, by, form.request_id, "set_override").await?;
    if !may_grant_override(by, id) {
        return Err(Error::Forbidden(
            "Nobody grants or takes their own override. Ask another administrator.".to_owned(),
        ));
    }
    let old = store::lock(&mut tx, id, form).await?;
    if old.override_approvals == granted {
        request::finish(&mut tx, by.id, form.request_id, &address(id)).await?;
        tx.commit().await?;
        return Ok(());
    }
    sqlx::query!(
        "UPDATE people SET override_approvals = $2, version = version + 1 WHERE id = $1",
        id.0,
        granted
    )
    .execute(&mut *tx)
    .await?;
    let event = if granted {
        "grant_override"
    } else {
        "revoke_override"
    };
    finish(tx, engine, by.id, (id, form), (event, json!({}))).await
}

/// Lets somebody back in who was deactivated, as they were.
pub async fn reactivate(engine: &Engine, by: &Actor, form: Form, id: PersonId) -> Result<()> {
    let mut tx = begin(engine, by, form.request_id, "reactivate_person").await?;
    let Locked {
        active, profile, ..
    } = store::lock(&mut tx, id, form).await?;
    if active {
        return Err(Error::Stale(format!("{} is active.", profile.name)));
    }
    sqlx::query!(
        "UPDATE people SET deactivated_at = NULL, version = version + 1 WHERE id = $1",
        id.0
    )
    .execute(&mut *tx)
    .await?;
    // Whoever chose them as their delegate has them back.
    away::resolve(&mut tx, engine).await?;
    finish(tx, engine, by.id, (id, form), ("reactivate", json!({}))).await
}
