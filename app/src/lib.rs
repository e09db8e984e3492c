//! The pages of Countersign: server-rendered, islands where a page is better alive.

#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod ui;
