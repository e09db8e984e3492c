//! What pages read of purchase orders. Changes nothing.

mod counts;
mod duplicate;
mod inbox;
mod list;
mod record;
mod route;

pub use counts::{Counts, counts};
pub use inbox::{InboxRow, inbox, waiting};
pub use list::{ListRow, ORDERS, Scope, chosen, latest, scope_of, scopes};
pub use record::{RecordView, RejectedRound, record, record_from};
pub use route::{Absence, RouteEntry, RouteStatus, preview};
