//! Forgotten passwords and invitations: asking for a link, and setting one's own password by it.

pub mod actions;
pub mod pages;
