use super::*;

#[test]
fn a_name_is_the_last_part_of_a_path_without_what_nobody_sees() {
    for (sent, kept) in [
        ("offer.pdf", Some("offer.pdf")),
        ("C:\\Users\\sam\\offer.pdf", Some("offer.pdf")),
        ("../../etc/passwd", Some("passwd")),
        ("  Grüße 🪑 .txt ", Some("Grüße 🪑 .txt")),
        ("a\r\nSet-Cookie: x.pdf", Some("aSet-Cookie: x.pdf")),
        ("a\0b\u{7f}.txt", Some("ab.txt")),
        ("invoice\u{202e}fdp.exe", Some("invoicefdp.exe")),
        (".profile", Some(".profile")),
        ("quoted \"name\".txt", Some("quoted \"name\".txt")),
        ("", None),
        ("/", None),
        ("folder/..", None),
        (" \n ", None),
    ] {
        assert_eq!(file_name(sent).as_deref(), kept, "{sent:?}");
    }
}

#[test]
fn a_name_that_is_too_long_keeps_its_ending() {
    let name = file_name(&format!("{}.pdf", "ß".repeat(300))).unwrap();
    assert_eq!(name.chars().count(), NAME_MAX);
    assert!(name.ends_with("ß.pdf"));
    let bare = file_name(&"x".repeat(300)).unwrap();
    assert_eq!(bare.chars().count(), NAME_MAX);
}

#[test]
fn an_ending_is_short_and_follows_something() {
    assert_eq!(extension("Offer.PDF").as_deref(), Some("pdf"));
    assert_eq!(extension("a.tar.gz").as_deref(), Some("gz"));
    for none in ["offer", ".profile", "end.", "1. Offer of our vendor"] {
        assert_eq!(extension(none), None, "{none}");
    }
}
