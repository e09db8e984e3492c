//! A purchase order on paper: an A4 document as PDF, that a company sends to its vendor.
//!
//! Pure: texts in, bytes out. It formats no amounts and no dates, and reads no clock, so the same order
//! gives the same bytes.

mod content;
mod draw;
mod face;
mod sheet;
mod structure;
mod table;
#[cfg(test)]
mod tests;
mod text;

use face::Faces;

/// All that is printed, as it is. Line breaks are kept, but are spaces in the number, the date, the currency, the
/// total and the names of parties and approvers; other control characters are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// The order's number: "PO-1042". On every page.
    pub number: String,
    /// When it was ordered: "23 November 2026".
    pub date: String,
    /// Who orders. Its name is the document's author.
    pub buyer: Party,
    /// Who delivers.
    pub vendor: Party,
    /// Where to, if that is said.
    pub deliver_to: Option<String>,
    /// By when, if that is said.
    pub needed_by: Option<String>,
    /// Who raised the order.
    pub raised_by: String,
    /// Who approved it, in order.
    pub approved_by: Vec<String>,
    /// The code of the currency of all amounts: "EUR".
    pub currency: String,
    /// What is ordered.
    pub lines: Vec<Line>,
    /// The sum of the lines, without the currency: "1,250.00".
    pub total: String,
    /// What else the vendor should know.
    pub notes: Option<String>,
}

/// A company on an order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// Its name.
    pub name: String,
    /// What else identifies it, a line each: address, mail address, tax number.
    pub lines: Vec<String>,
}

/// One line of an order, formatted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub description: String,
    /// How many: "1,200".
    pub quantity: String,
    /// Of what: "piece".
    pub unit: String,
    /// Price of one unit, in the order's currency: "0.0125".
    pub unit_price: String,
    /// Price of the line, in the order's currency: "15.00".
    pub amount: String,
}

/// Why there is no document. No order causes it: what is embedded is broken, or the PDF library is.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An embedded font cannot be read.
    #[error("an embedded font cannot be read")]
    Font,
    /// The PDF library refused what it was told to write.
    #[error("the document cannot be written")]
    Pdf(#[from] krilla::error::KrillaError),
}

/// The order as the bytes of a PDF file.
pub fn render(order: &Order) -> Result<Vec<u8>, Error> {
    let faces = Faces::load()?;
    let laid_out = content::lay_out(order, &faces);
    Ok(draw::write(&laid_out, &faces)?)
}
