//! Pages as a PDF: tagged, so that a screen reader reads it in order, and without a clock, so that it is always the same.

use krilla::{
    Document, SerializeSettings,
    color::rgb,
    configure::{Accessibility, ConfigurationBuilder},
    destination::XyzDestination,
    error::KrillaError,
    geom::{PathBuilder, Point, Rect},
    metadata::Metadata,
    outline::{Outline, OutlineNode},
    paint::Fill,
    surface::Surface,
    tagging::{Artifact, ArtifactType, ContentTag},
    text::KrillaGlyph,
};

use crate::{
    content::{FOOT, LaidOut},
    face::Faces,
    sheet::{Align, FOOTER, Ink, LEFT, Mark, Page, Style, TextLine, WIDTH},
    structure::{Drawn, Part},
};

/// The bytes. The document says that it keeps to PDF/UA-1 if it does; what stands in its way is a character that
/// the typeface lacks, and that one must be seen to be missing.
pub fn write(order: &LaidOut, faces: &Faces) -> Result<Vec<u8>, KrillaError> {
    let plain = SerializeSettings::default();
    if !order.pages.iter().flatten().all(|mark| shows(mark, faces)) {
        return document(order, faces, plain);
    }
    let accessible = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish();
    let strict = SerializeSettings {
        configuration: accessible.unwrap_or_default(),
        ..plain.clone()
    };
    match document(order, faces, strict) {
        // a document that promises less is better than none
        Err(KrillaError::Validation(_)) => document(order, faces, plain),
        written => written,
    }
}

fn shows(mark: &Mark, faces: &Faces) -> bool {
    match mark {
        Mark::Text { line, .. } => faces.of(line.style.weight).covers(&line.text),
        Mark::Rule { .. } => true,
    }
}

fn document(
    order: &LaidOut,
    faces: &Faces,
    settings: SerializeSettings,
) -> Result<Vec<u8>, KrillaError> {
    let mut document = Document::new_with(settings);
    document.set_metadata(
        Metadata::new()
            .title(order.title.clone())
            .authors(authors(order))
            .language("en".to_owned())
            .document_id(order.title.clone()),
    );
    let mut drawn = Drawn::default();
    for (index, marks) in order.pages.iter().enumerate() {
        // the library's own page is A4 upright
        let mut page = document.start_page();
        let mut pen = Pen {
            surface: page.surface(),
            faces,
            glyphs: Vec::new(),
        };
        pen.page(marks, &mut drawn);
        pen.foot(order.foot(index + 1));
    }
    document.set_tag_tree(order.structure.tree(&drawn));
    let mut outline = Outline::new();
    let top = XyzDestination::new(0, Point::from_xy(0.0, 0.0));
    outline.push_child(OutlineNode::new(order.title.clone(), top));
    document.set_outline(outline);
    document.finish()
}

fn authors(order: &LaidOut) -> Vec<String> {
    let name = Some(order.author.clone()).filter(|name| !name.is_empty());
    name.into_iter().collect()
}

/// What draws on one page.
struct Pen<'a> {
    surface: Surface<'a>,
    faces: &'a Faces,
    /// Kept from line to line.
    glyphs: Vec<KrillaGlyph>,
}

impl Pen<'_> {
    fn page(&mut self, marks: &Page, drawn: &mut Drawn) {
        let mut rest = marks.iter().peekable();
        while let Some(mark) = rest.next() {
            let part = self.begin(mark, drawn);
            self.draw(mark);
            // a part's lines are one piece
            while let Some(next) = rest.next_if(|next| part.is_some() && part_of(next) == part) {
                self.draw(next);
            }
            self.surface.end_tagged();
        }
    }

    fn foot(&mut self, text: String) {
        self.artifact(ArtifactType::Footer);
        let line = TextLine {
            text,
            style: FOOT,
            part: None,
        };
        self.text(Point::from_xy(LEFT, FOOTER), &line);
        self.surface.end_tagged();
    }

    fn begin(&mut self, mark: &Mark, drawn: &mut Drawn) -> Option<Part> {
        let part = part_of(mark);
        match (mark, part) {
            (_, Some(part)) => drawn.add(part, self.surface.start_tagged(ContentTag::Other)),
            (Mark::Text { .. }, None) => self.artifact(ArtifactType::PaginationOther),
            (Mark::Rule { .. }, None) => self.artifact(ArtifactType::Layout),
        }
        part
    }

    fn artifact(&mut self, kind: ArtifactType) {
        let artifact = Artifact::with_kind(kind);
        self.surface.start_tagged(ContentTag::Artifact(artifact));
    }

    fn draw(&mut self, mark: &Mark) {
        match mark {
            Mark::Text {
                x,
                align,
                baseline,
                line,
            } => {
                let from = match align {
                    Align::Left => *x,
                    Align::Right => x - self.width(line),
                };
                self.text(Point::from_xy(from, *baseline), line);
            }
            Mark::Rule { y, thickness, ink } => self.rule(*y, *thickness, *ink),
        }
    }

    /// Without the space at its end.
    fn width(&self, line: &TextLine) -> f32 {
        let Style { weight, size, .. } = line.style;
        self.faces.of(weight).width(line.text.trim_end()) * size
    }

    fn text(&mut self, at: Point, line: &TextLine) {
        let Style {
            weight, size, ink, ..
        } = line.style;
        let face = self.faces.of(weight);
        face.glyphs(&line.text, &mut self.glyphs);
        self.surface.set_fill(Some(fill(ink)));
        self.surface
            .draw_glyphs(at, &self.glyphs, face.font(), &line.text, size, false);
    }

    fn rule(&mut self, y: f32, thickness: f32, ink: Ink) {
        let mut path = PathBuilder::new();
        if let Some(rectangle) = Rect::from_xywh(LEFT, y, WIDTH, thickness) {
            path.push_rect(rectangle);
        }
        if let Some(path) = path.finish() {
            self.surface.set_fill(Some(fill(ink)));
            self.surface.draw_path(&path);
        }
    }
}

fn part_of(mark: &Mark) -> Option<Part> {
    match mark {
        Mark::Text { line, .. } => line.part,
        Mark::Rule { .. } => None,
    }
}

fn fill(ink: Ink) -> Fill {
    let colour = match ink {
        Ink::Text => rgb::Color::new(23, 28, 38),
        Ink::Muted => rgb::Color::new(88, 96, 110),
        Ink::Rule => rgb::Color::new(212, 216, 223),
    };
    Fill {
        paint: colour.into(),
        ..Fill::default()
    }
}
