//! Cost centres as administrators keep them, and auditors read them.

pub mod actions;
mod form;
pub mod pages;
