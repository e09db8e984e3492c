//! What people see and change of themselves: roles, time zone, password, sessions.

pub mod actions;
mod device;
pub mod pages;
