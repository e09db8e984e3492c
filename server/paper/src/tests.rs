//! Documents read again, with another library than the one that wrote them.

use lopdf::{Document, Object};

use crate::{Error, Line, Order, Party, render};

fn line(number: usize) -> Line {
    Line {
        description: format!("Article {number}"),
        quantity: "1,200".to_owned(),
        unit: "piece".to_owned(),
        unit_price: "0.0125".to_owned(),
        amount: "15.00".to_owned(),
    }
}

fn described(description: &str) -> Order {
    let description = description.to_owned();
    Order {
        lines: vec![Line {
            description,
            ..line(1)
        }],
        ..order(0)
    }
}

fn order(lines: usize) -> Order {
    let party = |name: &str, lines: &[&str]| Party {
        name: name.to_owned(),
        lines: lines.iter().map(|&line| line.to_owned()).collect(),
    };
    Order {
        number: "PO-1042".to_owned(),
        date: "23 November 2026".to_owned(),
        buyer: party("Northwind Ltd", &["1 Harbour Street", "VAT GB 123"]),
        vendor: party("Søn Kontor A/S", &["orders@kontor.example"]),
        deliver_to: Some("Warehouse 3\nGate B".to_owned()),
        needed_by: Some("15 December 2026".to_owned()),
        raised_by: "Priya Natarajan".to_owned(),
        approved_by: vec!["Maria López".to_owned(), "James O’Connor".to_owned()],
        currency: "EUR".to_owned(),
        lines: (1..=lines).map(line).collect(),
        total: "12,345.67".to_owned(),
        notes: Some("Quote our number.\nThank you.".to_owned()),
    }
}

fn read(order: &Order) -> Document {
    Document::load_mem(&render(order).expect("a document")).expect("a PDF file")
}

/// Each page's text.
fn pages(order: &Order) -> Vec<String> {
    let document = read(order);
    let numbers = document.get_pages().into_keys();
    // what stands at the right leaves a space after what stands at its left
    let text = |page| {
        let text = document.extract_text(&[page]).expect("its text");
        text.replace(" \n", "\n")
    };
    numbers.map(text).collect()
}

fn says_pdf_ua(order: &Order) -> bool {
    let document = read(order);
    document.objects.values().any(|object| {
        let content = object.as_stream().map(|stream| stream.content.clone());
        content.is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains("pdfuaid"))
    })
}

/// How often the text stands on a line of its own.
fn count(page: &str, text: &str) -> usize {
    page.lines().filter(|line| line.trim() == text).count()
}

#[test]
fn what_goes_in_can_be_read_out_again() {
    let text = pages(&order(1)).concat();
    for said in [
        "Purchase order",
        "PO-1042",
        "23 November 2026",
        "Buyer",
        "Northwind Ltd",
        "1 Harbour Street",
        "VAT GB 123",
        "Vendor",
        "Søn Kontor A/S",
        "orders@kontor.example",
        "Warehouse 3",
        "Gate B",
        "15 December 2026",
        "Priya Natarajan",
        "Maria López",
        "James O’Connor",
        "Article 1",
        "1,200",
        "piece",
        "0.0125",
        "15.00",
        "Total",
        "EUR 12,345.67",
        "Quote our number.",
        "Thank you.",
        "PO-1042 · page 1 of 1",
    ] {
        assert_eq!(count(&text, said), 1, "{said:?} in {text}");
    }
}

#[test]
fn letters_of_all_the_typefaces_alphabets_are_read_out_again() {
    let text = pages(&described("Łódź Škoda İstanbul Ωμέγα Щука 27″ 5 € ½ m² Ạ")).concat();
    assert_eq!(
        count(&text, "Łódź Škoda İstanbul Ωμέγα Щука 27″ 5 € ½ m² Ạ"),
        1,
        "{text}"
    );
}

#[test]
fn a_letter_and_its_accent_apart_are_one_letter() {
    let text = pages(&described("Cafe\u{301}")).concat();
    assert_eq!(count(&text, "Café"), 1, "{text}");
}

#[test]
fn every_page_is_a4_and_numbered_and_begins_with_the_tables_header() {
    let order = order(100);
    let pages = pages(&order);
    assert!(pages.len() > 2, "{} pages", pages.len());
    for (index, page) in pages.iter().enumerate() {
        let foot = format!("PO-1042 · page {} of {}", index + 1, pages.len());
        assert_eq!(count(page, &foot), 1, "{page}");
        for head in ["Description", "Quantity", "Unit", "Unit price", "Amount"] {
            assert_eq!(count(page, head), 1, "{head} in {page}");
        }
    }
    let document = read(&order);
    for page in document.get_pages().into_values() {
        let page = document.get_dictionary(page).expect("a page");
        let size = page
            .get(b"MediaBox")
            .and_then(Object::as_array)
            .expect("its size");
        let size: Vec<f32> = size
            .iter()
            .map(|side| side.as_float().expect("a number"))
            .collect();
        assert_eq!(size, [0.0, 0.0, 595.0, 842.0]);
    }
}

#[test]
fn five_hundred_lines_stand_once_each_and_in_order() {
    let text = pages(&order(500)).concat();
    let articles: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("Article "))
        .collect();
    let expected: Vec<String> = (1..=500)
        .map(|number| format!("Article {number}"))
        .collect();
    assert_eq!(articles, expected);
    assert_eq!(count(&text, "EUR 12,345.67"), 1);
}

#[test]
fn a_line_is_not_split_between_pages_and_the_total_is_not_alone() {
    for lines in 8..32 {
        let mut order = order(lines);
        for line in &mut order.lines {
            line.description = format!("First\nSecond of {}", line.description);
        }
        for page in pages(&order) {
            let seconds = page
                .lines()
                .filter(|line| line.starts_with("Second of"))
                .count();
            assert_eq!(count(&page, "First"), seconds, "{lines} lines: {page}");
            assert!(
                count(&page, "Total") == 0 || seconds > 0,
                "{lines} lines: {page}"
            );
        }
    }
}

#[test]
fn a_line_taller_than_a_page_goes_on_over_the_next_ones() {
    let words: Vec<String> = (0..1500).map(|word| format!("word{word:04}")).collect();
    let pages = pages(&described(&words.join(" ")));
    assert!(pages.len() > 2, "{} pages", pages.len());
    let text = pages.concat();
    let found: Vec<&str> = text
        .split_whitespace()
        .filter(|word| word.starts_with("word"))
        .collect();
    assert_eq!(found, words);
}

#[test]
fn a_long_word_is_broken_and_loses_nothing() {
    let text = pages(&described(&"Ж".repeat(2000))).concat();
    let longest = text.lines().map(|line| line.matches('Ж').count()).max();
    assert!(longest.is_some_and(|length| length < 60), "{longest:?}");
    assert_eq!(text.matches('Ж').count(), 2000);
}

#[test]
fn texts_wider_than_their_columns_lose_nothing() {
    let mut order = order(1);
    order.number = "1042".repeat(100);
    order.total = "7".repeat(300);
    order.lines = vec![Line {
        amount: "8".repeat(300),
        unit: "x".repeat(300),
        ..line(1)
    }];
    let text = pages(&order).concat();
    assert_eq!(text.matches('7').count(), 300);
    assert_eq!(text.matches('8').count(), 300);
    assert!(text.matches("1042").count() >= 100);
    assert!(text.contains("… · page 1 of "));
}

#[test]
fn a_character_the_typeface_lacks_is_shown_as_missing_and_fails_nothing() {
    let strange = described("before 漢字 😀 \u{10ffff} \u{e123} after");
    let text = pages(&strange).concat();
    assert!(text.contains("before") && text.contains("after"), "{text}");
    assert!(!says_pdf_ua(&strange));
    assert!(says_pdf_ua(&order(3)));
}

#[test]
fn line_breaks_break_lines_and_other_controls_are_dropped() {
    let mut order = order(1);
    order.notes = Some("one\r\ntwo\u{2028}th\u{0}r\u{7}ee\n\nfo\u{202e}ur\u{feff}\n\n".to_owned());
    order.date = "23\nNovember\t2026".to_owned();
    let text = pages(&order).concat();
    for said in ["one", "two", "three", "four", "23 November 2026"] {
        assert_eq!(count(&text, said), 1, "{said} in {text}");
    }
}

#[test]
fn every_single_character_can_be_printed() {
    let all: String = ('\0'..='\u{ffff}')
        .chain(['\u{10000}', char::MAX])
        .collect();
    assert!(render(&described(&all)).is_ok());
    // alone, as nothing near it can hide what it does
    for c in ('\0'..='\u{2fff}').step_by(37) {
        let mut order = described(&c.to_string());
        order.buyer.name = c.to_string();
        assert!(render(&order).is_ok(), "{c:?}");
    }
}

#[test]
fn an_order_without_anything_is_a_page_that_reads_so() {
    let text = pages(&Order::default()).concat();
    assert_eq!(count(&text, "Purchase order"), 1, "{text}");
    assert_eq!(count(&text, "page 1 of 1"), 1, "{text}");
    assert_eq!(
        count(&text, "Notes") + count(&text, "Deliver to") + count(&text, "Approved by"),
        0
    );
}

#[test]
fn long_heads_and_notes_go_on_over_pages() {
    let mut order = order(2);
    order.buyer.lines = vec!["address".to_owned(); 200];
    order.approved_by = vec!["approver".to_owned(); 200];
    order.notes = Some("note\n".repeat(200));
    let text = pages(&order).concat();
    for said in ["address", "approver", "note"] {
        assert_eq!(count(&text, said), 200, "{said}");
    }
}

#[test]
fn the_same_order_gives_the_same_bytes() {
    let once = render(&order(60)).expect("a document");
    assert_eq!(once, render(&order(60)).expect("a document"));
    assert_ne!(once, render(&order(61)).expect("a document"));
}

#[test]
fn one_page_is_smaller_than_sixty_kilobytes() {
    let size = render(&order(5)).expect("a document").len();
    assert!(size < 60_000, "{size} bytes");
}

#[test]
fn the_document_says_what_it_is_in_what_language_and_whose() {
    let document = read(&order(1));
    let info = document
        .trailer
        .get(b"Info")
        .and_then(Object::as_reference)
        .expect("information");
    let info = document.get_dictionary(info).expect("information");
    let text = |key: &[u8]| {
        info.get(key)
            .and_then(lopdf::decode_text_string)
            .expect("a text")
    };
    assert_eq!(text(b"Title"), "Purchase order PO-1042");
    assert_eq!(text(b"Author"), "Northwind Ltd");
    assert!(!info.has(b"CreationDate") && !info.has(b"ModDate"));
    let catalog = document.catalog().expect("a catalog");
    let language = catalog.get(b"Lang").and_then(lopdf::decode_text_string);
    assert_eq!(language.expect("a language"), "en");
    assert!(catalog.has(b"StructTreeRoot") && catalog.has(b"Outlines"));
}

#[test]
fn an_error_can_cross_threads() {
    fn check<T: Send + Sync + 'static>() {}
    check::<Error>();
}
