//! Addresses as they may be logged: without the tokens that would let a reader of the log act as someone else
//! (spec README, "Signing in").

use std::borrow::Cow;

/// What such addresses begin with; the rest of the path is the token.
const WITH_TOKEN: [&str; 4] = ["/a/", "/t/", "/u/", "/reset/"];

/// The path with its token left out. The query is never logged.
pub(crate) fn path(path: &str) -> Cow<'_, str> {
    match WITH_TOKEN.iter().find(|prefix| path.starts_with(**prefix)) {
        Some(prefix) => Cow::Owned(format!("{prefix}…")),
        None => Cow::Borrowed(path),
    }
}
