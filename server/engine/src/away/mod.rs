//! When people are away: their times, who decides for them meanwhile, and to whom what waits for them is shown.
//!
//! Who may act is worked out whenever somebody acts (`domain::away`); `decisions.assignee_id` only says where to look for it, and
//! is worked out anew ([`resolve`]) when a time is set, changed or cancelled, when it begins and when it ends.

mod change;
mod read;
mod resolve;

#[cfg(test)]
mod tests;

pub use change::{Wanted, cancel, set};
pub use read::{Period, periods};
pub use resolve::ResolveAssignees;
pub(crate) use resolve::{clock_jumped, resolve};
