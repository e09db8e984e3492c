//! Changes of vendors. Each is one row of the vendor's history.

use domain::{
    actor::Actor,
    ids::VendorId,
    vendor::{Event, Profile, Refusal, Standing, permission},
};
use jiff_sqlx::ToSqlx;
use serde_json::json;
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

/// Makes a vendor. Returns its id.
///
/// # Errors
/// `Forbidden`; `Invalid` beside `name` when there is one of this name; `Repeated`.
pub async fn create(
    engine: &Engine,
    by: &Actor,
    request_id: Uuid,
    profile: &Profile,
) -> Result<VendorId> {
    permission(Standing::default(), Event::Change, by).map_err(refused)?;
    let mut change = Change::begin_new(engine, by, request_id, "create_vendor").await?;
    let id = sqlx::query_scalar!(
        "INSERT INTO vendors (name, email, address, words) VALUES ($1, $2, $3, array_to_tsvector($4::text[])) RETURNING id",
        profile.name,
        profile.email,
        profile.address,
        &search::words(&profile.name),
    )
    .fetch_one(&mut *change.tx)
    .await
    .on_constraint("vendors_name_unique", name_taken)?;
    let id = VendorId(id);
    let data = transition_log::differences(&in_words(&Profile::default()), &in_words(profile));
    let entry = Entry::by_page(by.id, "create", data);
    change.done(subject(id), &address(id), entry).await?;
    Ok(id)
}

/// Changes name, email and address. Nothing different: nothing is written.
///
/// # Errors
/// As [`create`]; `Stale` when somebody else changed the vendor since the form was rendered.
pub async fn update(
    engine: &Engine,
    by: &Actor,
    form: Form,
    id: VendorId,
    profile: &Profile,
) -> Result<()> {
    let mut change = Change::begin(engine, by, form, "change_vendor").await?;
    let (old, standing) = lock(&mut change, by, id).await?;
    permission(standing, Event::Change, by).map_err(refused)?;
    if old == *profile {
        return change.nothing(&address(id)).await;
    }
    sqlx::query!(
        "UPDATE vendors SET name = $2, email = $3, address = $4, words = array_to_tsvector($5::text[]), version = version + 1
         WHERE id = $1",
        id.0,
        profile.name,
        profile.email,
        profile.address,
        &search::words(&profile.name),
    )
    .execute(&mut *change.tx)
    .await
    .on_constraint("vendors_name_unique", name_taken)?;
    let data = transition_log::differences(&in_words(&old), &in_words(profile));
    let entry = Entry::by_page(by.id, "change", data);
    change.done(subject(id), &address(id), entry).await
}

/// Puts a vendor on hold, releases it, flags it for review or clears the flag.
///
/// # Errors
/// `Forbidden`; `Stale` when somebody else changed the vendor since the form was rendered, or it stands so already.
pub async fn set_standing(
    engine: &Engine,
    by: &Actor,
    form: Form,
    id: VendorId,
    (event, reason): (Event, &str),
) -> Result<()> {
    let mut change = Change::begin(engine, by, form, event.as_str()).await?;
    let (_, standing) = lock(&mut change, by, id).await?;
    permission(standing, event, by).map_err(refused)?;
    // Only now: an approval that this waited for has the earlier time.
    let now = engine.clock().now().to_sqlx();
    match event {
        Event::Hold => {
            sqlx::query!(
                "UPDATE vendors SET hold_reason = $2, held_by = $3, held_at = $4, version = version + 1 WHERE id = $1",
                id.0, reason, by.id.0, now,
            )
        }
        Event::Flag => {
            sqlx::query!(
                "UPDATE vendors SET flag_reason = $2, flagged_by = $3, flagged_at = $4, version = version + 1 WHERE id = $1",
                id.0, reason, by.id.0, now,
            )
        }
        Event::Release => {
            sqlx::query!(
                "UPDATE vendors SET hold_reason = NULL, held_by = NULL, held_at = NULL, version = version + 1 WHERE id = $1",
                id.0,
            )
        }
        Event::ClearFlag => {
            sqlx::query!(
                "UPDATE vendors SET flag_reason = NULL, flagged_by = NULL, flagged_at = NULL, version = version + 1 WHERE id = $1",
                id.0,
            )
        }
        Event::Change => return Err(Error::internal("a change is no standing")),
    }
    .execute(&mut *change.tx)
    .await?;
    let entry = Entry {
        note: Some(reason.to_owned()),
        ..Entry::by_page(by.id, event.as_str(), json!({}))
    };
    change.done(subject(id), &address(id), entry).await
}

/// Locks a vendor that a form showed at its version. Foreign keys do not wait for this; orders that are decided do.
async fn lock(change: &mut Change<'_>, by: &Actor, id: VendorId) -> Result<(Profile, Standing)> {
    permission(Standing::default(), Event::Change, by).map_err(refused)?;
    let row = sqlx::query!(
        r#"SELECT name, email, address, hold_reason IS NOT NULL AS "on_hold!", flag_reason IS NOT NULL AS "flagged!", version
           FROM vendors WHERE id = $1 FOR NO KEY UPDATE"#,
        id.0,
    )
    .fetch_optional(&mut *change.tx)
    .await?
    .ok_or(Error::NotFound)?;
    change.check(subject(id), &row.name, row.version).await?;
    let profile = Profile {
        name: row.name,
        email: row.email,
        address: row.address,
    };
    let standing = Standing {
        on_hold: row.on_hold,
        flagged: row.flagged,
    };
    Ok((profile, standing))
}

fn refused(refusal: Refusal) -> Error {
    match refusal {
        Refusal::NotYours => Error::Forbidden(refusal.to_string()),
        Refusal::OnHold | Refusal::NotOnHold | Refusal::Flagged | Refusal::NotFlagged => {
            Error::Stale(refusal.to_string())
        }
    }
}

fn name_taken() -> Error {
    Error::field("name", "There is a vendor of this name already.")
}

fn in_words(profile: &Profile) -> [(&'static str, String); 3] {
    [
        ("name", profile.name.clone()),
        ("email", profile.email.clone().unwrap_or_default()),
        ("address", profile.address.clone()),
    ]
}
