//! What pages read of purchase orders. Changes nothing.

mod counts;
mod duplicate;
mod export;
mod inbox;
mod list;
mod record;

pub use counts::{Counts, counts};
pub use export::Export;
pub use inbox::{InboxRow, inbox};
pub use list::{ListPage, ListRow, ORDERS, Scope, chosen, latest, list, scope_of, scopes};
pub use record::{
    RecordView, RejectedRound, RouteEntry, RouteStatus, preview, record, record_from,
};
