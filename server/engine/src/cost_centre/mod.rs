//! Cost centres: what lines of orders are booked on. Never deleted: orders name their codes.

mod change;
mod read;

#[cfg(test)]
mod tests;

pub use change::{create, update};
pub(crate) use read::unknown;
pub use read::{COST_CENTRES, CostCentre, active_codes, get};

use domain::ids::CostCentreId;

use crate::transition_log::Subject;

/// The address of the list.
pub const LIST: &str = "/admin/cost-centres";
/// The kind of every row of history that is about a cost centre.
pub const KIND: &str = "cost_centre";

/// The subject of a cost centre's history.
pub const fn subject(id: CostCentreId) -> Subject {
    Subject {
        kind: KIND,
        id: id.0,
    }
}

/// Where a cost centre is read: `/admin/cost-centres/7`.
pub fn address(id: CostCentreId) -> String {
    format!("{LIST}/{id}")
}
