//! What a timer of an order's decision does: reminds its approver, escalates it, tells operations that it still waits.

use domain::{
    ids::{PersonId, PurchaseOrderId},
    purchase_order::{Context, Effect, OVERDUE_EVERY, Order, escalate},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;

use super::{
    KIND,
    apply::{self, Door},
    late, service, store, subject,
};
use crate::{Engine, Error, Result, Tx, notification::tell, transition_log};

/// Does what the order's decision is due for, once. False: nothing is due, somebody was faster, or is deciding just now; then it is
/// looked at again soon. The caller keeps the organisation as it is, and commits.
pub(crate) async fn ring(tx: &mut Tx, engine: &Engine, id: PurchaseOrderId) -> Result<bool> {
    let free = sqlx::query_scalar!(
        "SELECT id FROM purchase_orders WHERE id = $1 FOR UPDATE SKIP LOCKED",
        id.0,
    )
    .fetch_optional(&mut **tx)
    .await?;
    if free.is_none() {
        return Ok(false);
    }
    let now = engine.clock().now();
    let due = sqlx::query!(
        r#"SELECT timer AS "timer!", due_at, assignee_id FROM decisions
           WHERE subject_kind = $1 AND subject_id = $2 AND verdict IS NULL AND timer_at <= $3"#,
        KIND,
        id.0,
        now.to_sqlx() as jiff_sqlx::Timestamp,
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(due) = due else { return Ok(false) };
    let order = store::read(tx, id).await?.ok_or(Error::NotFound)?.order;
    let (rules, directory) = service::surroundings(tx, &order, &[], now).await?;
    let order = order.with_stand_ins(&directory, now);
    let context = Context {
        rules: &rules,
        directory: &directory,
        now,
    };
    let assignee = PersonId(due.assignee_id);
    let notices = match due.timer.as_str() {
        "reminder" => {
            set(tx, id, ("escalation", due.due_at.to_jiff())).await?;
            vec![late::reminder(&order, &context, assignee)]
        }
        "escalation" => {
            let to = escalate_late(tx, engine, &order, &context).await?;
            late::escalation(&order, &context, (assignee, to))
        }
        _ => {
            set(tx, id, ("overdue", now + OVERDUE_EVERY)).await?;
            vec![late::overdue(&order, &context)]
        }
    };
    tell(tx, engine, &notices).await?;
    metrics::counter!("countersign_timers_total", "workflow" => KIND, "timer" => due.timer)
        .increment(1);
    Ok(true)
}

/// The next timer of the order's open decision.
async fn set(tx: &mut Tx, id: PurchaseOrderId, (timer, at): (&str, Timestamp)) -> Result<()> {
    let done = sqlx::query!(
        "UPDATE decisions SET timer = $3, timer_at = $4 WHERE subject_kind = $1 AND subject_id = $2 AND verdict IS NULL",
        KIND,
        id.0,
        timer,
        at.to_sqlx() as jiff_sqlx::Timestamp,
    )
    .execute(&mut **tx)
    .await?;
    apply::one(done.rows_affected(), "decisions")
}

/// Escalates it, and says to whom. The order's version stays: nothing that a form which is open now shows has changed, so it still
/// decides.
async fn escalate_late(
    tx: &mut Tx,
    engine: &Engine,
    order: &Order,
    context: &Context<'_>,
) -> Result<Option<PersonId>> {
    let decision = escalate(order, context).map_err(Error::internal)?;
    let mut to = None;
    for effect in &decision.effects {
        if let Effect::Escalate { to: above, .. } = effect {
            to = *above;
        }
        apply::carry_out(tx, engine, order, effect).await?;
    }
    let entries: Vec<_> = decision
        .steps
        .iter()
        .map(|step| apply::entry(step, Door::Page))
        .collect();
    transition_log::append(tx, engine, subject(order.id), &entries).await?;
    Ok(to)
}

/// Lets `to` decide too, on the order and on the decision that is open. From now on operations are told daily: after a day, or soon
/// where there is nobody.
pub(super) async fn escalated(
    tx: &mut Tx,
    engine: &Engine,
    order: &Order,
    to: Option<PersonId>,
) -> Result<()> {
    let now = engine.clock().now();
    let next = to.map_or(now, |_| now + OVERDUE_EVERY);
    let done = sqlx::query!(
        "WITH waits AS (
             UPDATE decisions SET escalated_to_id = $3, timer = 'overdue', timer_at = $4
             WHERE subject_kind = $1 AND subject_id = $2 AND verdict IS NULL RETURNING subject_id)
         UPDATE purchase_orders SET escalated_to = $3 WHERE id = (SELECT subject_id FROM waits)",
        KIND,
        order.id.0,
        to.map(|person| person.0),
        next.to_sqlx() as jiff_sqlx::Timestamp,
    )
    .execute(&mut **tx)
    .await?;
    apply::one(done.rows_affected(), "purchase_orders")
}
