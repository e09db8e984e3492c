use std::fmt::Write;

use super::*;
use crate::{
    role::Role,
    world::{TESS, actor, directory},
};

fn faults(name: &str, email: &str, address: &str) -> Vec<String> {
    let parsed = Profile::parse(name, email, address);
    let faults = parsed.err().unwrap_or_default();
    faults.into_iter().map(|fault| fault.field).collect()
}

#[test]
fn what_is_typed_is_kept_trimmed_and_an_empty_email_is_none() {
    let kept = Profile::parse(
        "  Acme\tTools ",
        " Sales@Acme.example.com ",
        " 1 Main St\r\nTown \u{7}",
    )
    .unwrap();
    assert_eq!(kept.name, "Acme Tools");
    assert_eq!(kept.email.as_deref(), Some("Sales@Acme.example.com"));
    assert_eq!(kept.address, "1 Main St\nTown");
    assert_eq!(Profile::parse("Acme", " ", "").unwrap().email, None);
}

#[test]
fn every_field_at_fault_is_named_at_once() {
    let long = "x".repeat(ADDRESS_MAX + 1);
    assert_eq!(
        faults(" \u{0} ", "nobody", &long),
        ["name", "email", "address"]
    );
    assert_eq!(faults(&"x".repeat(NAME_MAX + 1), "", ""), ["name"]);
    assert_eq!(
        faults("Acme", &format!("{}@b", "x".repeat(300)), ""),
        ["email"]
    );
    assert!(faults(&"ü".repeat(NAME_MAX), "a@b", &"ü".repeat(ADDRESS_MAX)).is_empty());
}

#[test]
fn a_reason_is_asked_for_and_has_its_limit() {
    assert_eq!(reason(" unpaid\n").unwrap(), "unpaid");
    assert_eq!(reason(" \n ").unwrap_err().message, "Say why.");
    assert_eq!(
        reason(&"x".repeat(REASON_MAX + 1)).unwrap_err().field,
        "reason"
    );
}

#[test]
fn events_are_read_back_by_their_names() {
    for event in Event::ALL {
        assert_eq!(Event::parse(event.as_str()), Some(*event));
    }
    assert_eq!(Event::parse("delete"), None);
}

#[test]
fn who_may_do_what_to_a_vendor_that_stands_how() {
    let directory = directory();
    let mut people = vec![("staff".to_owned(), actor(&directory, TESS))];
    for role in Role::ALL {
        let mut person = actor(&directory, TESS);
        person.roles = vec![*role];
        people.push((role.title().to_owned(), person));
    }
    let standings = [
        ("active", false, false),
        ("on hold", true, false),
        ("flagged", false, true),
        ("on hold and flagged", true, true),
    ];
    let mut text = String::new();
    for (who, person) in people {
        for (word, on_hold, flagged) in standings {
            let standing = Standing { on_hold, flagged };
            let may: Vec<_> = Event::ALL
                .iter()
                .filter(|event| permission(standing, **event, &person).is_ok())
                .map(|event| event.as_str())
                .collect();
            let may = if may.is_empty() {
                "nothing".to_owned()
            } else {
                may.join(", ")
            };
            writeln!(text, "{who}, {word}: {may}").unwrap();
        }
    }
    insta::assert_snapshot!(text);
}
