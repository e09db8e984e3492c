//! Rows of text, and the pages they fill. All measures are points (1/72 inch) from the page's top left corner.

use crate::{
    face::{Faces, Weight},
    structure::Part,
    text,
};

/// The printed area's left edge.
pub const LEFT: f32 = 56.0;
/// The printed area's width, on A4 (595 by 842 points).
pub const WIDTH: f32 = 483.0;
/// Where a page begins.
const TOP: f32 = 56.0;
/// Where a page's rows end; the footer is below.
const BOTTOM: f32 = 770.0;
/// The footer's baseline.
pub const FOOTER: f32 = 802.0;
/// With less room than this, three lines, a row that may be split begins on the next page.
const LEAST: f32 = 40.0;
/// The height of the typeface's capitals, in parts of its size.
const CAPITALS: f32 = 0.698;

/// How dark something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    Text,
    Muted,
    Rule,
}

/// How a line of text looks.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    pub weight: Weight,
    /// The letters' size.
    pub size: f32,
    /// The line's height.
    pub leading: f32,
    pub ink: Ink,
}

/// To which side of its column a text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// A line as wide as its column or less.
#[derive(Clone, Debug)]
pub struct TextLine {
    pub text: String,
    pub style: Style,
    /// What it is part of; `None`: it only repeats what was said.
    pub part: Option<Part>,
}

/// Lines above each other.
#[derive(Clone, Debug)]
pub struct Cell {
    x: f32,
    width: f32,
    align: Align,
    lines: Vec<TextLine>,
}

impl Cell {
    /// An empty one, from `x`.
    pub fn new(x: f32, width: f32, align: Align) -> Cell {
        let lines = Vec::new();
        Cell {
            x,
            width,
            align,
            lines,
        }
    }

    /// Adds a text, broken into lines.
    pub fn write(&mut self, text: &str, style: Style, part: Part, faces: &Faces) {
        let face = faces.of(style.weight);
        for own in text::own_lines(text) {
            let wrapped = text::wrap(&own, face, self.width / style.size);
            self.lines.extend(wrapped.into_iter().map(|text| TextLine {
                text,
                style,
                part: Some(part),
            }));
        }
    }

    /// Two empty ones beside each other at its place.
    pub fn halves(&self, gutter: f32) -> [Cell; 2] {
        let width = (self.width - gutter) / 2.0;
        let at = |x| Cell::new(x, width, self.align);
        [at(self.x), at(self.x + width + gutter)]
    }

    /// The same, to another side.
    pub fn aligned(self, align: Align) -> Cell {
        Cell { align, ..self }
    }

    fn height(&self) -> f32 {
        self.lines.iter().map(|line| line.style.leading).sum()
    }

    /// Takes as many lines from the top as fit, at least `least`.
    fn take(&mut self, room: f32, least: usize) -> Cell {
        let mut used = 0.0;
        let fitting = self.lines.iter().take_while(|line| {
            used += line.style.leading;
            used <= room
        });
        let count = fitting.count().max(least).min(self.lines.len());
        let lines = self.lines.drain(..count).collect();
        Cell { lines, ..*self }
    }
}

/// Cells beside each other.
#[derive(Clone, Debug)]
pub struct Row {
    pub cells: Vec<Cell>,
    /// Room over the text.
    pub above: f32,
    /// Room under it.
    pub below: f32,
    /// How thick the rule is that ends it; 0: none.
    pub rule: f32,
    pub rule_ink: Ink,
    /// Whether a page may break it; one taller than a page is broken anyway.
    pub flows: bool,
    /// The height of what must stand on the same page below it.
    pub keep: f32,
}

impl Row {
    /// One that may be broken.
    pub fn flowing(cells: Vec<Cell>, below: f32) -> Row {
        Row {
            cells,
            above: 0.0,
            below,
            rule: 0.0,
            rule_ink: Ink::Rule,
            flows: true,
            keep: 0.0,
        }
    }

    /// With its padding.
    pub fn height(&self) -> f32 {
        let tallest = self.cells.iter().map(Cell::height).fold(0.0, f32::max);
        self.above + tallest + self.below
    }

    /// Takes what fits from the top. Always something, so that whoever repeats it comes to an end.
    fn take(&mut self, room: f32) -> Row {
        let room = room - self.above;
        let mut cells: Vec<Cell> = self.cells.iter_mut().map(|c| c.take(room, 0)).collect();
        if cells.iter().all(|cell| cell.lines.is_empty()) {
            cells = self.cells.iter_mut().map(|c| c.take(room, 1)).collect();
        }
        Row {
            cells,
            below: 0.0,
            rule: 0.0,
            ..*self
        }
    }
}

/// Something at its place.
#[derive(Debug)]
pub enum Mark {
    /// A line of text: where its left or right end is, and its baseline.
    Text {
        x: f32,
        align: Align,
        baseline: f32,
        line: TextLine,
    },
    /// A rule over the printed area's whole width: its upper edge.
    Rule { y: f32, thickness: f32, ink: Ink },
}

/// One page's marks, in reading order.
pub type Page = Vec<Mark>;

/// Pages being filled.
pub struct Sheets {
    full: Vec<Page>,
    page: Page,
    y: f32,
    /// What begins each further page: a table's header.
    repeated: Option<Row>,
}

impl Sheets {
    /// One empty page.
    pub fn new() -> Sheets {
        Sheets {
            full: Vec::new(),
            page: Page::new(),
            y: TOP,
            repeated: None,
        }
    }

    /// What begins each page from now on.
    pub fn repeat(&mut self, row: Option<Row>) {
        self.repeated = row.map(|mut row| {
            let lines = row.cells.iter_mut().flat_map(|cell| &mut cell.lines);
            lines.for_each(|line| line.part = None);
            row
        });
    }

    /// Puts a row below what is there, on as many pages as it needs.
    pub fn place(&mut self, mut row: Row) {
        let height = row.height();
        let head = self.repeated.as_ref().map_or(0.0, Row::height);
        if height + row.keep > self.room() && self.y > TOP + head {
            let splits = row.flows || height > BOTTOM - TOP - head;
            if !splits || self.room() < row.above + LEAST {
                self.turn();
            }
        }
        while row.height() > self.room() {
            let piece = row.take(self.room());
            self.put(piece);
            if row.cells.iter().all(|cell| cell.lines.is_empty()) {
                return;
            }
            self.turn();
        }
        self.put(row);
    }

    /// The pages.
    pub fn finish(mut self) -> Vec<Page> {
        self.full.push(self.page);
        self.full
    }

    fn room(&self) -> f32 {
        BOTTOM - self.y
    }

    fn turn(&mut self) {
        self.full.push(std::mem::take(&mut self.page));
        self.y = TOP;
        if let Some(row) = self.repeated.clone() {
            self.put(row);
        }
    }

    fn put(&mut self, row: Row) {
        let height = row.height();
        for cell in row.cells {
            let mut y = self.y + row.above;
            let x = match cell.align {
                Align::Left => cell.x,
                Align::Right => cell.x + cell.width,
            };
            for line in cell.lines {
                let Style { size, leading, .. } = line.style;
                let baseline = y + size * (1.0 + CAPITALS) / 2.0;
                y += leading;
                let align = cell.align;
                self.page.push(Mark::Text {
                    x,
                    align,
                    baseline,
                    line,
                });
            }
        }
        self.y += height;
        if row.rule > 0.0 {
            self.page.push(Mark::Rule {
                y: self.y,
                thickness: row.rule,
                ink: row.rule_ink,
            });
        }
    }
}
