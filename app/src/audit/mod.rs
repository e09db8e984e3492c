//! Whether the history is as it was written, and what administrators changed: for administrators and auditors.

pub mod actions;
pub mod pages;
