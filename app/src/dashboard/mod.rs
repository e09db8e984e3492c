//! The approvals dashboard: what waits where, what is late, how long things take, why they are rejected (spec runs.md). Every number
//! leads to the list behind it.

mod page;
mod parts;
mod words;

pub use page::ApprovalsDashboardPage;
