//! Sends the mails and text messages that are due, and keeps how it went.
//!
//! The table of deliveries is the queue: whoever works claims one for a while, sends it, and writes down what the far side said. At
//! least once: when a server dies in between another one sends it again, a mail under the same Message-ID, a text only where the far
//! side does not have it.

use std::{error::Error as _, time::Duration};

use domain::notification::Way;
use futures::future::{join, try_join, try_join_all};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    letter::{Acts, Kept},
    post::{Leaving, Outcome, Post},
    smtp::Outgoing,
    twilio::Text,
};
use crate::{
    Engine, Error, Result, Tx,
    attachment::{Files, whole},
    job,
};

/// How often a message is tried: over some seventeen hours.
pub(super) const ATTEMPTS: i32 = 12;
/// How long after the first attempt the second follows; doubled each time.
const BACKOFF: SignedDuration = SignedDuration::from_secs(30);
/// How often it is looked for messages that are due.
const LOOK: Duration = Duration::from_secs(2);
/// Messages of one way on their way at the same time, as many as lettre keeps connections: most of a mail's time is waiting for the far
/// side.
const AT_ONCE: usize = 10;
/// How long one message may take.
const PATIENCE: Duration = Duration::from_mins(2);
/// Who has not written down by then what became of a message has died.
const CLAIMED: SignedDuration = SignedDuration::from_mins(5);

/// A message on its way.
pub(super) struct Claimed {
    id: i64,
    way: Way,
    attempts: i32,
    tried_before: bool,
    address: String,
    headline: String,
    kept: Kept,
    thread: Option<String>,
    token: Uuid,
    at: Timestamp,
    attachment: Option<Uuid>,
}

/// Sends what is due, again and again, until it is to stop and what is on its way has left. A database that does not answer is asked
/// again. No way waits for the other: ten thousand mails hold up no text message.
pub async fn keep_delivering(engine: &Engine, files: &Files, post: &Post, stop: CancellationToken) {
    let by = async |way| {
        while !stop.is_cancelled() {
            if let Err(error) = deliver_by(engine, files, post, &stop, way).await {
                tracing::error!(%error, source = error.source(), "messages could not be sent");
            }
            // Whichever is first.
            let _ = timeout(LOOK, stop.cancelled()).await;
        }
    };
    join(by(Way::Email), by(Way::Sms)).await;
}

/// Sends everything that is due. Any number of servers may do so at once: each message is claimed by one.
///
/// # Errors
/// When the database does not answer.
pub async fn deliver_due(
    engine: &Engine,
    files: &Files,
    post: &Post,
    stop: &CancellationToken,
) -> Result<()> {
    let by = |way| deliver_by(engine, files, post, stop, way);
    try_join(by(Way::Email), by(Way::Sms)).await?;
    Ok(())
}

/// What is due of one way.
async fn deliver_by(
    engine: &Engine,
    files: &Files,
    post: &Post,
    stop: &CancellationToken,
    way: Way,
) -> Result<()> {
    if !post.sends(way) {
        return keep(engine, way).await;
    }
    let sender = || async {
        while !stop.is_cancelled()
            && let Some(claimed) = claim(engine, way).await?
        {
            deliver(engine, files, post, &claimed).await?;
        }
        Ok::<(), Error>(())
    };
    try_join_all((0..AT_ONCE).map(|_| sender())).await?;
    Ok(())
}

/// Without settings, what is due stays where administrators read it.
async fn keep(engine: &Engine, way: Way) -> Result<()> {
    let kept = sqlx::query!(
        "UPDATE deliveries SET state = 'outbox', next_at = NULL
         WHERE id IN (SELECT id FROM deliveries WHERE state = 'pending' AND way = $2 AND next_at <= $1 FOR UPDATE SKIP LOCKED)",
        engine.clock().now().to_sqlx(),
        way.as_str(),
    )
    .execute(engine.pool())
    .await?;
    metrics::counter!("countersign_deliveries_total", "state" => "outbox")
        .increment(kept.rows_affected());
    Ok(())
}

/// The oldest message of a way that is due: this server's, for a while.
pub(super) async fn claim(engine: &Engine, way: Way) -> Result<Option<Claimed>> {
    let now = engine.clock().now();
    let row = sqlx::query!(
        r#"UPDATE deliveries d SET attempts = d.attempts + 1, tried_at = $1, next_at = $2
           FROM (SELECT id, tried_at FROM deliveries WHERE state = 'pending' AND way = $3 AND next_at <= $1
                 ORDER BY next_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) due
           WHERE d.id = due.id
           RETURNING d.id, d.attempts, due.tried_at IS NOT NULL AS "tried_before!", d.address, d.headline,
               d.letter AS "letter!", d.decision_id, d.password_link_id, d.person_id, d.thread, d.token, d.created_at, d.attachment_id"#,
        now.to_sqlx(),
        (now + CLAIMED).to_sqlx(),
        way.as_str(),
    )
    .fetch_optional(engine.pool())
    .await?;
    Ok(row.map(|row| Claimed {
        id: row.id,
        way,
        attempts: row.attempts,
        tried_before: row.tried_before,
        address: row.address,
        headline: row.headline,
        kept: Kept {
            letter: row.letter,
            acts: Acts::of(row.person_id, row.decision_id, row.password_link_id),
        },
        thread: row.thread,
        token: row.token,
        at: row.created_at.to_jiff(),
        attachment: row.attachment_id,
    }))
}

/// Lays it out and hands it to the far side.
async fn send(engine: &Engine, files: &Files, post: &Post, claimed: &Claimed) -> Result<Outcome> {
    if claimed.way == Way::Sms {
        let text = Text {
            to: claimed.address.clone(),
            body: claimed.kept.in_brief(engine)?,
            at: claimed.at,
            again: claimed.tried_before,
        };
        return Ok(post.send(&Leaving::Text(text)).await);
    }
    let attachment = match claimed.attachment {
        Some(id) => Some(whole(&mut *engine.pool().acquire().await?, files, id).await?),
        None => None,
    };
    let parts = claimed.kept.for_its_reader(engine).await?;
    let mail = Outgoing {
        to: claimed.address.clone(),
        headline: claimed.headline.clone(),
        text: parts.text,
        html: parts.html,
        thread: claimed.thread.clone(),
        token: claimed.token,
        at: claimed.at,
        attachment,
    };
    Ok(post.send(&Leaving::Mail(Box::new(mail))).await)
}

/// Sends it and writes down what came of that.
async fn deliver(engine: &Engine, files: &Files, post: &Post, claimed: &Claimed) -> Result<()> {
    let outcome = match timeout(PATIENCE, send(engine, files, post, claimed)).await {
        Ok(Ok(outcome)) => outcome,
        // One message that cannot be laid out does not hold up the others.
        Ok(Err(error)) => Outcome::Later(job::said(&error)),
        Err(_) => Outcome::Later("it took too long".to_owned()),
    };
    let last = claimed.attempts >= ATTEMPTS;
    let (state, answer) = match outcome {
        Outcome::Sent(answer) => ("sent", answer),
        Outcome::Later(answer) if !last => ("pending", answer),
        Outcome::Later(answer) | Outcome::Refused(answer) => ("failed", answer),
    };
    let doubled = 1 << (claimed.attempts - 1).clamp(0, ATTEMPTS);
    let next = (state == "pending").then(|| engine.clock().now() + BACKOFF * doubled);
    // Unless somebody else has it by now.
    sqlx::query!(
        "UPDATE deliveries SET state = $3, answer = $4, next_at = $5, letter = CASE WHEN $3 = 'sent' THEN NULL ELSE letter END
         WHERE id = $1 AND attempts = $2 AND state = 'pending'",
        claimed.id,
        claimed.attempts,
        state,
        answer,
        next.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
    )
    .execute(engine.pool())
    .await?;
    metrics::counter!("countersign_deliveries_total", "state" => state).increment(1);
    if state == "failed" {
        tracing::warn!(
            delivery = claimed.id,
            answer,
            "a message could not be delivered"
        );
    }
    Ok(())
}

/// Has a message that was not sent tried again, from the first attempt on, in this transaction. Says whether there was one.
pub(super) async fn again(tx: &mut Tx, engine: &Engine, id: i64) -> Result<bool> {
    let again = sqlx::query!(
        "UPDATE deliveries SET state = 'pending', next_at = $2, attempts = 0 WHERE id = $1 AND state IN ('outbox', 'failed')",
        id,
        engine.clock().now().to_sqlx(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(again.rows_affected() > 0)
}
