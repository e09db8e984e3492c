//! Administrators' changes of departments. Each is one row of its history.

use domain::{
    actor::Actor,
    department::Profile,
    ids::{DepartmentId, PersonId},
};
use serde_json::Value;
use uuid::Uuid;

use super::{address, subject};
use crate::{
    Engine, Error, Result, Tx,
    error::OnConstraint,
    person,
    request::{self, Form},
    search,
    transition_log::{self, Entry},
};

/// Makes a department. Returns its id.
///
/// # Errors
/// `Forbidden`; `Invalid` beside `name` when there is one of this name, or beside `head`; `Repeated`.
pub async fn create(
    engine: &Engine,
    by: &Actor,
    request_id: Uuid,
    profile: &Profile,
) -> Result<DepartmentId> {
    let mut tx = begin(engine, by, request_id, "create_department").await?;
    let after = in_words(&mut tx, profile, None).await?;
    let id = sqlx::query_scalar!(
        "INSERT INTO departments (name, head_id, active, words) VALUES ($1, $2, $3, array_to_tsvector($4::text[])) RETURNING id",
        profile.name,
        profile.head.map(|id| id.0),
        profile.active,
        &search::words(&profile.name),
    )
    .fetch_one(&mut *tx)
    .await
    .on_constraint("departments_name_unique", name_taken)?;
    let id = DepartmentId(id);
    let blank = [
        ("name", String::new()),
        ("head", String::new()),
        ("active", transition_log::yes_or_no(true)),
    ];
    let data = transition_log::differences(&blank, &after);
    finish(tx, engine, by, (id, request_id), ("create", data)).await?;
    Ok(id)
}

/// Changes name, head and whether it is active. Nothing different: nothing is written.
///
/// # Errors
/// As [`create`]; `Stale` when somebody else changed it since the form was rendered.
pub async fn update(
    engine: &Engine,
    by: &Actor,
    form: Form,
    id: DepartmentId,
    profile: &Profile,
) -> Result<()> {
    let mut tx = begin(engine, by, form.request_id, "change_department").await?;
    let row = sqlx::query!(
        "SELECT name, head_id, active, version FROM departments WHERE id = $1 FOR NO KEY UPDATE",
        id.0,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    if row.version != form.version {
        return Err(request::stale(&mut tx, subject(id), &row.name).await?);
    }
    let old = Profile {
        name: row.name,
        head: row.head_id.map(PersonId),
        active: row.active,
    };
    if old == *profile {
        request::finish(&mut tx, by.id, form.request_id, &address(id)).await?;
        tx.commit().await?;
        return Ok(());
    }
    let before = in_words(&mut tx, &old, old.head).await?;
    let after = in_words(&mut tx, profile, old.head).await?;
    sqlx::query!(
        "UPDATE departments SET name = $2, head_id = $3, active = $4, words = array_to_tsvector($5::text[]), version = version + 1
         WHERE id = $1",
        id.0,
        profile.name,
        profile.head.map(|id| id.0),
        profile.active,
        &search::words(&profile.name),
    )
    .execute(&mut *tx)
    .await
    .on_constraint("departments_name_unique", name_taken)?;
    let data = transition_log::differences(&before, &after);
    finish(tx, engine, by, (id, form.request_id), ("change", data)).await
}

/// Their form once, the organisation to themselves: a rule may ask the head.
async fn begin(engine: &Engine, by: &Actor, request_id: Uuid, action: &str) -> Result<Tx> {
    person::administers(by)?;
    let mut tx = engine.begin().await?;
    request::claim(&mut tx, engine, by.id, request_id, action).await?;
    person::lock::change(&mut tx).await?;
    Ok(tx)
}

fn name_taken() -> Error {
    Error::field("name", "There is a department of this name already.")
}

/// The profile as people read it. Refuses a head who has left, unless it is the one there was.
async fn in_words(
    tx: &mut Tx,
    profile: &Profile,
    was: Option<PersonId>,
) -> Result<[(&'static str, String); 3]> {
    let head = match profile.head {
        None => String::new(),
        Some(id) => {
            let row = sqlx::query!(
                r#"SELECT name || ' <' || email || '>' AS "name!", deactivated_at IS NULL AS "active!" FROM people WHERE id = $1"#,
                id.0,
            )
            .fetch_optional(&mut **tx)
            .await?;
            let known = row.filter(|row| row.active || profile.head == was);
            let unknown = || Error::field("head", "Choose somebody active from the list.");
            known.ok_or_else(unknown)?.name
        }
    };
    Ok([
        ("name", profile.name.clone()),
        ("head", head),
        ("active", transition_log::yes_or_no(profile.active)),
    ])
}

/// Appends one row to its history and ends the transaction.
async fn finish(
    mut tx: Tx,
    engine: &Engine,
    by: &Actor,
    (id, request_id): (DepartmentId, Uuid),
    (event, data): (&str, Value),
) -> Result<()> {
    let entry = Entry::by_page(by.id, event, data);
    transition_log::append(&mut tx, engine, subject(id), &[entry]).await?;
    request::finish(&mut tx, by.id, request_id, &address(id)).await?;
    tx.commit().await?;
    Ok(())
}
