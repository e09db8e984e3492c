//! Comments on records of every workflow: the box to write them, and where the reader was mentioned.

pub mod actions;
mod form;
mod mentioned;

pub use form::comment_form;
pub use mentioned::mentioned_section;
