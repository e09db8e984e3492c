//! How purchase orders are said on screen.

use std::fmt::Write as _;

use domain::{
    ids::PurchaseOrderId,
    money::{UnitPrice, format_amount},
    purchase_order::{Line, State},
};
use jiff::civil::Date;

use crate::ui::Tone;

/// The number people read: `PO-1042`.
pub fn number(id: PurchaseOrderId) -> String {
    format!("PO-{id}")
}

/// Characters of a title; the lists' statements cut there too.
const TITLE_MAX: usize = 80;

/// A title as it is shown: one that is too long ends after a word, and says so.
pub fn title(text: &str) -> String {
    if text.chars().count() < TITLE_MAX {
        return text.to_owned();
    }
    let cut: String = text.chars().take(TITLE_MAX - 1).collect();
    let words = cut
        .rsplit_once(' ')
        .map_or(cut.as_str(), |(words, _)| words);
    format!("{}…", words.trim_end_matches([',', '.', ';', ':']))
}

/// A price of one unit: at least cents, at most four decimals.
pub fn unit_price(price: UnitPrice) -> String {
    let text = price.with_cents();
    let decimals = text.split_once('.').map_or("", |(_, decimals)| decimals);
    let whole = format_amount(price.decimal().trunc());
    format!("{}.{decimals}", whole.trim_end_matches(".00"))
}

/// A line in a sentence: "Docking station: 5 each at 219.90 (CC-200)".
pub fn line(line: &Line) -> String {
    let mut said = line.description.clone();
    if let Some((quantity, price)) = line.priced() {
        let _ = write!(said, ": {quantity} {} at {}", line.unit, unit_price(price));
    }
    if !line.cost_centre.is_empty() {
        let _ = write!(said, " ({})", line.cost_centre);
    }
    said
}

/// A day of the calendar: "31 Mar 2026".
pub fn day(day: Date) -> String {
    day.strftime("%-d %b %Y").to_string()
}

/// What a state means for people.
pub const fn tone(state: State) -> Tone {
    match state {
        State::Draft | State::Cancelled => Tone::Neutral,
        State::PendingApproval | State::RequiresFinanceReview | State::RequiresExecutiveReview => {
            Tone::Waiting
        }
        State::Processing => Tone::Active,
        State::Approved | State::Completed => Tone::Good,
        State::Rejected => Tone::Bad,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_title_ends_after_a_word_and_says_so() {
        assert_eq!(title("Laptops"), "Laptops");
        let long =
            "The customer project begins in three weeks, and this has the longest delivery ti";
        assert_eq!(
            title(long),
            "The customer project begins in three weeks, and this has the longest delivery…"
        );
        assert_eq!(title(&"x".repeat(200)).chars().count(), TITLE_MAX);
    }

    #[test]
    fn a_unit_price_has_cents_and_what_else_it_needs() {
        for (typed, shown) in [
            ("2150", "2,150.00"),
            ("219.9", "219.90"),
            ("0.4983", "0.4983"),
            ("1234567.125", "1,234,567.125"),
            ("0", "0.00"),
        ] {
            assert_eq!(unit_price(UnitPrice::parse(typed).unwrap()), shown);
        }
    }
}
