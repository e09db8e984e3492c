//! The pure core: what the words mean, who may do what, and how each process moves.
//!
//! Owns every rule of the product. Knows no SQL, no HTTP, no async and no wall clock: time, people and rules come in as
//! arguments, decisions go out as data. Compiles for the server and for the browser.

pub mod actor;
pub mod approval_rule;
pub mod attachment;
pub mod away;
pub mod comment;
pub mod cost_centre;
pub mod department;
pub mod directory;
pub mod exchange_rate;
pub mod field;
pub mod histogram;
pub mod ids;
pub mod money;
pub mod notification;
pub mod permission;
pub mod purchase_order;
pub mod role;
pub mod second_factor;
pub mod text;
pub mod vendor;

#[cfg(test)]
mod world;
