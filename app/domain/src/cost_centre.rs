//! Cost centres: what is entered of one.

use crate::{field::FieldError, text};

/// Characters of a code, as many as an order's line holds.
pub const CODE_MAX: usize = crate::purchase_order::COST_CENTRE_MAX;
/// Characters of a name.
pub const NAME_MAX: usize = 100;

/// What is kept of a cost centre.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// What stands on lines; unique whatever its case.
    pub code: String,
    /// What it is for.
    pub name: String,
    /// Whether new orders may use it.
    pub active: bool,
}

impl Profile {
    /// What was typed, as it is kept; or every field at fault: `code`, `name`.
    pub fn parse(code: &str, name: &str, active: bool) -> Result<Profile, Vec<FieldError>> {
        let code = text::required_line("code", code, CODE_MAX, "Enter a code.");
        let name = text::required_line("name", name, NAME_MAX, "Enter a name.");
        match (code, name) {
            (Ok(code), Ok(name)) => Ok(Profile { code, name, active }),
            (code, name) => Err([code.err(), name.err()].into_iter().flatten().collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_at_fault_is_named_at_once() {
        let kept = Profile::parse(" CC-1 ", " New\noffice ", true).unwrap();
        assert_eq!(
            (kept.code.as_str(), kept.name.as_str()),
            ("CC-1", "New office")
        );
        let fields = |code: &str, name: &str| {
            let faults = Profile::parse(code, name, true).unwrap_err();
            faults
                .into_iter()
                .map(|fault| fault.field)
                .collect::<Vec<_>>()
        };
        assert_eq!(fields(" ", ""), ["code", "name"]);
        assert_eq!(fields(&"x".repeat(CODE_MAX + 1), "Name"), ["code"]);
        assert_eq!(fields("CC-1", &"x".repeat(NAME_MAX + 1)), ["name"]);
    }
}
