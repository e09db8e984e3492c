//! Without `DATABASE_URL`: a Postgres of our own, from its first start to its end.

use std::{fs, io::Write, os::unix::fs::PermissionsExt, process::Stdio};

use nix::sys::signal::Signal;

use crate::process::{Place, Server, is_alive, is_root, owner, read, run};

#[test]
fn it_starts_is_ready_stops_and_keeps_its_data() {
    let place = Place::new();
    let server = Server::start(place.command(&["serve"]));
    assert!(server.get("/readyz").contains("200 OK"));
    let (postmaster, socket) = (place.postmaster(), place.socket());
    assert_eq!(
        fs::metadata(&socket).unwrap().permissions().mode() & 0o777,
        0o700
    );
    assert_eq!(server.stop(), Some(0));
    assert!(!is_alive(postmaster), "the database is stopped");
    assert!(!socket.exists(), "its socket's folder is gone");
    assert!(
        !place.data().join("postgres/postmaster.pid").exists(),
        "and it was stopped well"
    );

    let again = Server::start(place.command(&["serve"]));
    assert!(again.get("/readyz").contains("200 OK"));
    assert_eq!(again.stop(), Some(0));
}

#[test]
fn after_a_hard_kill_the_next_start_recovers_what_is_left() {
    let place = Place::new();
    let server = Server::start(place.command(&["serve"]));
    let (left_over, socket) = (place.postmaster(), place.socket());
    server.signal(Signal::SIGKILL);
    assert_eq!(server.ended(), None);
    assert!(is_alive(left_over), "the database outlives the server");

    let next = Server::start(place.command(&["serve"]));
    assert!(next.get("/readyz").contains("200 OK"));
    assert_ne!(place.postmaster(), left_over);
    assert!(!is_alive(left_over), "the one left over is gone");
    assert!(!socket.exists(), "and so is its folder");
    assert_eq!(next.stop(), Some(0));
}

#[test]
fn a_pid_file_whose_number_is_another_programs_does_not_stop_it() {
    let place = Place::new();
    let (code, said) = run(place.command(&["migrate"]));
    assert_eq!(code, Some(0), "{said}");
    let ours = std::process::id();
    let file = place.data().join("postgres/postmaster.pid");
    fs::write(
        &file,
        format!(
            "{ours}\n{}\n1\n5432\n/tmp\n\n  1 1\nready   \n",
            place.data().display()
        ),
    )
    .unwrap();
    let (code, said) = run(place.command(&["migrate"]));
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn a_second_server_on_the_same_data_is_refused_and_the_first_goes_on() {
    let place = Place::new();
    let server = Server::start(place.command(&["serve"]));
    for args in [&["serve"][..], &["work"], &["migrate"]] {
        let (code, said) = run(place.command(args));
        assert_eq!(code, Some(1), "{said}");
        let folder = place.data();
        for words in [
            "Another countersign",
            &server.child.id().to_string(),
            &folder.to_string_lossy(),
            "COUNTERSIGN_DATA_DIR",
            "DATABASE_URL",
        ] {
            assert!(said.contains(words), "{words:?} is missing in: {said}");
        }
    }
    assert!(server.get("/readyz").contains("200 OK"));
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn the_database_never_runs_as_root_and_secrets_are_the_owners_alone() {
    let place = Place::new();
    let (code, said) = run(place.command(&["migrate"]));
    assert_eq!(code, Some(0), "{said}");
    let data = place.data();
    let us = nix::unistd::geteuid().as_raw();
    let cluster = owner(&data.join("postgres"));
    assert_eq!(
        cluster == us,
        !is_root(),
        "run as root, someone else owns the cluster"
    );
    assert_eq!(owner(&data.join("audit-key")), us);
    for secret in ["audit-key", "postgres.log", "postgres"] {
        let mode = fs::metadata(data.join(secret))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{secret}");
    }
}

#[test]
fn a_parent_folder_that_the_databases_user_cannot_enter_is_named() {
    if !is_root() {
        return; // Otherwise that user is us.
    }
    let place = Place::new();
    let closed = place.data().join("closed");
    fs::create_dir_all(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    let mut command = place.command(&["serve"]);
    command.env("COUNTERSIGN_DATA_DIR", closed.join("inside"));
    let (code, said) = run(command);
    assert_eq!(code, Some(1), "{said}");
    let named = format!("cannot enter {}.", closed.display());
    assert!(
        said.contains(&named) && said.contains("COUNTERSIGN_DATA_DIR"),
        "{said}"
    );
}

#[test]
fn what_is_being_answered_is_answered_before_it_stops() {
    let place = Place::new();
    let server = Server::start(place.command(&["serve"]));
    let mut stream = server.connect();
    // The form is on its way when the signal comes, and its last byte comes after it.
    write!(
        stream,
        "POST /fn/save_purchase_order HTTP/1.1\r\nHost: {}\r\nAccept: text/html\r\nContent-Length: 4\r\n\r\nid=",
        server.address
    )
    .unwrap();
    stream.flush().unwrap();
    // An answer to another request: by now the first one has been read, too.
    assert!(server.get("/healthz").contains("200 OK"));
    server.signal(Signal::SIGTERM);
    server.line_with("stopping");
    stream.write_all(b"1").unwrap();
    let answer = read(stream);
    assert!(answer.starts_with("HTTP/1.1 303 "), "{answer}");
    assert!(answer.contains("location: /login"), "{answer}");
    assert_eq!(server.ended(), Some(0));
}

#[test]
fn every_request_is_one_line_of_json_without_what_is_secret() {
    let place = Place::new();
    let server = Server::start(place.command(&["serve", "--no-worker"]));
    server.get("/a/0123456789abcdef?token=fedcba9876543210");
    let line = server.line_with("\"path\":\"/a/");
    for part in [
        "\"level\":\"INFO\"",
        "\"message\":\"request\"",
        "\"method\":\"GET\"",
        "\"path\":\"/a/…\"",
        "\"status\":404",
        "\"latency_ms\":",
        "\"request_id\":\"",
    ] {
        assert!(line.contains(part), "{part} is missing in {line}");
    }
    for secret in ["0123456789abcdef", "fedcba9876543210"] {
        assert!(!line.contains(secret), "{line}");
    }
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn an_administrator_is_made_by_a_command_and_the_history_verified_by_another() {
    let place = Place::new();
    let args = [
        "admin",
        "create",
        "--name",
        "Ann Other",
        "--email",
        "ann@example.com",
    ];
    let mut child = place.command(&args).stdin(Stdio::piped()).spawn().unwrap();
    let mut password = child.stdin.take().unwrap();
    writeln!(password, "a long enough passphrase").unwrap();
    drop(password);
    let made = child.wait_with_output().unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    assert!(String::from_utf8_lossy(&made.stdout).contains("ann@example.com"));

    let mut command = place.command(&args);
    command.env("COUNTERSIGN_ADMIN_PASSWORD", "a long enough passphrase");
    let (code, said) = run(command);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("email"), "the same email again: {said}");

    let (code, said) = run(place.command(&["demo"]));
    assert_eq!(code, Some(1), "the database is not empty: {said}");

    let (code, said) = run(place.command(&["audit", "verify"]));
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn an_administrator_who_is_invited_by_a_command_chooses_a_password_by_the_link_it_shows() {
    let place = Place::new();
    let name_and_email = ["--name", "Ann Other", "--email", "ann@example.com"];
    let mut command = place.command(&[["admin", "invite"].as_slice(), &name_and_email].concat());
    command.env("COUNTERSIGN_PUBLIC_URL", "https://orders.example.com");
    let shown = command.output().unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    let link = shown.lines().last().unwrap();
    let path = link.strip_prefix("https://orders.example.com").unwrap();
    assert!(path.starts_with("/reset/"), "{shown}");

    let server = Server::start(place.command(&["serve", "--no-worker"]));
    let page = server.get(path);
    assert!(page.contains("Welcome, Ann Other."), "{page}");
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn a_demo_is_served_on_this_machine_only_unless_that_is_asked_for() {
    let place = Place::new();
    let server = Server::start(place.command(&["run-demo"]));
    server.line_with("sam@example.com");
    assert_eq!(server.stop(), Some(0));

    let public = ("COUNTERSIGN_PUBLIC_URL", "https://demo.example.com");
    let mut command = place.command(&["serve"]);
    command.env(public.0, public.1);
    let (code, said) = run(command);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("--demo-public"), "{said}");

    let again = Server::start(place.command(&["run-demo"]));
    assert_eq!(
        again.stop(),
        Some(0),
        "a demo that is there is served as it is"
    );
}
