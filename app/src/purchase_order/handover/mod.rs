//! Giving an open decision to somebody else: *Forward* by whom it waits for, *Reassign* by administrators.

pub mod actions;
mod pages;

pub use pages::{ForwardPurchaseOrderPage, ReassignPurchaseOrderPage};
