//! What is entered of a person, and what is wrong with it.

use domain::{
    field::FieldError,
    ids::{DepartmentId, PersonId},
    role::Role,
    text,
};
use jiff::tz::TimeZone;

use crate::{Error, Result, sign_in};

/// Characters of a name (`people_name_length`).
const NAME_LENGTH: usize = 200;

/// What an administrator enters of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The name people read.
    pub name: String,
    /// What they sign in with; lower case once checked.
    pub email: String,
    /// Offices held; any order.
    pub roles: Vec<Role>,
    /// Whom they report to.
    pub manager: Option<PersonId>,
    /// Where they belong.
    pub department: Option<DepartmentId>,
    /// An IANA name: `Europe/Berlin`.
    pub time_zone: String,
    /// Where urgent text messages go; as E.164 writes it once checked. Empty: nowhere.
    pub phone: String,
}

impl Profile {
    /// As it is kept: trimmed, each role once; or every field at fault.
    pub(super) fn checked(&self) -> Result<Profile> {
        let mut faults = Vec::new();
        let name = text::single_line(&self.name, NAME_LENGTH).unwrap_or_else(|too_long| {
            faults.push(FieldError::new("name", too_long));
            self.name.clone()
        });
        if name.is_empty() {
            faults.push(FieldError::new("name", "Enter a name."));
        }
        let email = sign_in::normal(&self.email);
        if !text::is_email(&email) {
            faults.push(FieldError::new(
                "email",
                "Enter an email address like sam@example.com.",
            ));
        }
        let time_zone = self.time_zone.trim().to_owned();
        if let Some(fault) = time_zone_fault(&time_zone) {
            faults.push(fault);
        }
        let phone = phone(&self.phone).unwrap_or_else(|fault| {
            faults.push(fault);
            String::new()
        });
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let mut roles = self.roles.clone();
        roles.sort();
        roles.dedup();
        Ok(Profile {
            name,
            email,
            roles,
            time_zone,
            phone,
            ..self.clone()
        })
    }
}

/// Why a name of a time zone cannot be used.
pub(super) fn time_zone_fault(name: &str) -> Option<FieldError> {
    TimeZone::get(name)
        .is_err()
        .then(|| FieldError::new("time_zone", "Choose a time zone from the list."))
}

/// A number as it is kept; nothing typed is none.
pub(super) fn phone(typed: &str) -> std::result::Result<String, FieldError> {
    if typed.trim().is_empty() {
        return Ok(String::new());
    }
    text::phone(typed).ok_or_else(|| {
        let what = "Enter a number with its country's code, like +1 202 555 0143.";
        FieldError::new("phone", what)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(name: &str, email: &str) -> Profile {
        Profile {
            name: name.to_owned(),
            email: email.to_owned(),
            roles: vec![Role::It, Role::Hr, Role::It],
            manager: None,
            department: None,
            time_zone: "Europe/Berlin".to_owned(),
            phone: " +1 (202) 555-0143".to_owned(),
        }
    }

    fn faults(profile: &Profile) -> Vec<String> {
        match profile.checked() {
            Err(Error::Invalid(faults)) => faults.into_iter().map(|fault| fault.field).collect(),
            Err(other) => panic!("{other}"),
            Ok(_) => Vec::new(),
        }
    }

    #[test]
    fn what_is_entered_is_trimmed_and_each_role_kept_once() {
        let kept = profile("  Sam\tStone ", " Sam.Stone@Example.COM ")
            .checked()
            .unwrap();
        assert_eq!(kept.name, "Sam Stone");
        assert_eq!(kept.email, "sam.stone@example.com");
        assert_eq!(kept.roles, [Role::Hr, Role::It]);
        assert_eq!(kept.phone, "+12025550143");
    }

    #[test]
    fn every_field_at_fault_is_named_at_once() {
        let mut bad = profile(" ", "sam");
        bad.time_zone = "Berlin".to_owned();
        assert_eq!(faults(&bad), ["name", "email", "time_zone"]);
        assert_eq!(faults(&profile(&"x".repeat(201), "a@b")), ["name"]);
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for email in [
            "",
            "@",
            "a@",
            "@b",
            "a b@c.de",
            "a@b@c.de",
            "a@b..de",
            "Sam <sam@example.com>",
        ] {
            assert_eq!(faults(&profile("Sam", email)), ["email"], "{email}");
        }
        for email in [
            "a@localhost",
            "o'hara+po@mail.example.co.uk",
            "jörg@münchen.de",
        ] {
            assert!(faults(&profile("Sam", email)).is_empty(), "{email}");
        }
    }
}
