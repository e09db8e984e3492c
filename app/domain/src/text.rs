//! Text that people type: trimmed, without control characters, within a limit.
//!
//! Control characters are dropped rather than refused: they come from pasting, nobody sees them, and Postgres holds no NUL.

#[cfg(test)]
mod tests;

/// A text longer than its field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Use at most {limit} characters: this has {length}.")]
pub struct TooLong {
    /// Characters allowed.
    pub limit: usize,
    /// Characters typed.
    pub length: usize,
}

/// One line: line breaks and tabs become spaces. `limit` counts characters, as `char_length` does in the database.
pub fn single_line(raw: &str, limit: usize) -> Result<String, TooLong> {
    within(
        raw.chars()
            .map(|c| {
                if matches!(c, '\n' | '\r' | '\t') {
                    ' '
                } else {
                    c
                }
            })
            .collect(),
        limit,
    )
}

/// Any number of lines: line breaks (of any system) and tabs stay.
pub fn multi_line(raw: &str, limit: usize) -> Result<String, TooLong> {
    within(raw.replace("\r\n", "\n").replace('\r', "\n"), limit)
}

fn within(text: String, limit: usize) -> Result<String, TooLong> {
    let kept: String = text
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect();
    let kept = kept.trim();
    let length = kept.chars().count();
    if length > limit {
        Err(TooLong { limit, length })
    } else {
        Ok(kept.to_owned())
    }
}
