//! Signing in and out.

pub mod actions;
mod kept;
pub mod pages;

pub use kept::Kept;
