//! The program as a whole: every route and layer over HTTP, and the process from its start to its end.
//!
//! The HTTP tests need a Postgres (`DATABASE_URL`); each has a database of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

mod attachments;
mod audit;
mod bucket;
mod clock;
mod comments;
mod fuzz;
mod http;
mod inbox;
mod input;
mod input_events;
mod invariants;
mod kill;
mod limits;
mod links;
mod lists;
mod machines;
mod markup;
mod matrix;
mod notifications;
mod orders;
mod organisation;
mod outage;
mod people;
mod process;
mod purchase_orders;
mod routes;
mod rules;
mod second_factor;
mod security;
mod sessions;
mod start;
mod three_servers;
mod typed;
mod vendors;
mod without_database;
