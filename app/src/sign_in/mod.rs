//! Signing in and out.

pub mod actions;
pub mod pages;
