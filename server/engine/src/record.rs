//! Records of every workflow, as far as what hangs on them (comments, attachments) asks: who sees one, and where it is read.

use domain::{actor::Actor, ids::PurchaseOrderId};
use jiff::Timestamp;
use sqlx::PgConnection;

use crate::{Error, Result, purchase_order, transition_log::Subject};

/// The record that a form names; `None` for a kind that there is not.
pub fn subject(kind: &str, id: i64) -> Option<Subject> {
    (kind == purchase_order::KIND).then(|| purchase_order::subject(PurchaseOrderId(id)))
}

/// Where the record is read.
pub fn address(subject: Subject) -> String {
    purchase_order::address(PurchaseOrderId(subject.id))
}

/// What people call the record: `PO-1042`.
pub fn number(subject: Subject) -> String {
    format!("PO-{}", subject.id)
}

/// Which of `actors` see the record; nobody sees one that is not there.
pub(crate) async fn seen_by(
    db: &mut PgConnection,
    subject: Subject,
    actors: &[Actor],
) -> Result<Vec<bool>> {
    match subject.kind {
        purchase_order::KIND => {
            purchase_order::seen_by(db, PurchaseOrderId(subject.id), actors).await
        }
        other => Err(Error::internal(format!("records of the kind {other}"))),
    }
}

/// Lets through who sees the record.
pub(crate) async fn check_seen(
    db: &mut PgConnection,
    subject: Subject,
    actor: &Actor,
) -> Result<()> {
    let seen = seen_by(db, subject, std::slice::from_ref(actor)).await?;
    if seen == [true] {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

/// Locks the record against every change of where it stands. When the actor can still remove what hangs on it: what was added
/// after the moment returned.
///
/// # Errors
/// `NotFound` for a record the actor may not see.
pub(crate) async fn lock_removable_since(
    db: &mut PgConnection,
    subject: Subject,
    actor: &Actor,
) -> Result<Option<Timestamp>> {
    match subject.kind {
        purchase_order::KIND => {
            purchase_order::lock_removable_since(db, PurchaseOrderId(subject.id), actor).await
        }
        other => Err(Error::internal(format!("records of the kind {other}"))),
    }
}
