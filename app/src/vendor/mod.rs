//! Vendors as purchasing and administrators keep them, and auditors and executives read them.

pub mod actions;
mod form;
pub mod pages;
