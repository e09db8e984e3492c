//! Purchase orders as they are kept: one transaction per event, and what pages read.

mod apply;
mod by_link;
mod draft;
mod handover;
mod late;
pub(crate) mod notices;
mod read;
mod reassign;
mod service;
mod store;
mod sums;
mod timers;
mod vendor_copy;
mod words;

#[cfg(test)]
mod tests;

pub(crate) use by_link::decide_by_link;
pub use draft::{DraftCommand, save_draft};
pub(crate) use handover::hand_over;
pub use handover::{Handover, forward, reassign_to};
pub(crate) use read::why;
pub use read::{
    Absence, Counts, Difference, InboxRow, ListRow, ORDERS, RecordView, RejectedRound, RouteEntry,
    RouteStatus, Scope, Why, chosen, counts, dashboard, inbox, latest, preview, record,
    record_from, scope_of, scopes, waiting,
};
pub(crate) use reassign::reassign;
pub use reassign::{WaitingOrder, waiting_for};
pub use service::{Command, execute, execute_many};
pub(crate) use service::{counted, lock_removable_since, seen_by};
pub(crate) use store::{lock, read as stored};
pub(crate) use sums::{fold, settle};
pub(crate) use timers::ring;
pub(crate) use vendor_copy::SendToVendor;
pub(crate) use words::of as words_of;

use crate::transition_log::Subject;
use domain::ids::PurchaseOrderId;

/// The kind of every row of history and decisions that is about a purchase order.
pub const KIND: &str = "purchase_order";

/// The subject of an order's history.
pub const fn subject(id: PurchaseOrderId) -> Subject {
    Subject {
        kind: KIND,
        id: id.0,
    }
}

/// Where orders are listed.
pub const LIST: &str = "/purchase-orders";

/// Where an order is read: `/purchase-orders/1042`.
pub fn address(id: PurchaseOrderId) -> String {
    format!("/purchase-orders/{id}")
}
