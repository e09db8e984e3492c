//! What pages read of purchase orders. Changes nothing.

mod inbox;
mod list;
mod record;

pub use inbox::{InboxRow, inbox};
pub use list::{Counts, ListPage, ListRow, Scope, counts, list, scopes};
pub use record::{RecordView, RejectedRound, RouteEntry, RouteStatus, preview, record};
