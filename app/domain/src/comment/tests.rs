use super::*;

fn named(id: i64, name: &str, email: &str) -> Named {
    Named {
        id: PersonId(id),
        name: name.to_owned(),
        email: email.to_owned(),
    }
}

fn company() -> Vec<Named> {
    vec![
        named(1, "Mia Moss", "mia@example.com"),
        named(2, "Leo Lane", "leo@example.com"),
        named(3, "Pat O'Neil", "pat.oneil@example.com"),
        named(4, "Zoë Groß-Meier", "zoe@example.com"),
        named(5, "Sam Stone", "sam@example.com"),
        named(6, "Sam Stone", "stone@example.org"),
        named(7, "Mia", "second@example.com"),
    ]
}

#[track_caller]
fn mentions(text: &str, ids: &[i64]) {
    let found = mentioned(&handles(text), &company()).unwrap();
    let expected = ids.iter().copied().map(PersonId).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn an_at_and_the_name_the_address_or_its_first_part_mention_someone() {
    mentions("@leo", &[2]);
    mentions("What does @Leo Lane think?", &[2]);
    mentions("@leo, @Pat O'Neil and @leo again.", &[2, 3]);
    mentions("(@mia moss)", &[1]);
    mentions("ask @stone@example.org.", &[6]);
    mentions("@PAT.ONEIL: see above", &[3]);
    mentions("@zoe's idea, not @Zoë Groß-Meier's", &[4]);
    mentions("first\n@leo_\n\nlast", &[2]);
}

#[test]
fn what_names_nobody_stays_plain_text() {
    for text in [
        "",
        "@",
        "@ leo",
        "@@",
        "write to leo@example.com",
        "x@leo",
        "@leonie",
        "@leo-team",
        "@leo.lane",
        "@Lane\nLeo",
        "@nobody at all, @é…",
        "12 @ 3.50",
    ] {
        mentions(text, &[]);
    }
}

#[test]
fn a_longer_name_counts_before_a_shorter_one() {
    // "@Mia" alone is the name of one and the address of another.
    mentions("@Mia Moss", &[1]);
    assert_eq!(
        mentioned(&handles("@Mia more"), &company()),
        Err(Unclear::Several("mia".to_owned()))
    );
    let said = mentioned(&handles("@Sam Stone"), &company()).unwrap_err();
    assert!(said.to_string().contains("@sam stone"), "{said}");
    mentions("@sam@example.com", &[5]);
}

#[test]
fn a_comment_mentions_at_most_twenty_people() {
    let people: Vec<Named> = (0..21)
        .map(|n| named(n, &format!("Person {n}"), &format!("p{n}@example.com")))
        .collect();
    let text = |n: usize| {
        (0..n)
            .map(|n| format!("@p{n} @p{n}"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(mentioned(&handles(&text(20)), &people).unwrap().len(), 20);
    assert_eq!(
        mentioned(&handles(&text(21)), &people),
        Err(Unclear::TooMany)
    );
}
