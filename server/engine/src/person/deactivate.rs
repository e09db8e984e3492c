//! Leaving: nobody waits for someone who is gone. What waits for them goes to somebody else in the same transaction.

use domain::{actor::Actor, ids::PersonId, role::Role};
use jiff_sqlx::ToSqlx;
use serde_json::json;

use super::{
    Form, change,
    store::{self, begin},
};
use crate::{Engine, Error, Result, purchase_order, session_store};

/// Deactivates a person: their sessions end, and every decision that waits for them goes to `reassign_to`, or to whom the
/// rules name now that they are gone.
///
/// # Errors
/// `Forbidden` for oneself; `Invalid` for `reassign_to` when that person cannot take all of it, naming what they raised
/// themselves; `Refused` for the last administrator, and where no choice is made and nobody is left to decide.
pub async fn deactivate(
    engine: &Engine,
    by: &Actor,
    form: Form,
    id: PersonId,
    reassign_to: Option<PersonId>,
) -> Result<()> {
    let mut tx = begin(engine, by, form.request_id, "deactivate_person").await?;
    if by.id == id {
        return Err(Error::Forbidden(
            "Nobody deactivates themselves. Ask another administrator.".to_owned(),
        ));
    }
    let person = store::lock(&mut tx, id, form).await?;
    if !person.active {
        return Err(Error::Stale(format!(
            "{} has been deactivated already.",
            person.profile.name
        )));
    }
    if person.profile.roles.contains(&Role::Administrator) {
        change::keep_an_administrator(&mut tx, id).await?;
    }
    if let Some(to) = reassign_to {
        check_successor(&mut tx, id, to).await?;
    }
    sqlx::query!(
        "UPDATE people SET deactivated_at = $2, version = version + 1 WHERE id = $1",
        id.0,
        engine.clock().now().to_sqlx(),
    )
    .execute(&mut *tx)
    .await?;
    session_store::end_all(&mut tx, id).await?;
    let moved = purchase_order::reassign(&mut tx, engine, by, id, reassign_to).await?;
    change::finish(
        tx,
        engine,
        by.id,
        (id, form),
        ("deactivate", json!({ "reassigned": moved })),
    )
    .await
}

async fn check_successor(tx: &mut crate::Tx, id: PersonId, to: PersonId) -> Result<()> {
    let active = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM people WHERE id = $1 AND id <> $2 AND deactivated_at IS NULL) AS "active!""#,
        to.0,
        id.0,
    )
    .fetch_one(&mut **tx)
    .await?;
    if active {
        Ok(())
    } else {
        Err(Error::field(
            "reassign_to",
            "Choose somebody active from the list.",
        ))
    }
}

/// What a person stands for besides what waits for them: shown before they are deactivated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offices {
    /// Active people who report to them.
    pub reports: i64,
    /// Departments they head.
    pub heads: Vec<String>,
    /// The executive whom the settings name.
    pub is_cfo: bool,
    /// Named by approval rules in force or proposed, as approver or as their fallback.
    pub in_rules: bool,
}

/// What a person stands for.
pub async fn offices(engine: &Engine, id: PersonId) -> Result<Offices> {
    let row = sqlx::query!(
        r#"SELECT (SELECT count(*) FROM people WHERE manager_id = $1 AND deactivated_at IS NULL) AS "reports!",
               array(SELECT name FROM departments WHERE head_id = $1 ORDER BY lower(name)) AS "heads!",
               EXISTS (SELECT FROM organisation WHERE cfo_id = $1) AS "is_cfo!",
               EXISTS (SELECT FROM approval_rule_sets s WHERE s.state IN ('in_force', 'proposed') AND NOT s.retires
                   AND ($1 IN (s.fallback_id, s.fallback_alternate_id)
                       OR EXISTS (SELECT FROM approval_rules r WHERE r.rule_set_id = s.id AND r.approver_id = $1))) AS "in_rules!""#,
        id.0,
    )
    .fetch_one(engine.pool())
    .await?;
    Ok(Offices {
        reports: row.reports,
        heads: row.heads,
        is_cfo: row.is_cfo,
        in_rules: row.in_rules,
    })
}
