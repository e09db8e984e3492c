//! The inbox: what waits for the reader's decision, soonest due first; a preview beside it, and decisions on one or many at once.

pub mod actions;
mod inbox;
mod preview;
mod reject;

pub use inbox::{ApprovalsPage, inbox_table};
pub use reject::RejectManyPage;

use domain::ids::PurchaseOrderId;

/// Where the inbox is.
pub const INBOX: &str = "/approvals";

/// An order that was chosen, and the version it was shown at: `1042:3`.
pub(crate) fn item(id: PurchaseOrderId, version: i32) -> String {
    format!("{id}:{version}")
}

/// Reads [`item`] back.
pub(crate) fn parse_item(text: &str) -> Option<(PurchaseOrderId, i32)> {
    let (id, version) = text.split_once(':')?;
    Some((PurchaseOrderId(id.parse().ok()?), version.parse().ok()?))
}

/// The inbox with an order's preview open.
pub(crate) fn opened(id: PurchaseOrderId) -> String {
    format!("{INBOX}?open={id}")
}
