//! Words to find records by: how a text becomes words, and how a search becomes a `tsquery`. Both sides cut alike, so that
//! whatever was written is found by typing it again: in any case, with or without accents, by the beginnings of its words.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Characters of a word that count.
const WORD_MAX: usize = 50;
/// Words of a search that count.
const SEARCH_MAX: usize = 10;

/// The words of a text: lower case, without accents, letters and digits only, each once.
pub fn words(text: &str) -> Vec<String> {
    cut(text).collect::<BTreeSet<_>>().into_iter().collect()
}

fn cut(text: &str) -> impl Iterator<Item = String> {
    let plain: String = text
        .to_lowercase()
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect();
    let words: Vec<String> = plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(WORD_MAX).collect())
        .collect();
    words.into_iter()
}

/// The words of a search, in the order typed; at most ten.
pub fn terms(search: &str) -> Vec<String> {
    let mut terms: Vec<String> = Vec::new();
    for word in cut(search) {
        if terms.len() < SEARCH_MAX && !terms.contains(&word) {
            terms.push(word);
        }
    }
    terms
}

/// A record that a word also stands for, as it is kept among another record's words: `:vendor:17`. No word typed begins so.
pub fn reference(kind: &str, id: i64) -> String {
    format!(":{kind}:{id}")
}

/// The `tsquery` of one term: words that begin so, or any of `references`. Terms hold letters and digits only, so nothing needs
/// escaping.
pub fn term_query(term: &str, references: &[String]) -> String {
    let mut query = format!("('{term}':*");
    for reference in references {
        query.push_str(" | '");
        query.push_str(reference);
        query.push('\'');
    }
    query.push(')');
    query
}
