use super::*;

#[test]
fn control_characters_are_dropped_and_the_ends_trimmed() {
    assert_eq!(single_line(" a\0b\u{1b}c\u{85} ", 10).unwrap(), "abc");
    assert_eq!(multi_line("\0 a\u{7f} ", 10).unwrap(), "a");
}

#[test]
fn what_turns_the_direction_of_a_text_is_dropped_and_scripts_written_from_the_right_stay() {
    assert_eq!(
        single_line("A\u{202e}gnp.exe\u{2066}", 20).unwrap(),
        "Agnp.exe"
    );
    assert_eq!(multi_line("שלום عالم", 20).unwrap(), "שלום عالم");
}

#[test]
fn line_breaks_stay_where_several_lines_are_asked_and_become_spaces_elsewhere() {
    assert_eq!(multi_line("a\r\nb\rc\n\td", 20).unwrap(), "a\nb\nc\n\td");
    assert_eq!(single_line("a\nb\tc", 20).unwrap(), "a b c");
}

#[test]
fn a_text_up_to_the_limit_fits_counted_in_characters_after_trimming() {
    assert_eq!(single_line(" ÄÖÜ ", 3).unwrap(), "ÄÖÜ");
    let too_long = single_line("ÄÖÜß", 3).unwrap_err();
    assert_eq!(
        too_long,
        TooLong {
            limit: 3,
            length: 4
        }
    );
    assert_eq!(
        too_long.to_string(),
        "Use at most 3 characters: this has 4."
    );
}

#[test]
fn a_number_is_kept_as_e164_writes_it_however_it_was_set_apart() {
    for (typed, kept) in [
        ("+12025550143", Some("+12025550143")),
        (" +1 (202) 555-0143 ", Some("+12025550143")),
        ("+49 30/1234.5678", Some("+493012345678")),
        ("+49 (0) 30 12345678", None),
        ("+49 (0)30 12345678", None),
        ("0049 30 12345678", None),
        ("+0301234567", None),
        ("+1234567", None),
        ("+1234567890123456", None),
        ("+1202555o143", None),
        ("", None),
    ] {
        assert_eq!(phone(typed).as_deref(), kept, "{typed}");
    }
}
