//! Administrators' changes of cost centres. Each is one row of its history.

use domain::{actor::Actor, cost_centre::Profile, ids::CostCentreId};
use uuid::Uuid;

use super::{address, subject};
use crate::{
    Engine, Error, Result,
    change::Change,
    error::OnConstraint,
    request::Form,
    search,
    transition_log::{self, Entry},
};

/// Makes a cost centre. Returns its id.
///
/// # Errors
/// `Forbidden`; `Invalid` beside `code` when there is one of this code; `Repeated`.
pub async fn create(
    engine: &Engine,
    by: &Actor,
    request_id: Uuid,
    profile: &Profile,
) -> Result<CostCentreId> {
    crate::person::administers(by)?;
    let mut change = Change::begin_new(engine, by, request_id, "create_cost_centre").await?;
    let id = sqlx::query_scalar!(
        "INSERT INTO cost_centres (code, name, active, words) VALUES ($1, $2, $3, array_to_tsvector($4::text[])) RETURNING id",
        profile.code,
        profile.name,
        profile.active,
        &words(profile),
    )
    .fetch_one(&mut *change.tx)
    .await
    .on_constraint("cost_centres_code_unique", code_taken)?;
    let id = CostCentreId(id);
    let blank = Profile {
        code: String::new(),
        name: String::new(),
        active: true,
    };
    let data = transition_log::differences(&in_words(&blank), &in_words(profile));
    let entry = Entry::by_page(by.id, "create", data);
    change.done(subject(id), &address(id), entry).await?;
    Ok(id)
}

/// Changes code, name and whether it is active. Nothing different: nothing is written.
///
/// # Errors
/// As [`create`]; `Stale` when somebody else changed it since the form was rendered.
pub async fn update(
    engine: &Engine,
    by: &Actor,
    form: Form,
    id: CostCentreId,
    profile: &Profile,
) -> Result<()> {
    crate::person::administers(by)?;
    let mut change = Change::begin(engine, by, form, "change_cost_centre").await?;
    let row = sqlx::query!(
        "SELECT code, name, active, version FROM cost_centres WHERE id = $1 FOR NO KEY UPDATE",
        id.0,
    )
    .fetch_optional(&mut *change.tx)
    .await?
    .ok_or(Error::NotFound)?;
    change.check(subject(id), &row.code, row.version).await?;
    let old = Profile {
        code: row.code,
        name: row.name,
        active: row.active,
    };
    if old == *profile {
        return change.nothing(&address(id)).await;
    }
    sqlx::query!(
        "UPDATE cost_centres SET code = $2, name = $3, active = $4, words = array_to_tsvector($5::text[]), version = version + 1
         WHERE id = $1",
        id.0,
        profile.code,
        profile.name,
        profile.active,
        &words(profile),
    )
    .execute(&mut *change.tx)
    .await
    .on_constraint("cost_centres_code_unique", code_taken)?;
    let data = transition_log::differences(&in_words(&old), &in_words(profile));
    let entry = Entry::by_page(by.id, "change", data);
    change.done(subject(id), &address(id), entry).await
}

/// What cost centres are found by.
fn words(profile: &Profile) -> Vec<String> {
    search::words(&format!("{} {}", profile.code, profile.name))
}

fn code_taken() -> Error {
    Error::field("code", "There is a cost centre of this code already.")
}

fn in_words(profile: &Profile) -> [(&'static str, String); 3] {
    [
        ("code", profile.code.clone()),
        ("name", profile.name.clone()),
        ("active", transition_log::yes_or_no(profile.active)),
    ]
}
