//! What auditors ask: whether the history is as it was written, and what administrators changed (spec README, "History").
//!
//! A verification reads millions of rows, so it is a background job; its row says how far it is and what it found.

mod changes;
mod read;
mod run;

#[cfg(test)]
mod tests;

pub(crate) use changes::keep_words;
pub use changes::{CHANGES, Change, KINDS};
pub use read::{Outcome, Run, Standing, runs, standing};
pub use run::{ask, run};
