//! Somebody leaves: what waits for them goes to somebody else, in the transaction in which they are deactivated.

use domain::{
    actor::Actor,
    approval_rule::Routed,
    ids::{PersonId, PurchaseOrderId},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use rust_decimal::Decimal;
use serde_json::json;

use crate::{
    Engine, Error, Result, Tx, away,
    transition_log::{self, Entry},
};

use super::{
    KIND,
    handover::{Handing, give, on_their_own},
    service, store,
    store::Stored,
    subject,
};

/// Moves every decision that waits for `from`, who is deactivated already: to `to`, or to whom the order's rules name
/// without them. Returns the numbers of the orders. The caller has the organisation to itself.
///
/// # Errors
/// `Invalid` for `reassign_to`, naming the orders which that person raised; `Refused` naming those that nobody can decide.
pub(crate) async fn reassign(
    tx: &mut Tx,
    engine: &Engine,
    by: &Actor,
    from: PersonId,
    to: Option<PersonId>,
) -> Result<Vec<String>> {
    let mut moves = Vec::new();
    let mut stuck = Vec::new();
    let (waiting, escalated) = lock_waiting(tx, from).await?;
    for id in waiting {
        let stored = store::read(tx, id).await?.ok_or(Error::NotFound)?;
        match successor(tx, engine, &stored, (from, to)).await? {
            Some(next) => moves.push((stored, next)),
            None => stuck.push(format!("PO-{id}")),
        }
    }
    if !stuck.is_empty() {
        return Err(refusal(to.is_some(), &stuck.join(", ")));
    }
    for (stored, next) in &moves {
        let handing = Handing {
            event: "reassign",
            source: "reassignment",
            by: on_their_own(by),
            to: *next,
            note: gone(tx, from, *next).await?,
        };
        give(tx, engine, by, stored, &handing).await?;
    }
    for id in escalated {
        end_escalation(tx, engine, by, (id, from)).await?;
    }
    // What they would have decided for others goes to whoever stands in for those now.
    away::resolve(tx, engine).await?;
    Ok(moves
        .iter()
        .map(|(stored, _)| format!("PO-{}", stored.order.id))
        .collect())
}

/// The orders that wait for a person, and those that escalated to them: locked in the order of their numbers as everyone locks them.
async fn lock_waiting(
    tx: &mut Tx,
    person: PersonId,
) -> Result<(Vec<PurchaseOrderId>, Vec<PurchaseOrderId>)> {
    let rows = sqlx::query!(
        r#"SELECT id, current_approver = $1 AS "waits!" FROM purchase_orders WHERE $1 IN (current_approver, escalated_to)
           ORDER BY id FOR UPDATE"#,
        person.0,
    )
    .fetch_all(&mut **tx)
    .await?;
    let all = |waits: bool| -> Vec<PurchaseOrderId> {
        let rows = rows.iter().filter(|row| row.waits == waits);
        rows.map(|row| PurchaseOrderId(row.id)).collect()
    };
    Ok((all(true), all(false)))
}

/// Nobody above the approver can decide any more: operations are told at once.
async fn end_escalation(
    tx: &mut Tx,
    engine: &Engine,
    by: &Actor,
    (id, from): (PurchaseOrderId, PersonId),
) -> Result<()> {
    sqlx::query!(
        "UPDATE decisions SET escalated_to_id = NULL, timer_at = $3
         WHERE subject_kind = $1 AND subject_id = $2 AND verdict IS NULL",
        KIND,
        id.0,
        engine.clock().now().to_sqlx() as jiff_sqlx::Timestamp,
    )
    .execute(&mut **tx)
    .await?;
    let row = sqlx::query!(
        "UPDATE purchase_orders o SET escalated_to = NULL FROM people p WHERE o.id = $1 AND p.id = $2
         RETURNING o.status, o.round, o.approval_level, p.name",
        id.0,
        from.0,
    )
    .fetch_one(&mut **tx)
    .await?;
    let entry = Entry {
        event: "reassign".to_owned(),
        from_state: Some(row.status.clone()),
        to_state: Some(row.status),
        round: Some(row.round),
        level: Some(row.approval_level),
        actor: Some(by.id),
        way: "page",
        note: Some(format!(
            "{} was deactivated: it is escalated to nobody now.",
            row.name
        )),
        data: json!({ "from": row.name }),
        ..Entry::default()
    };
    transition_log::append(tx, engine, subject(id), &[entry]).await
}

/// Who is asked instead; `None` when the chosen one raised the order, or nobody can be asked.
async fn successor(
    tx: &mut Tx,
    engine: &Engine,
    stored: &Stored,
    (from, to): (PersonId, Option<PersonId>),
) -> Result<Option<PersonId>> {
    let order = &stored.order;
    if let Some(to) = to {
        return Ok((to != order.submitter).then_some(to));
    }
    let Some(level) = order.waiting.as_ref().map(|waiting| waiting.level) else {
        return Ok(None);
    };
    let (rules, directory) = service::surroundings(tx, order, &[], engine.clock().now()).await?;
    let routed = Routed {
        submitter: order.submitter,
        department: order.department,
        directory: &directory,
    };
    Ok(rules
        .approver(level, &routed)
        .ok()
        .map(|next| next.person)
        .filter(|next| *next != from))
}

fn refusal(chosen: bool, orders: &str) -> Error {
    if chosen {
        let message = format!(
            "This person raised {orders}, and nobody decides what they raised. Choose somebody else, or nobody: then each goes to whom the rules name."
        );
        return Error::field("reassign_to", message);
    }
    Error::field(
        "reassign_to",
        format!("The rules name nobody else for {orders}. Choose to whom it goes."),
    )
}

/// Why it is somebody else's, in words.
async fn gone(tx: &mut Tx, from: PersonId, to: PersonId) -> Result<String> {
    let names = sqlx::query!(
        r#"SELECT (SELECT name FROM people WHERE id = $1) AS "from!", (SELECT name FROM people WHERE id = $2) AS "to!""#,
        from.0,
        to.0,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(format!(
        "{} was deactivated: {} decides instead.",
        names.from, names.to
    ))
}

/// An order that waits for somebody, as the page shows it that asks to whom it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingOrder {
    /// The number.
    pub id: PurchaseOrderId,
    /// Who raised it.
    pub submitter: String,
    /// Its total, as a decimal with its currency.
    pub total: (Decimal, String),
    /// Until when the decision is due.
    pub due: Timestamp,
}

/// What waits for a person: how many orders, and the first `limit` of them by deadline.
pub async fn waiting_for(
    engine: &Engine,
    person: PersonId,
    limit: i64,
) -> Result<(i64, Vec<WaitingOrder>)> {
    let rows = sqlx::query!(
        r#"SELECT o.id, p.name AS submitter, o.total, o.currency, o.sla_due_at AS "due!", count(*) OVER () AS "count!"
           FROM purchase_orders o JOIN people p ON p.id = o.submitter_id
           WHERE o.current_approver = $1 ORDER BY o.sla_due_at, o.id LIMIT $2"#,
        person.0,
        limit,
    )
    .fetch_all(engine.pool())
    .await?;
    let count = rows.first().map_or(0, |row| row.count);
    let orders = rows.into_iter().map(|row| WaitingOrder {
        id: PurchaseOrderId(row.id),
        submitter: row.submitter,
        total: (row.total, row.currency),
        due: row.due.to_jiff(),
    });
    Ok((count, orders.collect()))
}
