//! Purchase orders (spec purchase-orders.md): the table of transitions, who may do what, and `decide`.

mod decide;
mod draft;
mod event;
mod order;
mod outcome;
mod permission;
mod refusal;
mod state;
mod table;

#[cfg(test)]
mod tests;

pub use decide::*;
pub use draft::*;
pub use event::*;
pub use order::*;
pub use outcome::*;
pub use permission::*;
pub use refusal::*;
pub use state::*;
pub use table::*;
