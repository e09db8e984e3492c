//! Signing in and out.

pub mod actions;
mod kept;
pub mod pages;

pub use actions::leading;
pub(crate) use actions::local;
pub use kept::Kept;
