//! Notifications: what people are told in the app and by mail, written in the transaction that they are about.

mod live;
mod preference;
mod read;
mod tell;

#[cfg(test)]
mod tests;

pub use live::Live;
pub use preference::{Preferences, choose, preferences};
pub(crate) use read::read_before;
pub use read::{COUNTED, Row, list, mark_all_read, mark_read, open, unread};
pub(crate) use tell::{Notice, tell};
