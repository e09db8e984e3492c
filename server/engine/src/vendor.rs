//! Vendors: reading them for forms and rules; changing their standing, with history.

#[cfg(test)]
mod tests;

use domain::ids::{PersonId, VendorId};
use jiff_sqlx::ToSqlx;
use serde_json::json;

use crate::{
    Engine, Error, Result,
    transition_log::{self, Entry, Subject},
};

/// A vendor to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// `vendors.id`.
    pub id: VendorId,
    /// The name people read.
    pub name: String,
    /// Why nothing can be ordered from it now.
    pub blocked: Option<String>,
}

/// Every vendor by name.
pub async fn choices(engine: &Engine) -> Result<Vec<Choice>> {
    let rows =
        sqlx::query!("SELECT id, name, hold_reason, flag_reason FROM vendors ORDER BY lower(name)")
            .fetch_all(engine.pool())
            .await?;
    Ok(rows
        .into_iter()
        .map(|row| Choice {
            id: VendorId(row.id),
            blocked: row
                .hold_reason
                .map(|reason| format!("on hold: {reason}"))
                .or(row
                    .flag_reason
                    .map(|reason| format!("under review: {reason}"))),
            name: row.name,
        })
        .collect())
}

/// Puts a vendor on hold, or lifts the hold with `None`.
pub async fn hold(engine: &Engine, by: PersonId, id: VendorId, reason: Option<&str>) -> Result<()> {
    let mut tx = engine.begin().await?;
    sqlx::query_scalar!(
        "SELECT id FROM vendors WHERE id = $1 FOR NO KEY UPDATE",
        id.0
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    // Only now: an approval that this waited for has the earlier time.
    let now = engine.clock().now();
    sqlx::query!(
        "UPDATE vendors SET hold_reason = $2, held_by = CASE WHEN $2::text IS NULL THEN NULL ELSE $3::bigint END,
             held_at = CASE WHEN $2::text IS NULL THEN NULL ELSE $4::timestamptz END, version = version + 1
         WHERE id = $1",
        id.0,
        reason,
        by.0,
        now.to_sqlx(),
    )
    .execute(&mut *tx)
    .await?;
    let entry = Entry {
        event: if reason.is_some() {
            "hold"
        } else {
            "lift_hold"
        }
        .to_owned(),
        actor: Some(by),
        way: "page",
        note: reason.map(str::to_owned),
        data: json!({}),
        ..Entry::default()
    };
    transition_log::append(
        &mut tx,
        engine,
        Subject {
            kind: "vendor",
            id: id.0,
        },
        &[entry],
    )
    .await?;
    tx.commit().await?;
    Ok(())
}
