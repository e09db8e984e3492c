//! Vendors: reading them for forms, rules and their pages; changing them and their standing, with history.
//!
//! Who may is `domain::vendor`'s to say. An order that is decided holds its vendor's row, so a change of standing comes wholly
//! before or wholly after it.

mod change;
mod read;

#[cfg(test)]
mod tests;

pub use change::{create, set_standing, update};
pub use read::{Choice, ListRow, Mark, OrderRow, VENDORS, Vendor, choices, get, orders};

use domain::ids::VendorId;

use crate::transition_log::Subject;

/// The address of the list.
pub const LIST: &str = "/admin/vendors";
/// The kind of every row of history that is about a vendor.
pub const KIND: &str = "vendor";

/// The subject of a vendor's history.
pub const fn subject(id: VendorId) -> Subject {
    Subject {
        kind: KIND,
        id: id.0,
    }
}

/// Where a vendor is read: `/admin/vendors/7`.
pub fn address(id: VendorId) -> String {
    format!("{LIST}/{id}")
}
