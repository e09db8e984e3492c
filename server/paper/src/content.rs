//! Which words stand where: the head of the order, then its table, then its notes.

use std::num::NonZeroU16;

use crate::{
    Order, Party,
    face::{Faces, Weight},
    sheet::{Align, Cell, Ink, LEFT, Page, Row, Sheets, Style, WIDTH},
    structure::{Part, Role, Structure},
    table,
    text::{cut_short, one_line},
};

/// The document's title, before the order's number.
const TITLE: &str = "Purchase order";
/// Between columns of the head.
const GUTTER: f32 = 24.0;

const HEADLINE: Style = style(Weight::Bold, 24.0, 30.0, Ink::Text);
const NUMBER: Style = style(Weight::Regular, 24.0, 30.0, Ink::Muted);
const NAME: Style = style(Weight::Bold, 11.0, 16.0, Ink::Text);
const LABEL: Style = style(Weight::Bold, 8.0, 13.0, Ink::Muted);
/// What most is written in.
pub const BODY: Style = style(Weight::Regular, 9.5, 13.5, Ink::Text);
/// The foot of each page.
pub const FOOT: Style = style(Weight::Regular, 8.0, 11.0, Ink::Muted);

/// A style.
pub const fn style(weight: Weight, size: f32, leading: f32, ink: Ink) -> Style {
    Style {
        weight,
        size,
        leading,
        ink,
    }
}

/// An order on its pages.
pub struct LaidOut {
    pub title: String,
    pub author: String,
    pub pages: Vec<Page>,
    pub structure: Structure,
    number: String,
}

impl LaidOut {
    /// The foot of a page, counted from 1.
    pub fn foot(&self, page: usize) -> String {
        let pages = self.pages.len();
        match self.number.as_str() {
            "" => format!("page {page} of {pages}"),
            number => format!("{number} · page {page} of {pages}"),
        }
    }
}

/// Everything at its place.
pub fn lay_out(order: &Order, faces: &Faces) -> LaidOut {
    let number = one_line(&order.number);
    let title = format!("{TITLE} {number}").trim().to_owned();
    let mut writer = Writer {
        faces,
        structure: Structure::default(),
        sheets: Sheets::new(),
    };
    writer.headline(&number, order, &title);
    writer.parties(order);
    writer.facts(order);
    table::write(order, &mut writer);
    writer.notes(order);
    // the foot is one line: what is absurdly long is cut there, and stands whole at the top
    let room = WIDTH * 0.7 / FOOT.size;
    LaidOut {
        title,
        author: one_line(&order.buyer.name),
        number: cut_short(number, faces.of(FOOT.weight), room),
        pages: writer.sheets.finish(),
        structure: writer.structure,
    }
}

/// What is written so far.
pub struct Writer<'a> {
    pub faces: &'a Faces,
    pub structure: Structure,
    pub sheets: Sheets,
}

impl Writer<'_> {
    /// Adds a text to a cell as a part of its own.
    pub fn write(
        &mut self,
        cell: &mut Cell,
        text: &str,
        style: Style,
        (within, role): (Option<Part>, Role),
    ) {
        let part = self.structure.add(within, role);
        cell.write(text, style, part, self.faces);
    }

    fn paragraph(&mut self, cell: &mut Cell, text: &str, style: Style, within: Option<Part>) {
        if !text.trim().is_empty() {
            self.write(cell, text, style, (within, Role::Paragraph));
        }
    }

    fn headline(&mut self, number: &str, order: &Order, title: &str) {
        let left_width = self.faces.of(HEADLINE.weight).width(TITLE) * HEADLINE.size + 1.0;
        let right_at = LEFT + left_width + GUTTER;
        let mut left = Cell::new(LEFT, left_width, Align::Left);
        let mut right = Cell::new(right_at, LEFT + WIDTH - right_at, Align::Right);
        let heading = self.structure.add(None, heading(1, title));
        left.write(TITLE, HEADLINE, heading, self.faces);
        right.write(number, NUMBER, heading, self.faces);
        self.paragraph(&mut right, &one_line(&order.date), BODY, None);
        let mut row = Row::flowing(vec![left, right], 12.0);
        row.rule = 1.5;
        row.rule_ink = Ink::Text;
        self.sheets.place(row);
    }

    fn parties(&mut self, order: &Order) {
        let [left, right] = halves();
        let cells = vec![
            self.party("Buyer", &order.buyer, left),
            self.party("Vendor", &order.vendor, right),
        ];
        let mut row = Row::flowing(cells, 18.0);
        row.above = 18.0;
        self.sheets.place(row);
    }

    fn party(&mut self, label: &str, party: &Party, mut cell: Cell) -> Cell {
        let section = Some(self.structure.add(None, Role::Section));
        self.write(&mut cell, label, LABEL, (section, heading(2, label)));
        self.paragraph(&mut cell, &one_line(&party.name), NAME, section);
        for line in &party.lines {
            self.paragraph(&mut cell, line, BODY, section);
        }
        cell
    }

    /// Two at the left, two at the right; one alone has its half for itself.
    fn facts(&mut self, order: &Order) {
        let approvers: Vec<String> = order
            .approved_by
            .iter()
            .map(|name| one_line(name))
            .collect();
        let said = |text: &Option<String>| text.clone().unwrap_or_default();
        let sides = [
            [
                ("Deliver to", said(&order.deliver_to)),
                ("Needed by", said(&order.needed_by)),
            ],
            [
                ("Raised by", order.raised_by.clone()),
                ("Approved by", approvers.join("\n")),
            ],
        ];
        let mut cells = Vec::new();
        for (half, facts) in halves().into_iter().zip(sides) {
            let facts = facts
                .into_iter()
                .filter(|(_, text)| !text.trim().is_empty());
            let facts: Vec<(&str, String)> = facts.collect();
            let places = match facts.len() {
                2 => half.halves(GUTTER).to_vec(),
                _ => vec![half],
            };
            for ((label, text), mut cell) in facts.iter().zip(places) {
                let section = Some(self.structure.add(None, Role::Section));
                self.write(&mut cell, label, LABEL, (section, heading(2, label)));
                self.paragraph(&mut cell, text, BODY, section);
                cells.push(cell);
            }
        }
        if !cells.is_empty() {
            self.sheets.place(Row::flowing(cells, 18.0));
        }
    }

    fn notes(&mut self, order: &Order) {
        let notes = order.notes.as_deref().unwrap_or_default();
        if notes.trim().is_empty() {
            return;
        }
        let section = Some(self.structure.add(None, Role::Section));
        let mut cell = Cell::new(LEFT, WIDTH, Align::Left);
        self.write(&mut cell, "Notes", LABEL, (section, heading(2, "Notes")));
        self.paragraph(&mut cell, notes, BODY, section);
        let mut row = Row::flowing(vec![cell], 0.0);
        row.above = 24.0;
        self.sheets.place(row);
    }
}

fn heading(level: u16, text: &str) -> Role {
    let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
    Role::Heading(level, text.to_owned())
}

fn halves() -> [Cell; 2] {
    Cell::new(LEFT, WIDTH, Align::Left).halves(GUTTER)
}
