//! What the dashboard sums (`purchase_order_figures`), kept with each transition: deltas are folded into sums by a job, and a recount
//! of the whole history finds and mends what differs. What is summed of which transition is said once, by the views.

use domain::ids::PurchaseOrderId;

use crate::{Engine, Result, Tx};

/// Who holds it is the only one to change sums; deltas are written without it.
const FOLD_LOCK: i64 = 0xf01d;

/// Counts the newest `steps` rows of an order's history.
pub(super) async fn count(tx: &mut Tx, id: PurchaseOrderId, steps: usize) -> Result<()> {
    sqlx::query!(
        "INSERT INTO purchase_order_deltas (day, submitter_id, department_id, state, outcome, approver_id, bucket, count, seconds)
         SELECT day, submitter_id, department_id, state, outcome, approver_id, bucket, 1, seconds FROM purchase_order_steps
         WHERE purchase_order_id = $1 AND seq > (SELECT h.seq FROM history_heads h WHERE h.subject_kind = 'purchase_order' AND h.subject_id = $1) - $2",
        id.0,
        i32::try_from(steps).unwrap_or(i32::MAX),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes back (`-1`), or counts again (`1`), every step of an order: around a change of its department.
pub(super) async fn recount_one(tx: &mut Tx, id: PurchaseOrderId, times: i32) -> Result<()> {
    sqlx::query!(
        "INSERT INTO purchase_order_deltas (day, submitter_id, department_id, state, outcome, approver_id, bucket, count, seconds)
         SELECT day, submitter_id, department_id, state, outcome, approver_id, bucket, $2::integer, seconds * $2::integer FROM purchase_order_steps
         WHERE purchase_order_id = $1",
        id.0,
        times,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Folds the deltas there are into the sums.
pub(crate) async fn fold(engine: &Engine) -> Result<()> {
    let mut tx = alone(engine).await?;
    sqlx::query!(
        "WITH gone AS (DELETE FROM purchase_order_deltas RETURNING *)
         INSERT INTO purchase_order_sums AS s (grain, whose, measure, day, state, detail, department_id, count, seconds)
         SELECT m.grain, m.whose, m.measure, g.day, m.state, m.detail, m.department_id, sum(g.count), sum(g.seconds) FROM gone g
             CROSS JOIN LATERAL purchase_order_measures(g.submitter_id, g.department_id, g.state, g.outcome, g.approver_id, g.bucket) m
         GROUP BY m.grain, m.whose, m.measure, g.day, m.state, m.detail, m.department_id
         ON CONFLICT (grain, whose, measure, day, state, detail, department_id)
             DO UPDATE SET count = s.count + excluded.count, seconds = s.seconds + excluded.seconds",
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Recounts the whole history and mends the sums. Returns how many figures were wrong.
pub(crate) async fn settle(engine: &Engine) -> Result<u64> {
    let mut tx = alone(engine).await?;
    let mended = sqlx::query!(
        "INSERT INTO purchase_order_sums AS s (grain, whose, measure, day, state, detail, department_id, count, seconds)
         SELECT grain, whose, measure, day, state, detail, department_id, count, seconds FROM purchase_order_differences
         ON CONFLICT (grain, whose, measure, day, state, detail, department_id)
             DO UPDATE SET count = s.count + excluded.count, seconds = s.seconds + excluded.seconds",
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(mended.rows_affected())
}

async fn alone(engine: &Engine) -> Result<Tx> {
    let mut tx = engine.begin_free().await?;
    sqlx::query!("SELECT pg_advisory_xact_lock($1)", FOLD_LOCK)
        .execute(&mut *tx)
        .await?;
    Ok(tx)
}
