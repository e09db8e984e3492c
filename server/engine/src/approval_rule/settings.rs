//! Whether a change of rules is confirmed by a second administrator: a setting of the organisation, whose changes are history too.

use domain::actor::Actor;
use sqlx::PgConnection;

use super::{LIST, administers};
use crate::{
    Engine, Result,
    change::Change,
    organisation,
    request::Form,
    transition_log::{self, Entry},
};

/// What the organisation asks of a change of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whether somebody other than its author confirms it.
    pub four_eyes: bool,
    /// Active administrators: with one alone nobody could confirm.
    pub administrators: i64,
    /// For the form.
    pub version: i32,
}

/// How it is set now.
pub async fn settings(engine: &Engine) -> Result<Settings> {
    let row = sqlx::query!(
        r#"SELECT four_eyes, version, (SELECT count(*) FROM person_roles r JOIN people p ON p.id = r.person_id
               WHERE r.role = 'administrator' AND p.deactivated_at IS NULL) AS "administrators!"
           FROM organisation WHERE id = 1"#
    )
    .fetch_one(engine.pool())
    .await?;
    Ok(Settings {
        four_eyes: row.four_eyes,
        administrators: row.administrators,
        version: row.version,
    })
}

pub(super) async fn four_eyes(db: &mut PgConnection) -> Result<bool> {
    let on = sqlx::query_scalar!("SELECT four_eyes FROM organisation WHERE id = 1")
        .fetch_one(db)
        .await?;
    Ok(on)
}

/// Asks for a second administrator, or no more.
///
/// # Errors
/// `Forbidden`; `Stale` when somebody else changed it since the form was rendered; `Repeated`.
pub async fn set_four_eyes(engine: &Engine, by: &Actor, form: Form, on: bool) -> Result<()> {
    let mut change = Change::begin(engine, by, form, "set_four_eyes").await?;
    administers(&mut change.tx, by).await?;
    let row =
        sqlx::query!("SELECT four_eyes, version FROM organisation WHERE id = 1 FOR NO KEY UPDATE")
            .fetch_one(&mut *change.tx)
            .await?;
    change
        .check(organisation::SUBJECT, "This setting", row.version)
        .await?;
    if row.four_eyes == on {
        return change.nothing(LIST).await;
    }
    sqlx::query!(
        "UPDATE organisation SET four_eyes = $1, version = version + 1 WHERE id = 1",
        on
    )
    .execute(&mut *change.tx)
    .await?;
    let said = |on: bool| [("four_eyes", transition_log::yes_or_no(on))];
    let data = transition_log::differences(&said(row.four_eyes), &said(on));
    let entry = Entry::by_page(by.id, "change", data);
    change.done(organisation::SUBJECT, LIST, entry).await
}
