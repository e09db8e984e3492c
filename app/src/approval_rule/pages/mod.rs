//! The pages of approval rules.

mod boundaries;
mod event;
mod four_eyes;
mod list;
mod set;
mod tables;

pub use boundaries::BoundariesPage;
pub use event::{NewRulesPage, RuleSetEventPage};
pub use four_eyes::FourEyesPage;
pub use list::RulesPage;
pub use set::RuleSetPage;
