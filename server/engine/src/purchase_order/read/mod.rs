//! What pages read of purchase orders. Changes nothing.

mod counts;
pub mod dashboard;
mod difference;
mod duplicate;
mod inbox;
mod list;
mod record;
mod route;
mod why;

pub use counts::{Counts, counts};
pub use difference::Difference;
pub(crate) use inbox::why_it_is_theirs as why;
pub use inbox::{InboxRow, inbox, waiting};
pub use list::{ListRow, ORDERS, Scope, chosen, latest, scope_of, scopes};
pub use record::{RecordView, RejectedRound, record, record_from};
pub use route::{Absence, RouteEntry, RouteStatus, preview};
pub use why::Why;
