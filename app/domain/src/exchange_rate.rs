//! What another currency is worth in the organisation's, on a day: how amounts in it are compared with a rule's (spec
//! purchase-orders.md, "Levels").

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::money::{self, Currency};

/// Days that a rate is good for, its own counted: weekends and holidays have none.
pub const GOOD_FOR_DAYS: i64 = 7;

/// Decimals of a rate.
const DECIMALS: u32 = 10;

/// The largest rate.
const MAX: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);

/// A rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// What one unit is worth in the organisation's currency. Above zero.
    pub per_unit: Decimal,
    /// Its day.
    pub day: Date,
}

impl Rate {
    /// What `amount` is worth, rounded half up to cents.
    pub fn worth(self, amount: Decimal) -> Decimal {
        money::in_cents(amount * self.per_unit)
    }

    /// The smallest amount that is worth `limit` or more. `limit` has cents at most.
    pub fn least_worth(self, limit: Decimal) -> Decimal {
        let half_a_cent = Decimal::new(5, 3);
        let cent = Decimal::new(1, 2);
        let about = ((limit - half_a_cent) / self.per_unit).max(Decimal::ZERO);
        let mut least = money::in_cents(about);
        // The division may be a digit off, and cents round either way.
        while least >= cent && self.worth(least - cent) >= limit {
            least -= cent;
        }
        while self.worth(least) < limit {
            least += cent;
        }
        least
    }
}

/// How an amount is compared with one in the organisation's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exchange {
    /// It is in that currency.
    Own,
    /// At this rate.
    At(Rate),
    /// Not at all: no rate is known.
    Unknown,
}

impl Exchange {
    /// Of a currency that is the organisation's own or has, or has not, a rate.
    pub fn new(own: bool, rate: Option<Rate>) -> Exchange {
        match rate {
            _ if own => Exchange::Own,
            Some(rate) => Exchange::At(rate),
            None => Exchange::Unknown,
        }
    }

    /// What `amount` is worth in the organisation's currency; `None` without a rate.
    pub fn worth(self, amount: Decimal) -> Option<Decimal> {
        match self {
            Exchange::Own => Some(amount),
            Exchange::At(rate) => Some(rate.worth(amount)),
            Exchange::Unknown => None,
        }
    }

    /// The rate, where there is one.
    pub const fn rate(self) -> Option<Rate> {
        match self {
            Exchange::At(rate) => Some(rate),
            Exchange::Own | Exchange::Unknown => None,
        }
    }
}

/// Why a line of a table of rates is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RateError {
    /// Another number of fields.
    #[error("write currency, day and rate, like EUR,2026-11-23,1.0843")]
    Fields,
    /// A code that is not offered.
    #[error("{0} is not a currency that is offered")]
    Currency(String),
    /// One unit of it is one unit of it.
    #[error("{0} is the organisation's own currency")]
    Own(Currency),
    /// Not a day.
    #[error("{0} is not a day: write it like 2026-11-23")]
    Day(String),
    /// A day that is still to come.
    #[error("{0} is still to come")]
    Future(Date),
    /// Not a number above zero.
    #[error(
        "{0} is not a rate: use digits and a point, above 0, at most 1,000,000 and 10 decimals"
    )]
    Rate(String),
}

/// One line of a table of rates: what `fields` say of a currency on a day, where `own` is the organisation's.
///
/// # Errors
/// What is wrong with the first field at fault.
pub fn parse(fields: &[&str], own: Currency, today: Date) -> Result<(Currency, Rate), RateError> {
    let [code, day, rate] = fields else {
        return Err(RateError::Fields);
    };
    let code = code.trim().to_uppercase();
    let currency = Currency::parse(&code).ok_or(RateError::Currency(code))?;
    if currency == own {
        return Err(RateError::Own(own));
    }
    let day: Date = day
        .trim()
        .parse()
        .map_err(|_| RateError::Day(day.trim().to_owned()))?;
    if day > today {
        return Err(RateError::Future(day));
    }
    let per_unit = per_unit(rate.trim()).ok_or_else(|| RateError::Rate(rate.trim().to_owned()))?;
    Ok((currency, Rate { per_unit, day }))
}

fn per_unit(text: &str) -> Option<Decimal> {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let rate = Decimal::from_str_exact(text).ok()?.normalize();
    (plain && rate > Decimal::ZERO && rate <= MAX && rate.scale() <= DECIMALS).then_some(rate)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::world::amount;

    fn rate(per_unit: &str) -> Rate {
        Rate {
            per_unit: amount(per_unit),
            day: date(2026, 11, 23),
        }
    }

    #[test]
    fn an_amount_is_worth_its_product_rounded_half_up() {
        assert_eq!(rate("1.0843").worth(amount("100.00")), amount("108.43"));
        assert_eq!(rate("0.5").worth(amount("0.01")), amount("0.01"));
        assert_eq!(rate("0.0000625").worth(amount("160000")), amount("10.00"));
    }

    #[test]
    fn the_least_amount_that_reaches_a_limit_reaches_it_and_a_cent_less_does_not() {
        for per_unit in [
            "1.0843",
            "0.5",
            "0.0000625",
            "3.6725",
            "1",
            "999999.99",
            "0.9999999999",
        ] {
            for limit in ["0.01", "1000.00", "10000.01", "999999999999.99"] {
                let (rate, limit) = (rate(per_unit), amount(limit));
                let least = rate.least_worth(limit);
                assert!(rate.worth(least) >= limit, "{per_unit} {limit} {least}");
                let less = least - amount("0.01");
                assert!(
                    less < Decimal::ZERO || rate.worth(less) < limit,
                    "{per_unit} {limit} {less}"
                );
            }
        }
    }

    #[test]
    fn a_line_of_a_table_is_a_currency_a_day_and_a_rate() {
        let today = date(2026, 11, 23);
        let own = Currency::USD;
        let said = |fields: &[&str]| match parse(fields, own, today) {
            Ok((currency, rate)) => format!("{currency} {} {}", rate.day, rate.per_unit),
            Err(error) => error.to_string(),
        };
        let lines: [&[&str]; 13] = [
            &["EUR", "2026-11-23", "1.0843"],
            &[" eur ", " 2026-11-20 ", " 1.08430 "],
            &["EUR", "2026-11-23"],
            &["XXX", "2026-11-23", "1"],
            &["USD", "2026-11-23", "1"],
            &["EUR", "23.11.2026", "1"],
            &["EUR", "2026-11-24", "1"],
            &["EUR", "2026-11-23", "0"],
            &["EUR", "2026-11-23", "-1"],
            &["EUR", "2026-11-23", "1,08"],
            &["EUR", "2026-11-23", "1e3"],
            &["EUR", "2026-11-23", "0.00000000001"],
            &["EUR", "2026-11-23", "1000000.1"],
        ];
        let said: Vec<_> = lines.iter().map(|fields| said(fields)).collect();
        insta::assert_snapshot!(said.join("\n"));
    }
}
