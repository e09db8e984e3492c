//! People as administrators keep them, and auditors read them.

pub mod actions;
pub(crate) mod form;
pub mod pages;
