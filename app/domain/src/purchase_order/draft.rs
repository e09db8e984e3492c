//! The form of an order: what was typed, and what it means. A draft may be incomplete, but nothing in it is wrong.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Line, Order};
use crate::{
    field::{self, FieldError},
    ids::{DepartmentId, VendorId},
    money::{self, AmountError, Currency, Quantity, UnitPrice},
    text,
};

/// Characters of a justification.
pub const JUSTIFICATION_MAX: usize = 5000;
/// Characters of an address.
pub const SHIP_TO_MAX: usize = 1000;
/// Characters of a line's description.
pub const DESCRIPTION_MAX: usize = 500;
/// Characters of a line's unit.
pub const UNIT_MAX: usize = 20;
/// Characters of a line's cost centre.
pub const COST_CENTRE_MAX: usize = 50;
/// The unit a blank line is offered with.
pub const UNIT_OFFERED: &str = "each";
/// Lines of an order.
pub const LINES_MAX: usize = 200;

/// The form as typed: kept as it is when something in it is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RawDraft {
    /// `vendors.id`.
    pub vendor: String,
    /// `departments.id`.
    pub department: String,
    /// "2026-03-31".
    pub needed_by: String,
    /// "USD"; empty means that.
    pub currency: String,
    /// Any number of lines of text.
    pub justification: String,
    /// Likewise.
    pub ship_to: String,
    /// In the order of the form. Field names count from 1 in this order: `line-1-quantity`.
    pub lines: Vec<RawLine>,
}

/// One line of the form as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RawLine {
    /// What is bought.
    pub description: String,
    /// How many.
    pub quantity: String,
    /// Of what.
    pub unit: String,
    /// For how much each.
    pub unit_price: String,
    /// Where it is booked.
    pub cost_centre: String,
}

/// What the form means. Whether vendor and department exist is the database's to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The vendor, once chosen.
    pub vendor: Option<VendorId>,
    /// The department, once chosen.
    pub department: Option<DepartmentId>,
    /// Today or later.
    pub needed_by: Option<Date>,
    /// Of every amount on it.
    pub currency: Currency,
    /// Why.
    pub justification: String,
    /// Where to.
    pub ship_to: String,
    /// Without the wholly empty ones, numbered from 1.
    pub lines: Vec<Line>,
    /// The sum of the lines that have a quantity and a price.
    pub total: Decimal,
}

/// The name of a line's field in the form: `line-1-quantity`.
pub fn line_field(line: impl std::fmt::Display, name: &str) -> String {
    format!("line-{line}-{name}")
}

impl RawLine {
    /// A line as the form offers it.
    pub fn blank() -> RawLine {
        RawLine {
            unit: UNIT_OFFERED.to_owned(),
            ..RawLine::default()
        }
    }

    /// Whether nothing was typed. The unit is not asked: a blank line has one.
    pub fn is_empty(&self) -> bool {
        [
            &self.description,
            &self.quantity,
            &self.unit_price,
            &self.cost_centre,
        ]
        .into_iter()
        .all(|text| text.trim().is_empty())
    }

    fn parse(&self, line: usize, position: i32, errors: &mut Errors) -> Line {
        let field = |name| line_field(line, name);
        let parsed = Line {
            position,
            description: errors.keep(
                field("description"),
                text::single_line(&self.description, DESCRIPTION_MAX),
            ),
            quantity: errors.keep(field("quantity"), optional(Quantity::parse(&self.quantity))),
            unit: errors.keep(field("unit"), text::single_line(&self.unit, UNIT_MAX)),
            unit_price: errors.keep(
                field("unit_price"),
                optional(UnitPrice::parse(&self.unit_price)),
            ),
            cost_centre: errors.keep(
                field("cost_centre"),
                text::single_line(&self.cost_centre, COST_CENTRE_MAX),
            ),
            received: Quantity::ZERO,
        };
        if let Some((quantity, unit_price)) = parsed.priced() {
            errors.keep(
                field("unit_price"),
                money::checked_line_total(quantity, unit_price),
            );
        }
        parsed
    }
}

impl RawDraft {
    /// Without the wholly empty lines. Do this before parsing what is saved or submitted, so that the numbers of
    /// lines in messages are those of the form that comes back.
    #[must_use]
    pub fn without_empty_lines(mut self) -> RawDraft {
        self.lines.retain(|line| !line.is_empty());
        self
    }

    /// What was typed, or every field that is wrong. `today` is the person's.
    pub fn parse(&self, today: Date) -> Result<Draft, Vec<FieldError>> {
        let mut errors = Errors(Vec::new());
        let lines = self.parse_lines(&mut errors);
        let draft = Draft {
            vendor: errors
                .keep("vendor", field::record_id(&self.vendor, "vendor"))
                .map(VendorId),
            department: errors
                .keep(
                    "department",
                    field::record_id(&self.department, "department"),
                )
                .map(DepartmentId),
            needed_by: errors.keep("needed_by", field::day_from(&self.needed_by, today)),
            currency: errors
                .keep("currency", currency(&self.currency))
                .unwrap_or(Currency::USD),
            justification: errors.keep(
                "justification",
                text::multi_line(&self.justification, JUSTIFICATION_MAX),
            ),
            ship_to: errors.keep("ship_to", text::multi_line(&self.ship_to, SHIP_TO_MAX)),
            total: total(&lines).unwrap_or_default(),
            lines,
        };
        // A line too large by itself says so already.
        if errors.0.is_empty() {
            errors.keep("lines", total(&draft.lines));
        }
        if errors.0.is_empty() {
            Ok(draft)
        } else {
            Err(errors.0)
        }
    }

    fn parse_lines(&self, errors: &mut Errors) -> Vec<Line> {
        let filled = self
            .lines
            .iter()
            .zip(1..)
            .filter(|(raw, _)| !raw.is_empty());
        if filled.clone().count() > LINES_MAX {
            errors.keep(
                "lines",
                Err::<(), _>(format!("Use at most {LINES_MAX} lines.")),
            );
        }
        filled
            .take(LINES_MAX)
            .zip(1..)
            .map(|((raw, line), position)| raw.parse(line, position, errors))
            .collect()
    }
}

/// The form of what is saved. Parses to the same.
impl From<&Order> for RawDraft {
    fn from(order: &Order) -> RawDraft {
        RawDraft {
            vendor: order
                .vendor
                .as_ref()
                .map(|vendor| vendor.id.to_string())
                .unwrap_or_default(),
            department: order
                .department
                .map(|id| id.to_string())
                .unwrap_or_default(),
            needed_by: order
                .needed_by
                .map(|date| date.to_string())
                .unwrap_or_default(),
            currency: order.currency.to_string(),
            justification: order.justification.clone(),
            ship_to: order.ship_to.clone(),
            lines: order.lines.iter().map(RawLine::from).collect(),
        }
    }
}

impl From<&Line> for RawLine {
    fn from(line: &Line) -> RawLine {
        RawLine {
            description: line.description.clone(),
            quantity: line
                .quantity
                .map(|quantity| quantity.to_string())
                .unwrap_or_default(),
            unit: line.unit.clone(),
            unit_price: line
                .unit_price
                .map(UnitPrice::with_cents)
                .unwrap_or_default(),
            cost_centre: line.cost_centre.clone(),
        }
    }
}

/// The messages so far.
struct Errors(Vec<FieldError>);

impl Errors {
    /// The value, or nothing and a message beside the field.
    fn keep<T: Default, E: ToString>(
        &mut self,
        field: impl Into<String>,
        result: Result<T, E>,
    ) -> T {
        result.unwrap_or_else(|error| {
            self.0.push(FieldError::new(field, error));
            T::default()
        })
    }
}

fn total(lines: &[Line]) -> Result<Decimal, AmountError> {
    money::checked_order_total(lines.iter().filter_map(Line::priced))
}

fn optional<T>(amount: Result<T, AmountError>) -> Result<Option<T>, AmountError> {
    match amount {
        Err(AmountError::Empty) => Ok(None),
        other => other.map(Some),
    }
}

fn currency(code: &str) -> Result<Option<Currency>, money::UnknownCurrency> {
    let code = code.trim();
    if code.is_empty() {
        Ok(None)
    } else {
        Currency::parse(code)
            .map(Some)
            .ok_or(money::UnknownCurrency)
    }
}
