//! The second factor of signing in: setting up one's own, proving it, requiring it of others, taking somebody's away.

pub mod actions;
mod blocked;
pub mod pages;
mod qr;

pub use blocked::blocked;
