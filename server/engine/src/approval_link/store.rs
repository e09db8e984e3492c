//! Statements of the table `approval_links`.

use domain::{
    ids::{PersonId, PurchaseOrderId},
    purchase_order::State,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::{Cause, Dead};
use crate::{Engine, Error, Result, Tx};

/// Whether a decision is still waited for; nobody makes it, and nobody else issues a link to it, before this transaction ends.
pub(super) async fn keep_open(tx: &mut Tx, decision: i64) -> Result<bool> {
    let open = sqlx::query_scalar!(
        r#"SELECT verdict IS NULL AS "open!" FROM decisions WHERE id = $1 FOR NO KEY UPDATE"#,
        decision,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(open.unwrap_or(false))
}

/// The nonce of a person's link to a decision that still works.
pub(super) async fn working(
    db: &mut PgConnection,
    decision: i64,
    person: PersonId,
    now: Timestamp,
) -> Result<Option<Vec<u8>>> {
    let nonce = sqlx::query_scalar!(
        "SELECT nonce FROM approval_links
         WHERE decision_id = $1 AND person_id = $2 AND used_at IS NULL AND expires_at > $3 ORDER BY id DESC LIMIT 1",
        decision,
        person.0,
        now.to_sqlx(),
    )
    .fetch_optional(db)
    .await?;
    Ok(nonce)
}

/// Keeps a link: the nonce its token is made from, and the hash it is looked up by.
pub(super) async fn insert(
    tx: &mut Tx,
    (decision, person): (i64, PersonId),
    (nonce, hash): (&[u8], &[u8]),
    (made, expires): (Timestamp, Timestamp),
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO approval_links (token_hash, nonce, person_id, decision_id, made_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
        hash,
        nonce,
        person.0,
        decision,
        made.to_sqlx(),
        expires.to_sqlx(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A link and what became of its decision.
pub(super) struct Found {
    pub id: i64,
    pub decision: i64,
    pub person: PersonId,
    pub name: String,
    pub order: PurchaseOrderId,
    state: State,
    expires_at: Timestamp,
    used: bool,
    current: bool,
    ended: Option<(String, Option<String>, Timestamp)>,
}

impl Found {
    /// Why it does nothing any more, as far as the person is not asked about.
    pub(super) fn dead(&self, now: Timestamp) -> Option<Dead> {
        let verdict = self.ended.as_ref().map(|(verdict, ..)| verdict.as_str());
        let cause = match verdict {
            _ if self.used => Cause::Used,
            Some("dropped") => Cause::TakenBack,
            Some(_) => Cause::Decided,
            None if !self.current => Cause::TakenBack,
            None if self.expires_at <= now => Cause::Expired,
            None => return None,
        };
        Some(self.because(cause))
    }

    /// As it is told to whoever holds it.
    pub(super) fn because(&self, cause: Cause) -> Dead {
        Dead {
            cause,
            order: self.order,
            person: self.name.clone(),
            state: self.state,
            ended: self.ended.clone(),
        }
    }
}

/// The link of a token's hash.
pub(super) async fn find(db: &mut PgConnection, hash: &[u8]) -> Result<Option<Found>> {
    let row = sqlx::query!(
        r#"SELECT l.id, l.decision_id, l.person_id, l.expires_at, l.used_at IS NOT NULL AS "used!", p.name, o.id AS order_id, o.status,
               d.round = o.round AND d.level = o.approval_level AS "current!", d.verdict, d.decided_at, b.name AS "by?"
           FROM approval_links l JOIN people p ON p.id = l.person_id JOIN decisions d ON d.id = l.decision_id
               JOIN purchase_orders o ON o.id = d.subject_id LEFT JOIN people b ON b.id = d.decided_by
           WHERE l.token_hash = $1 AND d.subject_kind = 'purchase_order'"#,
        hash,
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        let state = State::parse(&row.status);
        let ended = row.verdict.zip(row.decided_at);
        Ok(Found {
            id: row.id,
            decision: row.decision_id,
            person: PersonId(row.person_id),
            name: row.name,
            order: PurchaseOrderId(row.order_id),
            state: state.ok_or_else(|| {
                Error::internal(format!("purchase_orders {}: status", row.order_id))
            })?,
            expires_at: row.expires_at.to_jiff(),
            used: row.used,
            current: row.current,
            ended: ended.map(|(verdict, at)| (verdict, row.by, at.to_jiff())),
        })
    })
    .transpose()
}

/// Marks a link as used; false when it was already.
pub(super) async fn set_used(tx: &mut Tx, id: i64, now: Timestamp) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE approval_links SET used_at = $2 WHERE id = $1 AND used_at IS NULL",
        id,
        now.to_sqlx(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets links that expired before.
pub(super) async fn purge(engine: &Engine, before: Timestamp) -> Result<u64> {
    let done = sqlx::query!(
        "DELETE FROM approval_links WHERE expires_at < $1",
        before.to_sqlx()
    )
    .execute(engine.pool())
    .await?;
    Ok(done.rows_affected())
}
