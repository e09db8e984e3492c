//! The job that sends one mail, and what is kept of how it went.

use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};

use super::{
    ATTEMPTS, PRIORITY, Post,
    smtp::{Outcome, Outgoing},
};
use crate::{Engine, Result, Tx, job};

/// Sends one mail. At least once: a server that dies between sending and writing it down sends it again, under the same
/// Message-ID.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Deliver {
    /// `deliveries.id`.
    pub delivery: i64,
}

impl TaskHandler for Deliver {
    const IDENTIFIER: &'static str = "deliver";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        let engine = job::engine(&ctx)?;
        let post = ctx
            .get_ext::<Post>()
            .ok_or_else(|| "the worker was started without a way to send mail".to_owned())?;
        let last = ctx.job().attempts() >= ctx.job().max_attempts();
        let later = deliver(&engine, post, self.delivery, last)
            .await
            .map_err(|error| job::said(&error))?;
        later.map_or(Ok(()), Err)
    }
}

/// Sends what is still to be sent. Returns what the far side said when it has to be tried again.
async fn deliver(engine: &Engine, post: &Post, id: i64, last: bool) -> Result<Option<String>> {
    let Some(mail) = pending(engine, id).await? else {
        return Ok(None);
    };
    let (state, answer, later) = match post.send(&mail).await {
        Outcome::Kept => ("outbox", None, None),
        Outcome::Sent(answer) => ("sent", Some(answer), None),
        Outcome::Refused(answer) => ("failed", Some(answer), None),
        Outcome::Later(answer) if last => ("failed", Some(answer), None),
        Outcome::Later(answer) => ("pending", Some(answer.clone()), Some(answer)),
    };
    sqlx::query!(
        "UPDATE deliveries SET state = $2, answer = $3, tried_at = $4,
             attempts = attempts + CASE WHEN $2 = 'outbox' THEN 0 ELSE 1 END,
             text_part = CASE WHEN $2 = 'sent' THEN NULL ELSE text_part END, html_part = CASE WHEN $2 = 'sent' THEN NULL ELSE html_part END
         WHERE id = $1",
        id,
        state,
        answer,
        engine.clock().now().to_sqlx(),
    )
    .execute(engine.pool())
    .await?;
    metrics::counter!("countersign_deliveries_total", "state" => state).increment(1);
    if state == "failed" {
        tracing::warn!(delivery = id, answer, "a mail could not be delivered");
    }
    Ok(later)
}

/// The mail, while it waits to be sent.
async fn pending(engine: &Engine, id: i64) -> Result<Option<Outgoing>> {
    let row = sqlx::query!(
        r#"SELECT address, headline, text_part AS "text_part!", html_part, thread, token, created_at
           FROM deliveries WHERE id = $1 AND state = 'pending' AND way = 'email'"#,
        id,
    )
    .fetch_optional(engine.pool())
    .await?;
    Ok(row.map(|row| Outgoing {
        to: row.address,
        headline: row.headline,
        text: row.text_part,
        html: row.html_part,
        thread: row.thread,
        token: row.token,
        at: row.created_at.to_jiff(),
    }))
}

/// Has a mail that was not sent tried again, in this transaction. Says whether there was one.
pub(super) async fn again(tx: &mut Tx, id: i64) -> Result<bool> {
    let job = sqlx::query_scalar!(
        r#"WITH again AS (
               UPDATE deliveries SET state = 'pending' WHERE id = $1 AND state IN ('outbox', 'failed') RETURNING id)
           SELECT j.id AS "id!" FROM again a, graphile_worker.add_job(identifier => 'deliver',
               payload => json_build_object('delivery', a.id), max_attempts => $2, priority => $3) j"#,
        id,
        i32::from(ATTEMPTS),
        i32::from(PRIORITY),
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(job.is_some())
}
