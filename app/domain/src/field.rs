//! One field of a form: the message beside it, and what the plain kinds of fields mean.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What is wrong with one field, in words that say what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name in the form: `vendor`, `line-1-quantity`.
    pub field: String,
    /// What to do: "Use digits and a point, like 12.50."
    pub message: String,
}

impl FieldError {
    /// A message beside a field.
    pub fn new(field: impl Into<String>, message: impl ToString) -> FieldError {
        FieldError {
            field: field.into(),
            message: message.to_string(),
        }
    }
}

/// The number of a record chosen from a list of `what`; `None` when nothing is chosen.
pub fn record_id(text: &str, what: &str) -> Result<Option<i64>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let id = text.parse().ok().filter(|id| digits && *id > 0);
    id.map(Some)
        .ok_or_else(|| format!("Choose a {what} from the list."))
}

/// What is said of text that is no day.
const NO_DAY: &str = "Use a day of the calendar, like 2026-03-31.";

/// A day: "2026-03-31", as a date field sends it in any browser and language; `None` when empty.
pub fn day(text: &str) -> Result<Option<Date>, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let dash = |at| at == 4 || at == 7;
    let fits = |(at, byte): (usize, u8)| {
        if dash(at) {
            byte == b'-'
        } else {
            byte.is_ascii_digit()
        }
    };
    let shaped = text.len() == 10 && text.bytes().enumerate().all(fits);
    let day = text.parse().ok().filter(|_| shaped);
    day.map(Some).ok_or(NO_DAY)
}

/// A day that is not over, likewise.
pub fn day_from(text: &str, today: Date) -> Result<Option<Date>, &'static str> {
    match day(text)? {
        Some(day) if day < today => Err("Choose today or a later day."),
        day => Ok(day),
    }
}
