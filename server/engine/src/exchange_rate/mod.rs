//! What other currencies are worth in the organisation's: imported as CSV by administrators, asked when an order in another currency
//! is submitted, and kept with it then (spec purchase-orders.md, "Levels").

mod import;
mod read;

#[cfg(test)]
mod tests;

pub use import::{IMPORT_MAX, Imported, import};
pub use read::{Newest, newest, of_currency};

use domain::{
    exchange_rate::{Exchange, GOOD_FOR_DAYS, Rate},
    money::Currency,
    purchase_order::{Order, State},
};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use rust_decimal::Decimal;
use sqlx::PgConnection;

use crate::Result;

/// Where they are seen and imported.
pub const ADDRESS: &str = "/admin/rates";

/// The day rates are asked of at a moment: in UTC, for everybody the same.
pub(crate) fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// The first day whose rate is good at a moment.
fn since(at: Timestamp) -> Date {
    day(at - SignedDuration::from_hours(24 * (GOOD_FOR_DAYS - 1)))
}

/// A draft's rate: the one it would be submitted at now. What was submitted keeps its own.
pub(crate) async fn rate(db: &mut PgConnection, order: &mut Order, at: Timestamp) -> Result<()> {
    if order.state == State::Draft && order.exchange == Exchange::Unknown {
        let rate = at_moment(db, &[order.currency], at).await?.pop();
        order.exchange = Exchange::new(false, rate.map(|(_, rate)| rate));
    }
    Ok(())
}

/// The rates of these currencies that are good at a moment; those without one are left out.
pub(crate) async fn at_moment(
    db: &mut PgConnection,
    currencies: &[Currency],
    at: Timestamp,
) -> Result<Vec<(Currency, Rate)>> {
    let codes: Vec<String> = currencies.iter().map(ToString::to_string).collect();
    let rows = sqlx::query!(
        r#"SELECT DISTINCT ON (currency) currency, day, per_unit FROM exchange_rates
           WHERE currency = ANY($1) AND day BETWEEN $2 AND $3 ORDER BY currency, day DESC"#,
        &codes,
        since(at).to_sqlx() as jiff_sqlx::Date,
        day(at).to_sqlx() as jiff_sqlx::Date,
    )
    .fetch_all(db)
    .await?;
    let rates = rows.into_iter().filter_map(|row| {
        let currency = Currency::parse(&row.currency)?;
        Some((currency, of(row.per_unit, row.day)))
    });
    Ok(rates.collect())
}

/// Of an order in the organisation's currency, or in another with the rate it keeps.
pub(crate) fn exchange(
    own: bool,
    per_unit: Option<Decimal>,
    day: Option<jiff_sqlx::Date>,
) -> Exchange {
    Exchange::new(own, per_unit.zip(day).map(|(rate, day)| of(rate, day)))
}

fn of(per_unit: Decimal, day: jiff_sqlx::Date) -> Rate {
    Rate {
        per_unit: per_unit.normalize(),
        day: day.to_jiff(),
    }
}
