//! What waits for a person's decision, soonest due first. Reads `decisions`, as everything that asks "what waits for whom" does.

use domain::{actor::Actor, ids::PurchaseOrderId, money::Currency, purchase_order::State};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use rust_decimal::Decimal;

use crate::{Engine, Error, Result};

/// Rows on a page.
const PAGE: i64 = 50;

/// One decision that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxRow {
    /// The order.
    pub id: PurchaseOrderId,
    /// What an action carries.
    pub version: i32,
    /// What it is for.
    pub title: String,
    /// Where it stands.
    pub state: State,
    /// Who raised it.
    pub submitter: String,
    /// From whom.
    pub vendor: String,
    /// The sum.
    pub total: Decimal,
    /// Its currency.
    pub currency: Currency,
    /// Since when it waits for this person.
    pub opened_at: Timestamp,
    /// Until when.
    pub due: Timestamp,
    /// Why it is with them: `rule`, `fallback`, `escalation`, `forward`, `reassignment`.
    pub source: String,
    /// Where the next page begins.
    pub decision: i64,
}

/// A page of what waits for the actor, after `(due, decision)` where given; and whether there is more.
pub async fn inbox(
    engine: &Engine,
    actor: &Actor,
    after: Option<(Timestamp, i64)>,
) -> Result<(Vec<InboxRow>, bool)> {
    let (due, decision) = after.unwrap_or((Timestamp::UNIX_EPOCH, 0));
    let rows = sqlx::query!(
        r#"SELECT d.id AS decision, d.opened_at, d.due_at, d.source, o.id, o.version, o.status, o.total, o.currency,
               s.name AS submitter, v.name AS vendor,
               coalesce(nullif(left(split_part(o.justification, E'\n', 1), 80), ''),
                   (SELECT l.description FROM purchase_order_lines l WHERE l.purchase_order_id = o.id ORDER BY l.position LIMIT 1),
                   '') AS "title!"
           FROM decisions d JOIN purchase_orders o ON o.id = d.subject_id JOIN people s ON s.id = o.submitter_id
               JOIN vendors v ON v.id = o.vendor_id
           WHERE d.assignee_id = $1 AND d.verdict IS NULL AND d.subject_kind = 'purchase_order' AND (d.due_at, d.id) > ($2, $3)
           ORDER BY d.due_at, d.id LIMIT $4"#,
        actor.id.0,
        due.to_sqlx() as jiff_sqlx::Timestamp,
        decision,
        PAGE + 1,
    )
    .fetch_all(engine.pool())
    .await?;
    let page = usize::try_from(PAGE).unwrap_or_default();
    let more = rows.len() > page;
    let rows = rows
        .into_iter()
        .take(page)
        .map(|row| {
            let bad =
                |column: &str| Error::internal(format!("purchase_orders {}: {column}", row.id));
            Ok(InboxRow {
                id: PurchaseOrderId(row.id),
                version: row.version,
                title: row.title,
                state: State::parse(&row.status).ok_or_else(|| bad("status"))?,
                submitter: row.submitter,
                vendor: row.vendor,
                total: row.total,
                currency: Currency::parse(&row.currency).ok_or_else(|| bad("currency"))?,
                opened_at: row.opened_at.to_jiff(),
                due: row.due_at.to_jiff(),
                source: row.source,
                decision: row.decision,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    Ok((rows, more))
}
