//! Mails: written as rows in the transaction that says them, sent by a job after it (spec README, "Notifications").
//!
//! Owns the table of deliveries. Without mail settings a mail ends in the *Outbox*, where administrators read it.

mod deliver;
mod letter;
mod outbox;
mod smtp;

#[cfg(test)]
mod tests;

pub use deliver::Deliver;
pub use letter::{Action, Letter};
pub use outbox::{Delivery, LIST, Mailed, OUTBOX, State, address, failed, get, send_again};
pub use smtp::{Post, Sender, Server};

use domain::ids::PersonId;
use jiff_sqlx::ToSqlx;

use crate::{Engine, Result, Tx};

/// How often a mail is tried: over some twenty hours.
pub(crate) const ATTEMPTS: i16 = 12;
/// Timers and seals go before mails.
pub(crate) const PRIORITY: i16 = 10;

/// One mail to one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Whom, where they are one of ours.
    pub person: Option<PersonId>,
    /// The address it goes to.
    pub address: String,
    /// What it says.
    pub letter: Letter,
    /// Mails of one thread belong together: `purchase_order-1042`.
    pub thread: Option<String>,
}

/// Writes a mail down, to be sent after the transaction.
pub async fn enqueue(tx: &mut Tx, engine: &Engine, mail: &Mail) -> Result<()> {
    if engine.is_quiet() {
        return Ok(());
    }
    let parts = mail.letter.render(engine)?;
    sqlx::query!(
        r#"WITH mailed AS (
               INSERT INTO deliveries (person_id, way, address, headline, text_part, html_part, thread, created_at)
               VALUES ($1, 'email', $2, $3, $4, $5, $6, $7) RETURNING id)
           SELECT j.id AS "id!" FROM mailed m, graphile_worker.add_job(identifier => 'deliver',
               payload => json_build_object('delivery', m.id), max_attempts => $8, priority => $9) j"#,
        mail.person.map(|id| id.0),
        mail.address,
        mail.letter.headline,
        parts.text,
        parts.html,
        mail.thread,
        engine.clock().now().to_sqlx(),
        i32::from(ATTEMPTS),
        i32::from(PRIORITY),
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(())
}
