//! Money: exact decimals, never floating point (spec README, "Forms").
//!
//! Runs in the browser too, so it parses by hand and stays small.

#[cfg(test)]
mod tests;

pub use rust_decimal::Decimal;
use rust_decimal::RoundingStrategy;
use serde::{Deserialize, Serialize};

/// The largest total of a line or an order: what `numeric(14,2)` holds.
pub const TOTAL_MAX: Decimal = Decimal::from_parts(276_447_231, 23_283, 0, false, 2);

/// A currency with two decimals, by its ISO 4217 code. Only those offered exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Currency(&'static str);

/// Every code offered, in alphabetical order: in use, with exactly two decimals (ISO 4217, "minor unit" 2).
const CODES: [&str; 47] = [
    "AED", "ARS", "AUD", "BRL", "CAD", "CHF", "CNY", "COP", "CZK", "DKK", "EGP", "EUR", "GBP",
    "GEL", "GHS", "HKD", "HUF", "IDR", "ILS", "INR", "KES", "KZT", "LKR", "MAD", "MXN", "MYR",
    "NGN", "NOK", "NZD", "PEN", "PHP", "PKR", "PLN", "QAR", "RON", "RSD", "SAR", "SEK", "SGD",
    "THB", "TRY", "TWD", "TZS", "UAH", "USD", "UYU", "ZAR",
];

impl Currency {
    /// The codes of [`Self::OFFERED`].
    pub const CODES: [&'static str; CODES.len()] = CODES;

    /// The demo organisation's currency.
    pub const USD: Currency = Currency("USD");

    /// Every currency offered, in alphabetical order.
    pub const OFFERED: [Currency; CODES.len()] = {
        let mut offered = [Currency::USD; CODES.len()];
        let mut i = 0;
        while i < CODES.len() {
            offered[i] = Currency(CODES[i]);
            i += 1;
        }
        offered
    };

    /// The currency of a code in capitals, if it is offered.
    pub fn parse(code: &str) -> Option<Currency> {
        Self::OFFERED
            .into_iter()
            .find(|currency| currency.0 == code)
    }

    /// The code: "USD".
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl std::fmt::Display for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

/// Only what is offered arrives. By hand: the derived one would borrow its input for ever.
impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Currency::parse(&code).ok_or_else(|| serde::de::Error::custom(UnknownCurrency))
    }
}

/// A code that is not offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Choose a currency from the list.")]
pub struct UnknownCurrency;

/// Why a text is not an amount. The messages stand beside the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Nothing but white space.
    #[error("Enter a number.")]
    Empty,
    /// Anything but digits, one point and thousands commas in their places.
    #[error("Use digits and a point, like 12.50.")]
    NotANumber,
    /// Below zero, or minus zero.
    #[error("Use a number that is not below zero.")]
    Negative,
    /// More decimals than this kind of amount keeps.
    #[error("Use at most {0} decimals.")]
    TooManyDecimals(u32),
    /// More than 10 digits before the point.
    #[error("This number is too large: use at most 10 digits before the point.")]
    TooLarge,
    /// A total above [`TOTAL_MAX`].
    #[error("The total is too large: at most 999,999,999,999.99.")]
    TotalTooLarge,
}

/// Digits before the point, of quantities and of unit prices.
const WHOLE_DIGITS: usize = 10;

macro_rules! amount {
    ($(#[$doc:meta])* $name:ident, $decimals:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "Decimal", into = "Decimal")]
        pub struct $name(Decimal);

        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(Decimal::ZERO);

            /// What a person typed: white space around it and thousands commas in their places are accepted.
            pub fn parse(text: &str) -> Result<Self, AmountError> {
                parse_amount(text, $decimals).map(Self)
            }

            /// A value of the database; `None` when it is outside the range or keeps more decimals.
            pub fn from_decimal(value: Decimal) -> Option<Self> {
                checked_amount(value, $decimals).ok().map(Self)
            }

            /// The value, without trailing zeros.
            pub const fn decimal(self) -> Decimal {
                self.0
            }

            /// Whether it is nothing.
            pub const fn is_zero(self) -> bool {
                self.0.is_zero()
            }
        }

        /// As a form field holds it: "1", "2.5", "0.0001". Parses to the same value.
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<$name> for Decimal {
            fn from(amount: $name) -> Decimal {
                amount.0
            }
        }

        impl TryFrom<Decimal> for $name {
            type Error = AmountError;

            fn try_from(value: Decimal) -> Result<Self, AmountError> {
                checked_amount(value, $decimals).map(Self)
            }
        }
    };
}

amount!(
    /// A quantity: zero or more, 3 decimals, at most 9,999,999,999.999 (`numeric(13,3)`).
    Quantity,
    3
);
amount!(
    /// A price of one unit: zero or more, 4 decimals, at most 9,999,999,999.9999 (`numeric(14,4)`).
    UnitPrice,
    4
);

impl UnitPrice {
    /// With cents at least, as prices are written: "219.90", "0.4983". Parses to the same value.
    pub fn with_cents(self) -> String {
        let mut price = self.0;
        if price.scale() < 2 {
            price.rescale(2);
        }
        price.to_string()
    }
}

fn checked_amount(value: Decimal, decimals: u32) -> Result<Decimal, AmountError> {
    let value = value.normalize();
    if value.is_sign_negative() && !value.is_zero() {
        Err(AmountError::Negative)
    } else if value.scale() > decimals {
        Err(AmountError::TooManyDecimals(decimals))
    } else if value >= Decimal::from(10_i64.pow(10)) {
        Err(AmountError::TooLarge)
    } else {
        Ok(value)
    }
}

fn parse_amount(text: &str, decimals: u32) -> Result<Decimal, AmountError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(AmountError::Empty);
    }
    let (negative, text) = text
        .strip_prefix('-')
        .map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = whole_digits(whole).ok_or(AmountError::NotANumber)?;
    if !all_digits(fraction) || (digits.is_empty() && fraction.is_empty()) {
        return Err(AmountError::NotANumber);
    }
    if negative {
        return Err(AmountError::Negative);
    }
    let fraction = fraction.trim_end_matches('0');
    let digits = digits.trim_start_matches('0');
    if fraction.len() > decimals as usize {
        return Err(AmountError::TooManyDecimals(decimals));
    }
    if digits.len() > WHOLE_DIGITS {
        return Err(AmountError::TooLarge);
    }
    // At most 14 digits: no overflow.
    let (mantissa, scale) = digits
        .bytes()
        .map(|digit| (digit, 0))
        .chain(fraction.bytes().map(|digit| (digit, 1)))
        .fold((0_i64, 0_u32), |(mantissa, scale), (digit, decimal)| {
            (mantissa * 10 + i64::from(digit - b'0'), scale + decimal)
        });
    Ok(Decimal::new(mantissa, scale).normalize())
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The digits before the point without their commas; `None` unless the commas part groups of three.
fn whole_digits(whole: &str) -> Option<String> {
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.is_empty() || first.len() > 3 || first.starts_with('0') {
            return None;
        }
        digits.push_str(group);
    }
    all_digits(&digits).then_some(digits)
}

/// Quantity times unit price, rounded half up to cents (spec README, "Forms"). Always with two decimals. Cannot
/// overflow, but may be above [`TOTAL_MAX`]: see [`checked_line_total`].
pub fn line_total(quantity: Quantity, unit_price: UnitPrice) -> Decimal {
    in_cents(quantity.0 * unit_price.0)
}

/// [`line_total`], refused above [`TOTAL_MAX`].
pub fn checked_line_total(
    quantity: Quantity,
    unit_price: UnitPrice,
) -> Result<Decimal, AmountError> {
    within_total(line_total(quantity, unit_price))
}

/// The sum of the lines' totals, each rounded first; refused above [`TOTAL_MAX`].
pub fn checked_order_total(
    lines: impl IntoIterator<Item = (Quantity, UnitPrice)>,
) -> Result<Decimal, AmountError> {
    lines
        .into_iter()
        .try_fold(in_cents(Decimal::ZERO), |sum, (quantity, unit_price)| {
            within_total(sum + checked_line_total(quantity, unit_price)?)
        })
}

fn within_total(total: Decimal) -> Result<Decimal, AmountError> {
    if total > TOTAL_MAX {
        Err(AmountError::TotalTooLarge)
    } else {
        Ok(total)
    }
}

/// Rounded half up (away from zero) and shown with exactly two decimals.
pub(crate) fn in_cents(amount: Decimal) -> Decimal {
    let mut cents = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    cents.rescale(2);
    cents
}

/// An amount of money as people read it: "12,000.00".
pub fn format_amount(amount: Decimal) -> String {
    let amount = in_cents(amount);
    let text = amount.abs().to_string();
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let mut out = String::with_capacity(text.len() + whole.len() / 3 + 1);
    if amount.is_sign_negative() && !amount.is_zero() {
        out.push('-');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out.push('.');
    out.push_str(cents);
    out
}
