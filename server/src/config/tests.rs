use std::{fs, os::unix::fs::PermissionsExt};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};

use super::*;

fn storage(change: impl FnOnce(&mut StorageArgs)) -> Result<Storage, Problem> {
    let mut args = StorageArgs {
        data_dir: Some("/tmp/nowhere".to_owned()),
        ..StorageArgs::default()
    };
    change(&mut args);
    args.check()
}

fn web(change: impl FnOnce(&mut WebArgs)) -> Result<Web, Problem> {
    let mut args = WebArgs::default();
    change(&mut args);
    args.check()
}

#[track_caller]
fn says<T: std::fmt::Debug>(result: Result<T, Problem>, words: &[&str]) {
    let said = result.expect_err("it should be refused").to_string();
    for word in words {
        assert!(said.contains(word), "{word:?} is missing in: {said}");
    }
}

#[test]
fn without_any_setting_it_listens_on_this_machine_only() {
    let web = web(|_| {}).unwrap();
    assert_eq!(web.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(web.public_url, None);
}

#[test]
fn an_empty_setting_counts_as_none() {
    let storage = storage(|args| args.database_url = Some(" ".to_owned())).unwrap();
    assert!(storage.database.is_none());
}

#[test]
fn a_wrong_setting_is_named_with_its_value_the_problem_and_an_example() {
    says(
        web(|args| args.listen = Some("localhost".to_owned())),
        &[
            "COUNTERSIGN_LISTEN",
            "--listen",
            "\"localhost\"",
            "an IP address, a colon and a port",
            "Example: COUNTERSIGN_LISTEN=127.0.0.1:3000",
        ],
    );
    says(
        web(|args| args.trusted_proxies = Some("10.0.0.1, nginx".to_owned())),
        &["COUNTERSIGN_TRUSTED_PROXIES", "\"nginx\"", "Example: "],
    );
    says(
        web(|args| args.public_url = Some("https://example.com/app".to_owned())),
        &["COUNTERSIGN_PUBLIC_URL", "no path", "Example: "],
    );
    says(
        storage(|args| args.database_connections = Some("2".to_owned())),
        &[
            "COUNTERSIGN_DATABASE_CONNECTIONS",
            "from 4 to 1000",
            "Example: ",
        ],
    );
    says(
        storage(|args| args.data_dir = Some("/proc/version".to_owned())),
        &["COUNTERSIGN_DATA_DIR", "not a folder", "Example: "],
    );
}

#[test]
fn attachments_are_kept_in_the_data_directory_unless_a_bucket_is_named() {
    let kept = storage(|_| {}).unwrap().attachments;
    assert!(
        matches!(&kept, Attachments::Folder(folder) if folder.ends_with("nowhere/attachments")),
        "{kept:?}"
    );
    let own = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let check = |url: &str, settings: Vec<(String, String)>| {
        attachments::check(
            Some(url),
            std::path::Path::new("/tmp"),
            settings.into_iter(),
        )
    };
    for url in [
        "s3://our-bucket",
        "s3://our-bucket/",
        "s3://our.bucket/a/b/",
    ] {
        let settings = vec![own("AWS_REGION", "eu-central-1"), own("HOME", "/root")];
        let kept = check(url, settings).unwrap();
        assert!(matches!(kept, Attachments::Bucket(_)), "{kept:?}");
    }
    for url in [
        "our-bucket",
        "s3://",
        "s3:///a",
        "s3://Our Bucket/a",
        "https://x/y",
        "s3://a?b",
    ] {
        says(
            check(url, Vec::new()),
            &[
                "COUNTERSIGN_ATTACHMENTS_URL",
                "the name of a bucket",
                "Example: COUNTERSIGN_ATTACHMENTS_URL=s3://our-bucket/countersign",
            ],
        );
    }
    let wrong = check("s3://our-bucket", vec![own("AWS_ALLOW_HTTP", "perhaps")]);
    says(wrong, &["COUNTERSIGN_ATTACHMENTS_URL", "cannot be opened"]);
}

#[test]
fn a_wrong_secret_is_not_shown() {
    for (result, name) in [
        (
            storage(|args| args.database_url = Some("mysql://u:hidden@h/d".to_owned())),
            "DATABASE_URL",
        ),
        (
            storage(|args| args.audit_key = Some("hidden".to_owned())),
            "COUNTERSIGN_AUDIT_KEY",
        ),
    ] {
        let said = result.unwrap_err().to_string();
        assert!(said.contains(name) && said.contains("Example: "), "{said}");
        assert!(!said.contains("hidden"), "{said}");
    }
    let said = web(|args| args.metrics_token = Some("hidden".to_owned()))
        .unwrap_err()
        .to_string();
    assert!(
        !said.contains("hidden") && said.contains("COUNTERSIGN_METRICS_TOKEN"),
        "{said}"
    );
}

#[test]
fn plain_http_is_served_on_loopback_only() {
    says(
        web(|args| args.listen = Some("0.0.0.0:3000".to_owned())),
        &["COUNTERSIGN_PUBLIC_URL", "0.0.0.0:3000", "https"],
    );
    says(
        web(|args| args.public_url = Some("http://countersign.example.com".to_owned())),
        &["COUNTERSIGN_PUBLIC_URL", "in the open"],
    );
    says(
        web(|args| {
            args.listen = Some("192.168.1.2:80".to_owned());
            args.public_url = Some("http://localhost".to_owned());
        }),
        &["COUNTERSIGN_LISTEN", "in the open"],
    );
    for listen in ["127.0.0.1:80", "[::1]:3000", "127.8.0.1:0"] {
        web(|args| args.listen = Some(listen.to_owned())).unwrap();
    }
    web(|args| {
        args.listen = Some("0.0.0.0:3000".to_owned());
        args.public_url = Some("https://countersign.example.com".to_owned());
    })
    .unwrap();
}

#[test]
fn the_public_address_is_kept_as_browsers_write_an_origin() {
    for (given, origin) in [
        ("https://Example.COM/", "https://example.com"),
        ("https://example.com:443", "https://example.com"),
        ("http://localhost:80", "http://localhost"),
        ("http://[::1]:3000", "http://[::1]:3000"),
    ] {
        assert_eq!(PublicUrl::parse(given).unwrap().origin(), origin);
    }
    for wrong in [
        "example.com",
        "ftp://example.com",
        "https://",
        "https://me@example.com",
        "https://example.com?x",
        "https://example.com#x",
        "https://example.com:99999",
    ] {
        assert!(PublicUrl::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn proxies_are_addresses_and_networks_of_both_kinds() {
    let trusted = TrustedProxies::parse("10.0.0.5, 192.168.0.0/16 fd00::/8,,::1").unwrap();
    for (address, known) in [
        ("10.0.0.5", true),
        ("10.0.0.6", false),
        ("192.168.7.7", true),
        ("::ffff:192.168.7.7", true),
        ("fd12::1", true),
        ("::1", true),
        ("2001:db8::1", false),
    ] {
        assert_eq!(
            trusted.contains(address.parse().unwrap()),
            known,
            "{address}"
        );
    }
}

#[test]
fn a_key_is_read_from_hex_and_from_both_alphabets_of_base64() {
    let bytes: Vec<u8> = (0..33_u8).map(|n| n.wrapping_mul(83)).collect();
    let same = |text: &str| audit_key::parse(text).unwrap().into_bytes() == bytes;
    assert!(same(&hex::encode(&bytes)));
    assert!(same(&hex::encode_upper(&bytes)));
    assert!(same(&STANDARD.encode(&bytes)));
    assert!(same(&URL_SAFE_NO_PAD.encode(&bytes)));
}

#[test]
fn a_short_key_is_refused_with_its_length() {
    says(
        storage(|args| args.audit_key = Some("00".repeat(31))),
        &["31 bytes", "32 is the least"],
    );
}

#[test]
fn a_key_is_made_once_and_only_its_owner_can_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let first = AuditKeyBytes::kept_in(folder.path()).unwrap();
    let again = AuditKeyBytes::kept_in(folder.path()).unwrap();
    assert!(first == again);
    let files: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(files.len(), 1);
    assert_eq!(
        files[0].metadata().unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn a_kept_key_that_is_damaged_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("audit-key"), "00\n").unwrap();
    let error = AuditKeyBytes::kept_in(folder.path())
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("audit-key") && error.contains("32"),
        "{error}"
    );
}

#[test]
fn text_messages_need_an_account_its_token_and_whom_they_come_from() {
    const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
    let set = |account: &str, token: Option<&str>, from: &str| {
        web(|args| {
            args.mail.twilio_account_sid = Some(account.to_owned());
            args.mail.twilio_auth_token = token.map(str::to_owned);
            args.mail.twilio_from = Some(from.to_owned());
        })
    };
    set(ACCOUNT, Some("hidden"), "+12025550143").unwrap();
    set(
        ACCOUNT,
        Some("hidden"),
        "MG0123456789abcdef0123456789abcdef",
    )
    .unwrap();
    says(
        set("AC12", Some("hidden"), "+12025550143"),
        &["TWILIO_ACCOUNT_SID", "AC and 32"],
    );
    says(
        set(ACCOUNT, None, "+12025550143"),
        &["TWILIO_AUTH_TOKEN", "not set"],
    );
    says(
        set(ACCOUNT, Some("hidden"), "us"),
        &["TWILIO_FROM", "+1202"],
    );
    says(
        web(|args| {
            args.mail.twilio_account_sid = Some(ACCOUNT.to_owned());
            args.mail.twilio_url = Some("ftp://x".to_owned());
        }),
        &["TWILIO_URL", "https://"],
    );
}
