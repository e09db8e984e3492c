//! Text that people type: trimmed, without control characters, within a limit.
//!
//! Control characters are dropped rather than refused: they come from pasting, nobody sees them, and Postgres holds no NUL.

#[cfg(test)]
mod tests;

use crate::field::FieldError;

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
        .filter(|c| (!c.is_control() || matches!(c, '\n' | '\t')) && !turns(*c))
        .collect();
    let kept = kept.trim();
    let length = kept.chars().count();
    if length > limit {
        Err(TooLong { limit, length })
    } else {
        Ok(kept.to_owned())
    }
}

/// Whether a character turns the direction of what follows (Unicode's bidirectional controls): with it a text is read otherwise than
/// it is stored, by whoever decides about it.
const fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A line that must not be left empty: `empty` says so, beside `field`.
pub fn required_line(
    field: &str,
    raw: &str,
    limit: usize,
    empty: &str,
) -> Result<String, FieldError> {
    let line = single_line(raw, limit).map_err(|too_long| FieldError::new(field, too_long))?;
    if line.is_empty() {
        return Err(FieldError::new(field, empty));
    }
    Ok(line)
}

/// A telephone number as E.164 writes it (`+` and 8 to 15 digits), however it was set apart; `None` where it is none.
/// `people_phone_shape` holds the same.
pub fn phone(raw: &str) -> Option<String> {
    // The zero in brackets is left out when calling from abroad: whoever types it has to say so.
    if raw.contains("(0)") {
        return None;
    }
    let set_apart = |c: char| c.is_whitespace() || matches!(c, '-' | '.' | '/' | '(' | ')');
    let kept: String = raw.chars().filter(|c| !set_apart(*c)).collect();
    let digits = kept.strip_prefix('+')?;
    let all = digits.bytes().all(|byte| byte.is_ascii_digit());
    (all && (8..=15).contains(&digits.len()) && !digits.starts_with('0')).then_some(kept)
}

/// Characters of an email address (RFC 5321, "4.5.3.1").
const EMAIL_MAX: usize = 254;

/// Enough to tell an address from a slip; whether it works shows when mail is sent. `people_email_shape` holds the same.
pub fn is_email(email: &str) -> bool {
    let Some((local, host)) = email.rsplit_once('@') else {
        return false;
    };
    let plain = email
        .chars()
        .all(|c| !c.is_whitespace() && !c.is_control() && !"<>(),;:\"\\[]".contains(c));
    plain
        && email.chars().count() <= EMAIL_MAX
        && !local.is_empty()
        && !local.contains('@')
        && host.split('.').all(|label| !label.is_empty())
}
