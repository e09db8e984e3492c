//! Signing in and out.

pub mod actions;
mod kept;
pub mod pages;

pub(crate) use actions::{leading, local};
pub use kept::Kept;
