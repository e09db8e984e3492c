//! Deciding from an email, signed in or not: the page of a link, and the forms on it.

pub mod actions;
pub mod pages;

/// A token as it can stand in an address: what else somebody sends is none, and must not lead anywhere.
pub(crate) fn safe(token: &str) -> &str {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if (1..=100).contains(&token.len()) && token.bytes().all(fits) {
        token
    } else {
        "unknown"
    }
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn what_cannot_be_a_token_leads_nowhere() {
        assert_eq!(safe("aB3_-"), "aB3_-");
        for other in [
            "",
            "a/b",
            "../login",
            "a?b",
            "a\r\nb",
            "ä",
            &"a".repeat(101),
        ] {
            assert_eq!(safe(other), "unknown", "{other}");
        }
    }
}
