use super::{reference, term_query, terms, words};

#[test]
fn a_text_is_cut_into_lower_case_words_without_accents_each_once() {
    assert_eq!(
        words("Laptops, 14\" (laptops) für Jörg’s Büro: PO-1042"),
        ["1042", "14", "buro", "fur", "jorg", "laptops", "po", "s"]
    );
    assert!(words(" -- \u{0301} !").is_empty());
}

#[test]
fn a_long_word_counts_by_its_beginning() {
    assert_eq!(words(&"x".repeat(3000)), ["x".repeat(50)]);
}

#[test]
fn a_search_keeps_the_order_of_its_words_and_stops_at_ten() {
    assert_eq!(terms("PO-1042 desk PO"), ["po", "1042", "desk"]);
    let many: String = (0..40)
        .map(|n| format!("w{n}"))
        .collect::<Vec<_>>()
        .join(" ");
    assert_eq!(terms(&many).len(), 10);
}

#[test]
fn a_term_finds_words_that_begin_so_and_what_it_stands_for() {
    assert_eq!(term_query("lap", &[]), "('lap':*)");
    assert_eq!(
        term_query("north", &[reference("vendor", 1), reference("vendor", 9)]),
        "('north':* | ':vendor:1' | ':vendor:9')"
    );
}

#[test]
fn nothing_typed_reaches_the_query_but_letters_and_digits() {
    let nasty = "a' | !b & (c):* \\ <-> \u{0} 'x";
    assert_eq!(terms(nasty), ["a", "b", "c", "x"]);
}
