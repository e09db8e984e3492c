//! The figures of My work.

use domain::{actor::Actor, role::Role};

use crate::{Engine, Result};

/// How many of the actor's own orders want something of them, for My work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Drafts not submitted yet.
    pub drafts: i64,
    /// Rejected: to be revised or left.
    pub rejected: i64,
    /// Waiting for somebody else's decision.
    pub in_approval: i64,
    /// Approved, waiting for purchasing: shown to purchasing only.
    pub to_process: i64,
    /// With the vendor: shown to purchasing only.
    pub processing: i64,
}

/// The figures of My work: the actor's own counted to 100, purchasing's to 1,000.
pub async fn counts(engine: &Engine, actor: &Actor) -> Result<Counts> {
    let row = sqlx::query!(
        r#"SELECT
               (SELECT count(*) FROM (SELECT FROM purchase_orders WHERE submitter_id = $1 AND status = 'draft' LIMIT 101) x) AS "drafts!",
               (SELECT count(*) FROM (SELECT FROM purchase_orders WHERE submitter_id = $1 AND status = 'rejected' LIMIT 101) x) AS "rejected!",
               (SELECT count(*) FROM (SELECT FROM purchase_orders WHERE submitter_id = $1
                   AND status IN ('pending_approval', 'requires_finance_review', 'requires_executive_review') LIMIT 101) x) AS "in_approval!",
               CASE WHEN $2 THEN (SELECT count(*) FROM (SELECT FROM purchase_orders WHERE status = 'approved' LIMIT 1001) x) ELSE 0 END
                   AS "to_process!",
               CASE WHEN $2 THEN (SELECT count(*) FROM (SELECT FROM purchase_orders WHERE status = 'processing' LIMIT 1001) x) ELSE 0 END
                   AS "processing!""#,
        actor.id.0,
        actor.has(Role::Purchasing),
    )
    .fetch_one(engine.pool())
    .await?;
    Ok(Counts {
        drafts: row.drafts,
        rejected: row.rejected,
        in_approval: row.in_approval,
        to_process: row.to_process,
        processing: row.processing,
    })
}
