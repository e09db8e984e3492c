//! What is said of wrong settings before anything is started.

use std::net::TcpListener;

use crate::process::{Place, countersign, run};

#[test]
fn a_wrong_setting_stops_it_with_a_sentence_and_an_exit_code() {
    for (name, value, words) in [
        (
            "DATABASE_URL",
            "localhost",
            "it must begin with postgres://",
        ),
        (
            "COUNTERSIGN_LISTEN",
            "3000",
            "an IP address, a colon and a port",
        ),
        (
            "COUNTERSIGN_PUBLIC_URL",
            "countersign",
            "http:// or https:// and a host",
        ),
        ("COUNTERSIGN_DATA_DIR", "/proc/version", "not a folder"),
        ("COUNTERSIGN_AUDIT_KEY", "a key!", "hex or base64"),
        (
            "COUNTERSIGN_TRUSTED_PROXIES",
            "proxy",
            "neither an IP address nor a network",
        ),
        ("COUNTERSIGN_METRICS_TOKEN", "short", "at least 16"),
        ("COUNTERSIGN_DATABASE_CONNECTIONS", "many", "from 4 to 1000"),
        ("COUNTERSIGN_LOG", "xml", "json or pretty"),
        ("RUST_LOG", "info,=", "it cannot be read"),
    ] {
        let place = Place::new();
        let mut command = place.command(&["serve"]);
        command.env(name, value);
        let (code, said) = run(command);
        assert_eq!(code, Some(2), "{name}: {said}");
        assert_eq!(said.trim().lines().count(), 1, "{said}");
        for part in [name, words, &format!("Example: {name}=")] {
            assert!(said.contains(part), "{part:?} is missing in: {said}");
        }
        assert!(!place.data().exists(), "nothing was made");
    }
}

#[test]
fn a_flag_does_the_same_as_its_variable_and_wins() {
    let place = Place::new();
    let (code, said) = run(place.command(&["serve", "--listen", "nowhere"]));
    assert_eq!(code, Some(2), "{said}");
    assert!(
        said.contains("COUNTERSIGN_LISTEN") && said.contains("\"nowhere\""),
        "{said}"
    );
}

#[test]
fn an_address_in_use_is_found_before_anything_is_started() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = Place::new();
    let mut command = place.command(&["serve"]);
    let address = taken.local_addr().unwrap().to_string();
    command.env("COUNTERSIGN_LISTEN", &address);
    let (code, said) = run(command);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains(&address) && said.contains("COUNTERSIGN_LISTEN"),
        "{said}"
    );
    assert!(!place.data().exists(), "nothing was made");
}

#[test]
fn a_database_that_cannot_be_reached_is_named_without_its_password() {
    let place = Place::new();
    let mut command = place.command(&["migrate"]);
    command.env("DATABASE_URL", "postgres://me:hidden@127.0.0.1:1/mine");
    let (code, said) = run(command);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("DATABASE_URL") && said.contains("mine at 127.0.0.1:1"),
        "{said}"
    );
    assert!(!said.contains("hidden"), "{said}");
}

#[test]
fn every_command_explains_itself() {
    for args in [
        &["--help"][..],
        &["serve", "--help"],
        &["work", "--help"],
        &["migrate", "--help"],
        &["demo", "--help"],
        &["run-demo", "--help"],
        &["admin", "create", "--help"],
        &["audit", "verify", "--help"],
    ] {
        let (code, said) = run(countersign(args));
        assert_eq!(code, Some(0), "{args:?}");
        assert!(said.contains("Usage: countersign"), "{said}");
    }
}
