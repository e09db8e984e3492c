//! Approval rules: read as tables, changed by proposals that a second administrator confirms. Administrators; auditors read.

pub mod actions;
pub mod form;
pub mod pages;
pub mod words;
