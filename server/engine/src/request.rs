//! Every form's request id, once: the same id again is answered with the first result (HOUSE, "Requests once").

#[cfg(test)]
mod tests;

use domain::ids::PersonId;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use crate::{
    Engine, Error, Result, Tx,
    transition_log::{self, Subject},
};

/// How long first results are kept.
const KEPT_DAYS: i64 = 7;

/// The form a change of a record came by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// So that a second click is answered with the first one's result.
    pub request_id: Uuid,
    /// The record's version when the form was rendered.
    pub version: i32,
}

/// The answer to a form whose record somebody changed since it was rendered: says who.
pub(crate) async fn stale(tx: &mut Tx, subject: Subject, name: &str) -> Result<Error> {
    let newest = transition_log::newest(tx, subject).await?;
    let who = newest
        .as_ref()
        .and_then(|row| row.actor.as_deref())
        .unwrap_or("someone");
    Ok(Error::Stale(format!(
        "{name} was changed by {who} since you opened this page. Compare what you entered with what stands now, then save again."
    )))
}

/// Claims `request_id` for this transaction, which says at its end where it led ([`finish`]). A second claim waits for the first
/// transaction to end; then it fails with [`Error::Repeated`] and the first one's result.
pub async fn claim(
    tx: &mut Tx,
    engine: &Engine,
    person: PersonId,
    request_id: Uuid,
    action: &str,
) -> Result<()> {
    let leads_to = "";
    claim_leading(tx, engine, person, request_id, Claim { action, leads_to }).await
}

/// What a form is claimed for.
pub(crate) struct Claim<'a> {
    /// What it asks.
    pub action: &'a str,
    /// Where it will lead.
    pub leads_to: &'a str,
}

/// As [`claim`], where it is known from the beginning where the request leads.
pub(crate) async fn claim_leading(
    tx: &mut Tx,
    engine: &Engine,
    person: PersonId,
    request_id: Uuid,
    claim: Claim<'_>,
) -> Result<()> {
    let claimed = sqlx::query!(
        "INSERT INTO requests (person_id, request_id, action, at, result) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        person.0,
        request_id,
        claim.action,
        engine.clock().now().to_sqlx(),
        claim.leads_to,
    )
    .execute(&mut **tx)
    .await?
    .rows_affected();
    if claimed == 1 {
        return Ok(());
    }
    let first = sqlx::query_scalar!(
        "SELECT result FROM requests WHERE person_id = $1 AND request_id = $2",
        person.0,
        request_id,
    )
    .fetch_one(&mut **tx)
    .await?;
    Err(Error::Repeated(first))
}

/// Keeps where the request led, in the same transaction.
pub async fn finish(tx: &mut Tx, person: PersonId, request_id: Uuid, result: &str) -> Result<()> {
    sqlx::query!(
        "UPDATE requests SET result = $3 WHERE person_id = $1 AND request_id = $2",
        person.0,
        request_id,
        result,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Where a request of this person that was carried out led.
pub async fn result(engine: &Engine, person: PersonId, request_id: Uuid) -> Result<String> {
    let result = sqlx::query_scalar!(
        "SELECT result FROM requests WHERE person_id = $1 AND request_id = $2",
        person.0,
        request_id,
    )
    .fetch_optional(engine.pool())
    .await?;
    result.ok_or(Error::NotFound)
}

/// Forgets results older than a week.
pub async fn purge(engine: &Engine) -> Result<u64> {
    let before = engine.clock().now() - jiff::SignedDuration::from_hours(24 * KEPT_DAYS);
    let done = sqlx::query!("DELETE FROM requests WHERE at < $1", before.to_sqlx())
        .execute(engine.pool())
        .await?;
    Ok(done.rows_affected())
}
