//! How a text becomes lines: what cannot be printed goes, and what is too long is broken.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::face::Face;

/// So that a text as wide as its column is not broken by the last bit of a number, in parts of the font's size.
const TOLERANCE: f32 = 0.001;

/// The text's own lines, without what cannot be printed; none at the end that are empty.
pub fn own_lines(text: &str) -> Vec<String> {
    // "é" as two characters is not in the font, as one it is
    let composed: Cow<'_, str> = match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        IsNormalized::No | IsNormalized::Maybe => text.nfc().collect::<String>().into(),
    };
    let mut lines = vec![String::new()];
    let mut characters = composed.chars().peekable();
    while let Some(c) = characters.next() {
        if c == '\r' && characters.peek() == Some(&'\n') {
            continue;
        }
        if breaks(c) {
            lines.push(String::new());
        } else if let Some(line) = lines.last_mut() {
            if c == '\t' {
                line.push(' ');
            } else if !unprintable(c) {
                line.push(c);
            }
        }
    }
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    lines
}

/// The same on one line, its ends trimmed.
pub fn one_line(text: &str) -> String {
    own_lines(text).join(" ").trim().to_owned()
}

/// What ends a line (Unicode's "newline function").
fn breaks(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// Controls, and characters that show nothing themselves: a font has no glyph for them, and those that
/// turn the direction of writing could make a line say something else than it does.
fn unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

/// A line broken into ones at most `width` wide (in parts of the font's size): at spaces, after the hyphen of a compound,
/// else anywhere. A space at a break stays at its line's end, unseen, so that who copies the text has both words.
pub fn wrap(line: &str, face: &Face, width: f32) -> Vec<String> {
    let width = width + TOLERANCE;
    let mut broken = Vec::new();
    let mut cut = |from: usize, to: usize| {
        broken.push(line.get(from..to).unwrap_or_default().to_owned());
    };
    let (mut start, mut reached) = (0, 0.0);
    // where the line may end, and how wide it is up to there
    let mut chance: Option<(usize, f32)> = None;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        let after = at + c.len_utf8();
        let advance = face.advance(c);
        if c != ' ' {
            while reached + advance > width && at > start {
                let (end, wide) = chance.take().unwrap_or((at, reached));
                cut(start, end);
                start = end;
                reached -= wide;
            }
        }
        reached += advance;
        if c == ' ' || (c == '-' && before.is_alphabetic() && begins_word(line, after)) {
            chance = Some((after, reached));
        }
        before = c;
    }
    cut(start, line.len());
    broken
}

fn begins_word(line: &str, at: usize) -> bool {
    let rest = line.get(at..).unwrap_or_default();
    rest.starts_with(char::is_alphabetic)
}

/// The text cut to a width (in parts of the font's size), with an ellipsis if something went.
pub fn cut_short(text: String, face: &Face, width: f32) -> String {
    if face.width(&text) <= width {
        return text;
    }
    let mut room = width - face.advance('…');
    let fits = text.chars().take_while(|&c| {
        room -= face.advance(c);
        room >= 0.0
    });
    fits.chain(['…']).collect()
}
