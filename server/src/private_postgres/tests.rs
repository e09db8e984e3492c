use std::path::{Path, PathBuf};

use super::{
    Error,
    binaries::{Binaries, choose, major},
    lock::Lock,
    socket::{fits, is_ours},
};

fn installed(majors: &[u32]) -> Vec<Binaries> {
    majors
        .iter()
        .zip(0..)
        .map(|(major, place)| Binaries {
            folder: PathBuf::from(format!("/place-{place}/{major}/bin")),
            major: *major,
        })
        .collect()
}

#[test]
fn the_newest_installed_postgres_is_taken() {
    let found = choose(installed(&[15, 17, 16]), None, Path::new("/data/postgres")).unwrap();
    assert_eq!(found.major, 17);
}

#[test]
fn of_two_of_the_same_version_the_one_found_first_is_taken() {
    let found = choose(installed(&[17, 17]), None, Path::new("/data/postgres")).unwrap();
    assert!(found.folder.starts_with("/place-0"));
}

#[test]
fn a_cluster_keeps_the_version_it_was_made_by() {
    let cluster = Path::new("/data/postgres");
    let found = choose(installed(&[15, 17]), Some("15"), cluster).unwrap();
    assert_eq!(found.major, 15);
    let said = choose(installed(&[17]), Some("15"), cluster)
        .unwrap_err()
        .to_string();
    assert!(
        said.contains("/data/postgres") && said.contains("Install Postgres 15"),
        "{said}"
    );
}

#[test]
fn without_a_usable_postgres_it_says_what_to_install_or_set() {
    for found in [installed(&[]), installed(&[14])] {
        let said = choose(found, None, Path::new("/data/postgres"))
            .unwrap_err()
            .to_string();
        assert!(
            said.contains("apt install postgresql") && said.contains("DATABASE_URL"),
            "{said}"
        );
    }
}

#[test]
fn the_version_is_read_from_what_every_postgres_says() {
    assert_eq!(
        major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"),
        Some(15)
    );
    assert_eq!(major("postgres (PostgreSQL) 18beta1"), Some(18));
    assert_eq!(major("command not found"), None);
}

#[test]
fn a_sockets_folder_is_short_enough_or_another_is_taken() {
    assert!(fits(Path::new("/tmp/countersign-0a1b2c3d")));
    assert!(!fits(&Path::new("/").join("x".repeat(100))));
}

#[test]
fn only_folders_of_our_own_making_are_removed() {
    assert!(is_ours(Path::new("/tmp/countersign-0a1b2c3d")));
    for other in [
        "/tmp/countersign-data",
        "/tmp",
        "countersign-0a1b2c3d",
        "/tmp/countersign-0a1b2c3",
    ] {
        assert!(!is_ours(Path::new(other)), "{other}");
    }
}

#[test]
fn a_second_process_is_told_which_folder_is_in_use_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let held = Lock::take(folder.path()).unwrap();
    let error = Lock::take(folder.path()).unwrap_err();
    let Error::InUse { process, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!(*process, Some(std::process::id()));
    let said = error.to_string();
    for words in [
        &*folder.path().to_string_lossy(),
        "COUNTERSIGN_DATA_DIR",
        "DATABASE_URL",
    ] {
        assert!(said.contains(words), "{said}");
    }
    drop(held);
    Lock::take(folder.path()).unwrap();
}
