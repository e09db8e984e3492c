//! The program `countersign`: settings, sub-commands, the private Postgres, the router with its layers.
//!
//! Owns how the parts are started, joined and stopped, and what every request goes through. What pages show is `app`'s,
//! what is kept is `engine`'s, what is allowed is `domain`'s.

pub mod assets;
pub mod cli;
mod command;
pub mod config;
mod database;
pub mod private_postgres;
pub mod router;
mod stop;
pub mod telemetry;

pub use router::{Served, router};
