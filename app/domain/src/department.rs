//! Departments: what is entered of one.

use crate::{
    field::{self, FieldError},
    ids::PersonId,
    text,
};

/// Characters of a name (`departments_name_length`).
pub const NAME_MAX: usize = 100;

/// What is kept of a department.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The name people read; unique whatever its case.
    pub name: String,
    /// Who heads it: a rule can name them.
    pub head: Option<PersonId>,
    /// Whether it is offered to people and new orders.
    pub active: bool,
}

impl Profile {
    /// What was typed, as it is kept; or every field at fault: `name`, `head`.
    pub fn parse(name: &str, head: &str, active: bool) -> Result<Profile, Vec<FieldError>> {
        let name = text::required_line("name", name, NAME_MAX, "Enter a name.");
        let head = field::record_id(head, "person").map_err(|e| FieldError::new("head", e));
        match (name, head) {
            (Ok(name), Ok(head)) => Ok(Profile {
                name,
                head: head.map(PersonId),
                active,
            }),
            (name, head) => Err([name.err(), head.err()].into_iter().flatten().collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_at_fault_is_named_at_once() {
        let kept = Profile::parse(" Sales ", "7", false).unwrap();
        assert_eq!(
            (kept.name.as_str(), kept.head),
            ("Sales", Some(PersonId(7)))
        );
        assert_eq!(Profile::parse("Sales", "", true).unwrap().head, None);
        let fields = |name: &str, head: &str| {
            let faults = Profile::parse(name, head, true).unwrap_err();
            faults
                .into_iter()
                .map(|fault| fault.field)
                .collect::<Vec<_>>()
        };
        assert_eq!(fields("", "Mia"), ["name", "head"]);
        assert_eq!(fields(&"x".repeat(NAME_MAX + 1), ""), ["name"]);
    }
}
