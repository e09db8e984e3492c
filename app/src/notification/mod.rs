//! What the reader was told: the list behind the bell, and the choice of what to be told of.

pub mod actions;
mod choice;
pub mod pages;

pub use choice::choice;
