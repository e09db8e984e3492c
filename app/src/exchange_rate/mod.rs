//! Exchange rates: the newest of each currency, and the import.

pub mod actions;
pub mod pages;
