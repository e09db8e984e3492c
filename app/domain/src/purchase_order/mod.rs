//! Purchase orders (spec purchase-orders.md): the table of transitions, who may do what, and `decide`.

mod climb;
mod decide;
mod difference;
mod draft;
mod escalate;
mod event;
mod guard;
mod handover;
mod order;
mod outcome;
mod permission;
mod policy;
mod refusal;
mod state;
mod table;

#[cfg(test)]
mod tests;

use climb::{Climb, climb, decided_below, stage};
pub use decide::*;
use decide::{Said, after, step};
pub use difference::*;
pub use draft::*;
pub use escalate::*;
pub use event::*;
use guard::failing;
pub use handover::*;
pub use order::*;
pub use outcome::*;
pub use permission::*;
use permission::{Asked, answer};
pub use policy::*;
pub use refusal::*;
pub use state::*;
pub use table::*;

/// How many levels a rule set of purchase orders has (spec purchase-orders.md, "Levels"): see `RuleSet::check_for`.
pub const LEVELS: usize = 3;
