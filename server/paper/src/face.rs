//! The two weights of the one typeface, and how wide its letters are.
//!
//! No shaping: what the typeface covers (Latin, Greek, Cyrillic) needs none to be read, its figures have one width by
//! themselves, and a plain table is what keeps a thousand pages quick.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::{
    FontRef, MetadataProvider,
    instance::{LocationRef, Size},
};

use crate::Error;

const REGULAR: &[u8] = include_bytes!("../fonts/IBMPlexSans-Regular.ttf");
const SEMI_BOLD: &[u8] = include_bytes!("../fonts/IBMPlexSans-SemiBold.ttf");

/// How strong letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    Regular,
    Bold,
}

/// Both weights.
pub struct Faces {
    regular: Face,
    bold: Face,
}

impl Faces {
    /// Reads what is embedded in the program.
    pub fn load() -> Result<Faces, Error> {
        Ok(Faces {
            regular: Face::load(REGULAR).ok_or(Error::Font)?,
            bold: Face::load(SEMI_BOLD).ok_or(Error::Font)?,
        })
    }

    /// One of them.
    pub fn of(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }
}

/// A letter's number in the font, and its width in font units.
#[derive(Clone, Copy)]
struct Letter {
    glyph: u16,
    advance: u16,
}

/// One weight.
pub struct Face {
    font: Font,
    units_per_em: f32,
    /// By code point: a look-up per letter must cost nothing, and the font has none above U+FFFF.
    letters: Vec<Letter>,
    missing: Letter,
}

impl Face {
    fn load(bytes: &'static [u8]) -> Option<Face> {
        let font = Font::new(bytes.into(), 0)?;
        let tables = FontRef::new(bytes).ok()?;
        let metrics = tables.glyph_metrics(Size::unscaled(), LocationRef::default());
        let letter = |id: skrifa::GlyphId| {
            let glyph = u16::try_from(id.to_u32()).ok()?;
            // font units are whole numbers
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let advance = metrics.advance_width(id)? as u16;
            Some(Letter { glyph, advance })
        };
        let missing = letter(skrifa::GlyphId::NOTDEF)?;
        let mut letters = Vec::new();
        for (code, id) in tables.charmap().mappings() {
            let at = usize::from(u16::try_from(code).ok()?);
            if letters.len() <= at {
                letters.resize(at + 1, missing);
            }
            *letters.get_mut(at)? = letter(id)?;
        }
        Some(Face {
            units_per_em: font.units_per_em(),
            font,
            letters,
            missing,
        })
    }

    /// For the PDF.
    pub fn font(&self) -> Font {
        self.font.clone()
    }

    fn letter(&self, c: char) -> Letter {
        let found = usize::try_from(u32::from(c)).ok();
        *found
            .and_then(|at| self.letters.get(at))
            .unwrap_or(&self.missing)
    }

    /// Whether the font has all of a text's characters.
    pub fn covers(&self, text: &str) -> bool {
        text.chars()
            .all(|c| self.letter(c).glyph != self.missing.glyph)
    }

    /// A letter's width, in parts of the font's size.
    pub fn advance(&self, c: char) -> f32 {
        f32::from(self.letter(c).advance) / self.units_per_em
    }

    /// A text's width, in parts of the font's size.
    pub fn width(&self, text: &str) -> f32 {
        let units = text.chars().map(|c| f32::from(self.letter(c).advance));
        units.sum::<f32>() / self.units_per_em
    }

    /// A text for the PDF, a glyph for each character; one the font lacks gets the font's sign for that.
    pub fn glyphs(&self, text: &str, into: &mut Vec<KrillaGlyph>) {
        into.clear();
        into.extend(text.char_indices().map(|(at, c)| {
            let letter = self.letter(c);
            KrillaGlyph::new(
                GlyphId::new(letter.glyph.into()),
                f32::from(letter.advance) / self.units_per_em,
                0.0,
                0.0,
                0.0,
                at..at + c.len_utf8(),
                None,
            )
        }));
    }
}
