//! Mails and text messages: written as rows in the transaction that says them, sent after it by who works (spec README,
//! "Notifications").
//!
//! Owns the table of deliveries. What there are no settings for ends in the *Outbox*, where administrators read it.

mod deliver;
mod letter;
mod outbox;
mod post;
mod smtp;
mod twilio;

#[cfg(test)]
mod tests;

pub use deliver::{deliver_due, keep_delivering};
pub use letter::{Action, Letter};
pub use outbox::{Delivery, LIST, Mailed, OUTBOX, State, address, failed, get, send_again};
pub use post::Post;
pub use smtp::{Sender, Server};
pub use twilio::{TextSender, Twilio};

use domain::ids::PersonId;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use crate::{Engine, Result, Tx};

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
    /// The link it brings (`password_links.id`).
    pub password_link: Option<i64>,
    /// The file it brings (`attachments.id`).
    pub attachment: Option<Uuid>,
}

/// Writes a mail down, to be sent after the transaction.
pub async fn enqueue(tx: &mut Tx, engine: &Engine, mail: &Mail) -> Result<()> {
    if engine.is_quiet() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO deliveries (person_id, way, address, headline, letter, thread, created_at, next_at, password_link_id, attachment_id)
         VALUES ($1, 'email', $2, $3, $4, $5, $6, $6, $7, $8)",
        mail.person.map(|id| id.0),
        mail.address,
        mail.letter.headline,
        mail.letter.kept()?,
        mail.thread,
        engine.clock().now().to_sqlx(),
        mail.password_link,
        mail.attachment,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
