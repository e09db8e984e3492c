//! Timers: what is done when the time of a waiting decision has come, exactly once however many servers look.
//!
//! A timer is a column of its decision, so it is set and ended in the transactions that open and close that, and outlives every
//! restart. The worker looks every minute for those that are due by the engine's clock, which the demo moves: the queue's `run_at`
//! goes by the database's. What was missed while no worker ran is done when one does.

#[cfg(test)]
mod tests;

use std::error::Error as _;

use domain::ids::PurchaseOrderId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;

use crate::{Engine, Result, purchase_order};

/// Read at once.
const BATCH: i64 = 200;

/// Does everything that is due, each in a transaction of its own. Returns how many rang.
///
/// # Errors
/// When the database does not answer. What fails for one decision alone is logged, and tried again at the next look.
pub async fn ring_due(engine: &Engine) -> Result<usize> {
    let mut rang = 0;
    loop {
        // What has rung sets the next timer, which may be due as well after a while without a worker.
        match ring_once(engine).await? {
            0 => return Ok(rang),
            more => rang += more,
        }
    }
}

async fn ring_once(engine: &Engine) -> Result<usize> {
    let mut rang = 0;
    let mut last = (Timestamp::UNIX_EPOCH, 0);
    loop {
        let due = sqlx::query!(
            r#"SELECT id, subject_id, timer_at AS "timer_at!" FROM decisions
               WHERE timer IS NOT NULL AND timer_at <= $1 AND (timer_at, id) > ($2, $3) ORDER BY timer_at, id LIMIT $4"#,
            engine.clock().now().to_sqlx() as jiff_sqlx::Timestamp,
            last.0.to_sqlx() as jiff_sqlx::Timestamp,
            last.1,
            BATCH,
        )
        .fetch_all(engine.pool())
        .await?;
        let Some(newest) = due.last() else {
            return Ok(rang);
        };
        last = (newest.timer_at.to_jiff(), newest.id);
        for one in &due {
            match ring(engine, PurchaseOrderId(one.subject_id)).await {
                Ok(done) => rang += usize::from(done),
                Err(error) => {
                    let order = one.subject_id;
                    tracing::error!(%error, source = error.source(), order, "a timer failed");
                }
            }
        }
    }
}

/// Does what one order's decision is due for.
pub(crate) async fn ring(engine: &Engine, id: PurchaseOrderId) -> Result<bool> {
    let mut tx = engine.begin_deciding().await?;
    let rang = purchase_order::ring(&mut tx, engine, id).await?;
    tx.commit().await?;
    Ok(rang)
}

/// When the next timer of an order rings, if it waits for somebody.
pub(crate) async fn next(engine: &Engine, id: PurchaseOrderId) -> Result<Option<Timestamp>> {
    let at = sqlx::query_scalar!(
        r#"SELECT timer_at AS "at!" FROM decisions WHERE subject_kind = $1 AND subject_id = $2 AND timer IS NOT NULL"#,
        purchase_order::KIND,
        id.0,
    )
    .fetch_optional(engine.pool())
    .await?;
    Ok(at.map(jiff_sqlx::Timestamp::to_jiff))
}
