//! Comments on records of every workflow: who may write them, and whom an `@` in them names.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::{actor::Actor, ids::PersonId, role::Role};

/// Characters of a comment.
pub const COMMENT_MAX: usize = 5000;
/// People a comment can mention.
pub const MENTIONS_MAX: usize = 20;
/// Words (and parts of words) after an `@` that can belong to a name.
const PARTS: usize = 8;
/// Characters of a name or an address at most.
const LONGEST: usize = 254;

/// Whether someone who sees a record may comment on it: everyone but auditors, who read everything and change nothing.
pub fn may_comment(actor: &Actor) -> bool {
    !actor.has(Role::Auditor)
}

/// What may follow one `@`: in lower case, the longest first.
pub type Handle = Vec<String>;

/// The handles in a text. An `@` inside a word, as in an email address, is none.
pub fn handles(text: &str) -> Vec<Handle> {
    let mut before = ' ';
    let mut found = Vec::new();
    for (at, letter) in text.char_indices() {
        if letter == '@' && !before.is_alphanumeric() {
            found.push(handle(&text[at + 1..]));
        }
        before = letter;
    }
    found.retain(|handle| !handle.is_empty());
    found
}

/// Everything that `rest` begins with and that could be a name or an address.
fn handle(rest: &str) -> Handle {
    let line = rest.lines().next().unwrap_or_default();
    let mut found: Handle = Vec::new();
    let mut letters = line.char_indices().take(LONGEST).peekable();
    while let Some((at, letter)) = letters.next() {
        let end = at + letter.len_utf8();
        let next = letters.peek().map(|(_, next)| *next);
        let after = line[end..].chars().nth(1);
        if letter.is_alphanumeric() && ends(next, after) {
            found.push(line[..end].to_lowercase());
        }
        if found.len() == PARTS {
            break;
        }
    }
    found.reverse();
    found
}

/// Whether a name can end before `next`: what joins the parts of an address ends none unless nothing follows it.
fn ends(next: Option<char>, after: Option<char>) -> bool {
    match next {
        None => true,
        Some('.' | '-' | '_' | '+' | '@') => !after.is_some_and(char::is_alphanumeric),
        Some(next) => !next.is_alphanumeric(),
    }
}

/// Someone whom a handle can name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// `people.id`.
    pub id: PersonId,
    /// The full name.
    pub name: String,
    /// The email address; what stands before its `@` names them too.
    pub email: String,
}

impl Named {
    fn is(&self, handle: &str) -> bool {
        let email = self.email.to_lowercase();
        let local = email.split('@').next().unwrap_or_default();
        self.name.to_lowercase() == handle || email == handle || local == handle
    }
}

/// Why it is not clear whom a comment mentions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unclear {
    /// Several people are called so.
    #[error(
        "More than one person is called @{0}. Write @ and the whole email address of the one you mean."
    )]
    Several(String),
    /// More than [`MENTIONS_MAX`].
    #[error("Mention at most {MENTIONS_MAX} people in one comment.")]
    TooMany,
}

/// Whom the handles name among `people`, each once: the longest that names anyone counts. One that names nobody is plain text.
pub fn mentioned(handles: &[Handle], people: &[Named]) -> Result<BTreeSet<PersonId>, Unclear> {
    let mut found = BTreeSet::new();
    for handle in handles {
        let matches = handle.iter().map(|name| {
            let so: Vec<&Named> = people.iter().filter(|person| person.is(name)).collect();
            (name, so)
        });
        match matches.into_iter().find(|(_, so)| !so.is_empty()) {
            Some((name, so)) if so.len() > 1 => return Err(Unclear::Several(name.clone())),
            Some((_, so)) => found.extend(so.iter().map(|person| person.id)),
            None => {}
        }
    }
    if found.len() > MENTIONS_MAX {
        return Err(Unclear::TooMany);
    }
    Ok(found)
}
