//! Files attached to records of every workflow: what they may be called and how large they may be.

#[cfg(test)]
mod tests;

/// Characters of a name.
pub const NAME_MAX: usize = 200;
/// Bytes of a file: 25 MB (spec README, "Comments and attachments").
pub const SIZE_MAX: u64 = 25 * 1024 * 1024;
/// Files of one record.
pub const PER_RECORD_MAX: usize = 100;

/// The name a file is kept under: the last part of what was sent, without characters that nobody sees or that turn the text
/// around. One that is too long loses its middle: the ending says what it is. `None` when nothing is left.
pub fn file_name(sent: &str) -> Option<String> {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last
        .chars()
        .filter(|c| !c.is_control() && !turns_text(*c))
        .collect();
    let kept = kept.trim();
    if kept.chars().all(|c| c == '.') {
        return None;
    }
    let letters: Vec<char> = kept.chars().collect();
    if letters.len() <= NAME_MAX {
        return Some(kept.to_owned());
    }
    let ending: Vec<char> = extension(kept).map_or_else(Vec::new, |ending| {
        letters[letters.len() - ending.chars().count() - 1..].to_vec()
    });
    let stem = letters.iter().take(NAME_MAX - ending.len());
    Some(stem.chain(&ending).collect())
}

/// Marks of writing direction: with them a name can end in `exe` and look as if it ended in `pdf`.
const fn turns_text(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What follows the last point of a name, in lower case; `None` where it is no ending.
pub fn extension(name: &str) -> Option<String> {
    let (stem, ending) = name.rsplit_once('.')?;
    let length = ending.chars().count();
    (!stem.is_empty() && (1..=10).contains(&length)).then(|| ending.to_lowercase())
}
