//! Administrators' changes of departments. Each is one row of its history.

use domain::{
    actor::Actor,
    department::Profile,
    ids::{DepartmentId, PersonId},
};
use uuid::Uuid;

use super::{address, subject};
use crate::{
    Engine, Error, Result, Tx,
    change::Change,
    error::OnConstraint,
    person,
    request::Form,
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
    person::administers(by)?;
    let mut change = Change::begin_new(engine, by, request_id, "create_department").await?;
    // A rule may ask the head.
    person::lock::change(&mut change.tx).await?;
    let after = in_words(&mut change.tx, profile, None).await?;
    let id = sqlx::query_scalar!(
        "INSERT INTO departments (name, head_id, active, words) VALUES ($1, $2, $3, array_to_tsvector($4::text[])) RETURNING id",
        profile.name,
        profile.head.map(|id| id.0),
        profile.active,
        &search::words(&profile.name),
    )
    .fetch_one(&mut *change.tx)
    .await
    .on_constraint("departments_name_unique", name_taken)?;
    let id = DepartmentId(id);
    let blank = [
        ("name", String::new()),
        ("head", String::new()),
        ("active", transition_log::yes_or_no(true)),
    ];
    let data = transition_log::differences(&blank, &after);
    let entry = Entry::by_page(by.id, "create", data);
    change.done(subject(id), &address(id), entry).await?;
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
    person::administers(by)?;
    let mut change = Change::begin(engine, by, form, "change_department").await?;
    // A rule may ask the head.
    person::lock::change(&mut change.tx).await?;
    let row = sqlx::query!(
        "SELECT name, head_id, active, version FROM departments WHERE id = $1 FOR NO KEY UPDATE",
        id.0,
    )
    .fetch_optional(&mut *change.tx)
    .await?
    .ok_or(Error::NotFound)?;
    change.check(subject(id), &row.name, row.version).await?;
    let old = Profile {
        name: row.name,
        head: row.head_id.map(PersonId),
        active: row.active,
    };
    if old == *profile {
        return change.nothing(&address(id)).await;
    }
    let before = in_words(&mut change.tx, &old, old.head).await?;
    let after = in_words(&mut change.tx, profile, old.head).await?;
    sqlx::query!(
        "UPDATE departments SET name = $2, head_id = $3, active = $4, words = array_to_tsvector($5::text[]), version = version + 1
         WHERE id = $1",
        id.0,
        profile.name,
        profile.head.map(|id| id.0),
        profile.active,
        &search::words(&profile.name),
    )
    .execute(&mut *change.tx)
    .await
    .on_constraint("departments_name_unique", name_taken)?;
    let data = transition_log::differences(&before, &after);
    let entry = Entry::by_page(by.id, "change", data);
    change.done(subject(id), &address(id), entry).await
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
