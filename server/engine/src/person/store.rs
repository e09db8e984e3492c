//! Statements that lock, compare and write one person.

use domain::{
    actor::Actor,
    ids::{DepartmentId, PersonId},
    permission::{Area, may_enter},
    role::Role,
};
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use sqlx::PgConnection;

use super::{Form, Profile, lock, read::parse_roles, subject};
use crate::{Engine, Error, Result, Tx, error::OnConstraint, request, search, transition_log};

/// A person as locked for a change.
#[derive(Clone, Debug)]
pub(crate) struct Locked {
    pub profile: Profile,
    pub override_approvals: bool,
    pub active: bool,
    pub has_password: bool,
}

/// Begins an administrator's change: their form once, the organisation to themselves, and that they still are one.
pub(crate) async fn begin(
    engine: &Engine,
    by: &Actor,
    request_id: uuid::Uuid,
    action: &str,
) -> Result<Tx> {
    administers(by)?;
    let mut tx = engine.begin().await?;
    request::claim(&mut tx, engine, by.id, request_id, action).await?;
    lock::change(&mut tx).await?;
    if is_administrator(&mut tx, by.id).await? {
        Ok(tx)
    } else {
        Err(forbidden())
    }
}

fn forbidden() -> Error {
    Error::Forbidden("Only administrators change people, departments and cost centres.".to_owned())
}

/// Refuses whoever may not change the organisation.
pub(crate) fn administers(by: &Actor) -> Result<()> {
    if may_enter(Area::PeopleWrite, Some(by)) {
        Ok(())
    } else {
        Err(forbidden())
    }
}

/// Whether they are one now, whatever their session says.
pub(crate) async fn is_administrator(db: &mut PgConnection, person: PersonId) -> Result<bool> {
    let found = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM people p JOIN person_roles r ON r.person_id = p.id AND r.role = 'administrator'
               WHERE p.id = $1 AND p.deactivated_at IS NULL) AS "found!""#,
        person.0,
    )
    .fetch_one(db)
    .await?;
    Ok(found)
}

/// Locks a person whom a form showed at its version.
pub(crate) async fn lock(tx: &mut Tx, id: PersonId, form: Form) -> Result<Locked> {
    // Foreign keys must not wait for this: no key changes.
    let row = sqlx::query!(
        "SELECT name, email, manager_id, department_id, time_zone, coalesce(phone, '') AS \"phone!\", override_approvals, deactivated_at, version,
             password_hash IS NOT NULL AS \"has_password!\"
         FROM people WHERE id = $1 FOR NO KEY UPDATE",
        id.0,
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Error::NotFound)?;
    if row.version != form.version {
        return Err(request::stale(tx, subject(id), &row.name).await?);
    }
    let roles = sqlx::query_scalar!("SELECT role FROM person_roles WHERE person_id = $1", id.0)
        .fetch_all(&mut **tx)
        .await?;
    Ok(Locked {
        profile: Profile {
            name: row.name,
            email: row.email,
            roles: parse_roles(&roles),
            manager: row.manager_id.map(PersonId),
            department: row.department_id.map(DepartmentId),
            time_zone: row.time_zone,
            phone: row.phone,
        },
        override_approvals: row.override_approvals,
        active: row.deactivated_at.is_none(),
        has_password: row.has_password,
    })
}

/// Writes a new person. Returns their id.
pub(super) async fn insert(
    tx: &mut Tx,
    engine: &Engine,
    profile: &Profile,
    password_hash: Option<&str>,
) -> Result<PersonId> {
    let id = sqlx::query_scalar!(
        "INSERT INTO people (name, email, password_hash, manager_id, department_id, time_zone, created_at, words, phone)
         VALUES ($1, $2, $3, $4, $5, $6, $7, array_to_tsvector($8::text[]), nullif($9, '')) RETURNING id",
        profile.name,
        profile.email,
        password_hash,
        profile.manager.map(|id| id.0),
        profile.department.map(|id| id.0),
        profile.time_zone,
        engine.clock().now().to_sqlx(),
        &words(profile),
        profile.phone,
    )
    .fetch_one(&mut **tx)
    .await;
    let id = PersonId(known(id)?);
    set_roles(tx, id, &profile.roles).await?;
    Ok(id)
}

/// Writes a person's profile.
pub(super) async fn update(tx: &mut Tx, id: PersonId, profile: &Profile) -> Result<()> {
    let done = sqlx::query!(
        "UPDATE people SET name = $2, email = $3, manager_id = $4, department_id = $5, time_zone = $6,
             words = array_to_tsvector($7::text[]), phone = nullif($8, ''), version = version + 1
         WHERE id = $1",
        id.0,
        profile.name,
        profile.email,
        profile.manager.map(|id| id.0),
        profile.department.map(|id| id.0),
        profile.time_zone,
        &words(profile),
        profile.phone,
    )
    .execute(&mut **tx)
    .await;
    known(done)?;
    set_roles(tx, id, &profile.roles).await
}

/// What people are found by.
fn words(profile: &Profile) -> Vec<String> {
    search::words(&format!("{} {}", profile.name, profile.email))
}

async fn set_roles(tx: &mut Tx, id: PersonId, roles: &[Role]) -> Result<()> {
    let names: Vec<String> = roles.iter().map(|role| role.as_str().to_owned()).collect();
    sqlx::query!(
        "DELETE FROM person_roles WHERE person_id = $1 AND role <> ALL ($2)",
        id.0,
        &names
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "INSERT INTO person_roles (person_id, role) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING",
        id.0,
        &names,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What the database refuses, beside the field it is about.
fn known<T>(result: std::result::Result<T, sqlx::Error>) -> Result<T> {
    let constraint = |e: &sqlx::Error| {
        e.as_database_error()
            .and_then(|e| e.constraint())
            .map(str::to_owned)
    };
    let name = result
        .as_ref()
        .err()
        .and_then(constraint)
        .unwrap_or_default();
    let (field, message) = match name.as_str() {
        "people_email_unique" => ("email", "Somebody else has this email."),
        "people_email_shape" => ("email", "Enter an email address like sam@example.com."),
        "people_manager_fk" => ("manager", "Choose a manager from the list."),
        "people_not_own_manager" => ("manager", "Nobody reports to themselves."),
        "people_department_fk" => ("department", "Choose a department from the list."),
        _ => ("", ""),
    };
    result.on_constraint(&name, || Error::field(field, message))
}

/// Refuses a manager who has left or who stands below the person already. The organisation is locked, so none of it moves.
pub(super) async fn check_manager(
    db: &mut PgConnection,
    id: Option<PersonId>,
    manager: PersonId,
) -> Result<()> {
    let row = sqlx::query!(
        r#"WITH RECURSIVE chain (id) AS (
               SELECT $1::bigint UNION SELECT p.manager_id FROM people p JOIN chain c ON p.id = c.id)
           SELECT m.name, m.deactivated_at IS NULL AS "active!", EXISTS (SELECT FROM chain WHERE id = $2) AS "circle!",
               (SELECT name FROM people WHERE id = $2) AS person
           FROM people m WHERE m.id = $1"#,
        manager.0,
        id.map(|id| id.0),
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else {
        return Err(Error::field("manager", "Choose a manager from the list."));
    };
    if id == Some(manager) {
        return Err(Error::field("manager", "Nobody reports to themselves."));
    }
    if row.circle {
        let person = row.person.unwrap_or_default();
        let message = format!(
            "{} reports to {person} already, directly or not: that would make a circle.",
            row.name
        );
        return Err(Error::field("manager", message));
    }
    if !row.active {
        return Err(Error::field(
            "manager",
            format!("{} has been deactivated. Choose somebody else.", row.name),
        ));
    }
    Ok(())
}

/// Whether somebody active beside `person` administers.
pub(super) async fn another_administrator(db: &mut PgConnection, person: PersonId) -> Result<bool> {
    let found = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM person_roles r JOIN people p ON p.id = r.person_id AND p.deactivated_at IS NULL
               WHERE r.role = 'administrator' AND r.person_id <> $1) AS "found!""#,
        person.0,
    )
    .fetch_one(db)
    .await?;
    Ok(found)
}

/// The fields in which two profiles differ, old and new as people read them: `{"manager": {"from": …, "to": …}}`.
pub(super) async fn differences(
    db: &mut PgConnection,
    old: Option<&Profile>,
    new: &Profile,
) -> Result<Value> {
    let before = match old {
        Some(old) => in_words(&mut *db, old).await?,
        None => Default::default(),
    };
    let after = in_words(db, new).await?;
    Ok(transition_log::differences(&before, &after))
}

async fn in_words(db: &mut PgConnection, profile: &Profile) -> Result<[(&'static str, String); 7]> {
    let named = sqlx::query!(
        "SELECT (SELECT name || ' <' || email || '>' FROM people WHERE id = $1) AS manager,
             (SELECT name FROM departments WHERE id = $2) AS department",
        profile.manager.map(|id| id.0),
        profile.department.map(|id| id.0),
    )
    .fetch_one(db)
    .await?;
    let roles: Vec<&str> = profile.roles.iter().map(|role| role.title()).collect();
    Ok([
        ("name", profile.name.clone()),
        ("email", profile.email.clone()),
        ("roles", roles.join(", ")),
        ("manager", named.manager.unwrap_or_default()),
        ("department", named.department.unwrap_or_default()),
        ("time_zone", profile.time_zone.clone()),
        ("phone", profile.phone.clone()),
    ])
}

/// Somebody's name.
pub(crate) async fn name(db: &mut PgConnection, person: PersonId) -> Result<String> {
    let name = sqlx::query_scalar!("SELECT name FROM people WHERE id = $1", person.0)
        .fetch_one(db)
        .await?;
    Ok(name)
}
