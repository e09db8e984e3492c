//! The pages of purchase orders.

mod activity;
pub(crate) mod details;
mod event;
mod list;
mod new;
mod receive;
mod record;
pub(crate) mod route;
mod why;

pub use event::PurchaseOrderEventPage;
pub use list::PurchaseOrdersPage;
pub use new::NewPurchaseOrderPage;
pub use record::PurchaseOrderPage;
