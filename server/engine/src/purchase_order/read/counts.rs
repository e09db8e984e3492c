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

/// The figures of My work, each counted to 1,000.
pub async fn counts(engine: &Engine, actor: &Actor) -> Result<Counts> {
    let row = sqlx::query!(
        r#"SELECT count(*) FILTER (WHERE status = 'draft') AS "drafts!", count(*) FILTER (WHERE status = 'rejected') AS "rejected!",
               count(*) FILTER (WHERE approval_level > 0) AS "in_approval!",
               CASE WHEN $2 THEN (SELECT count(*) FROM (SELECT FROM purchase_orders WHERE status = 'approved' LIMIT 1001) x) ELSE 0 END
                   AS "to_process!",
               CASE WHEN $2 THEN (SELECT count(*) FROM (SELECT FROM purchase_orders WHERE status = 'processing' LIMIT 1001) x) ELSE 0 END
                   AS "processing!"
           FROM (SELECT status, approval_level FROM purchase_orders WHERE submitter_id = $1 ORDER BY id DESC LIMIT 1001) mine"#,
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
