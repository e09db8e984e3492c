//! The order's lines as a table, and its total.

use std::num::NonZeroU32;

use crate::{
    Line, Order,
    content::{BODY, Writer, style},
    face::{Faces, Weight},
    sheet::{Align, Cell, Ink, LEFT, Row, Style, WIDTH},
    structure::{Part, Role},
    text::one_line,
};

const HEAD: Style = style(Weight::Bold, 8.0, 11.0, Ink::Muted);
const TOTAL: Style = style(Weight::Bold, 11.0, 15.0, Ink::Text);
/// Between columns.
const GAP: f32 = 14.0;
/// Over a row's text, and under it: a line's height has room of its own below the letters.
const ABOVE: f32 = 7.5;
const BELOW: f32 = 4.5;
/// A column is a little wider than its widest text.
const SLACK: f32 = 0.5;

/// A column: its head, where its texts go, how wide it may grow at most, and what stands in it.
struct Column {
    head: &'static str,
    align: Align,
    widest: f32,
    of: fn(&Line) -> &str,
}

/// The first has all the width that the others leave.
const COLUMNS: [Column; 5] = [
    Column {
        head: "Description",
        align: Align::Left,
        widest: WIDTH,
        of: |line| &line.description,
    },
    Column {
        head: "Quantity",
        align: Align::Right,
        widest: 66.0,
        of: |line| &line.quantity,
    },
    Column {
        head: "Unit",
        align: Align::Left,
        widest: 60.0,
        of: |line| &line.unit,
    },
    Column {
        head: "Unit price",
        align: Align::Right,
        widest: 84.0,
        of: |line| &line.unit_price,
    },
    Column {
        head: "Amount",
        align: Align::Right,
        widest: 92.0,
        of: |line| &line.amount,
    },
];

/// The table and what it sums up to.
pub fn write(order: &Order, writer: &mut Writer) {
    let places = places(order, writer.faces);
    let table = writer.structure.add(None, Role::Table);
    head(&places, table, writer);
    let body = writer.structure.add(Some(table), Role::TableBody);
    let mut rows = order.lines.iter().peekable();
    while let Some(line) = rows.next() {
        let part = writer.structure.add(Some(body), Role::Row);
        let cells = COLUMNS.iter().zip(&places).map(|(column, place)| {
            let mut cell = place.clone();
            let text = (column.of)(line);
            writer.write(&mut cell, text, BODY, (Some(part), Role::Data));
            cell
        });
        let mut row = ruled(cells.collect(), 0.5, Ink::Rule);
        if rows.peek().is_none() {
            // a total alone on a page would ask "of what?"
            row.keep = TOTAL.leading + ABOVE + BELOW;
            row.rule = 1.0;
            row.rule_ink = Ink::Text;
        }
        writer.sheets.place(row);
    }
    total(order, table, writer);
    writer.sheets.repeat(None);
}

fn ruled(cells: Vec<Cell>, rule: f32, rule_ink: Ink) -> Row {
    Row {
        cells,
        above: ABOVE,
        below: BELOW,
        rule,
        rule_ink,
        flows: false,
        keep: 0.0,
    }
}

/// Empty cells, as wide as what stands in their columns.
fn places(order: &Order, faces: &Faces) -> Vec<Cell> {
    let widths: Vec<f32> = COLUMNS
        .iter()
        .skip(1)
        .map(|column| width(column, order, faces))
        .collect();
    let gaps: f32 = widths.iter().map(|_| GAP).sum();
    let mut x = LEFT;
    let first = WIDTH - gaps - widths.iter().sum::<f32>();
    let widths = std::iter::once(first).chain(widths);
    COLUMNS
        .iter()
        .zip(widths)
        .map(|(column, width)| {
            let cell = Cell::new(x, width, column.align);
            x += width + GAP;
            cell
        })
        .collect()
}

fn width(column: &Column, order: &Order, faces: &Faces) -> f32 {
    let body = faces.of(BODY.weight);
    let head = faces.of(HEAD.weight).width(column.head) * HEAD.size;
    let texts = order
        .lines
        .iter()
        .map(|line| body.width((column.of)(line)) * BODY.size);
    let needed = texts.fold(head, f32::max) + SLACK;
    needed.min(column.widest)
}

fn head(places: &[Cell], table: Part, writer: &mut Writer) {
    let group = writer.structure.add(Some(table), Role::TableHead);
    let part = writer.structure.add(Some(group), Role::Row);
    let cells = COLUMNS.iter().zip(places).map(|(column, place)| {
        let mut cell = place.clone();
        writer.write(
            &mut cell,
            column.head,
            HEAD,
            (Some(part), Role::ColumnHeader),
        );
        cell
    });
    let mut row = ruled(cells.collect(), 1.0, Ink::Text);
    // not alone at a page's end
    row.keep = ABOVE + BELOW + 3.0 * BODY.leading;
    writer.sheets.place(row.clone());
    writer.sheets.repeat(Some(row));
}

fn total(order: &Order, table: Part, writer: &mut Writer) {
    let group = writer.structure.add(Some(table), Role::TableFoot);
    let part = Some(writer.structure.add(Some(group), Role::Row));
    let [mut label, sum] = Cell::new(LEFT, WIDTH, Align::Left).halves(GAP);
    let mut sum = sum.aligned(Align::Right);
    let spanned = u32::try_from(COLUMNS.len() - 1)
        .ok()
        .and_then(NonZeroU32::new);
    let role = Role::RowHeader(spanned.unwrap_or(NonZeroU32::MIN));
    writer.write(&mut label, "Total", TOTAL, (part, role));
    let text = format!("{} {}", one_line(&order.currency), one_line(&order.total));
    writer.write(&mut sum, text.trim(), TOTAL, (part, Role::Data));
    writer.sheets.place(ruled(vec![label, sum], 0.0, Ink::Rule));
}
