//! The rates as an administrator reads them.

use domain::{exchange_rate::Rate, money::Currency};
use jiff_sqlx::ToSqlx;

use super::{day, of, since};
use crate::{Engine, Result, organisation};

/// Days shown of one currency.
const SHOWN: i64 = 100;

/// The newest rate of a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Newest {
    /// The currency.
    pub currency: Currency,
    /// Its newest rate.
    pub rate: Rate,
    /// Whether orders can still be submitted at it.
    pub good: bool,
}

/// The organisation's currency, and the newest rate of each other one that has any, by code.
pub async fn newest(engine: &Engine) -> Result<(Currency, Vec<Newest>)> {
    let mut db = engine.pool().acquire().await?;
    let own = organisation::currency(&mut db).await?;
    let now = engine.clock().now();
    let since = since(now);
    // One look at the key for each currency offered, not a walk over all days.
    let rows = sqlx::query!(
        r#"SELECT n.currency AS "currency!", n.day AS "day!", n.per_unit AS "per_unit!" FROM unnest($1::text[]) AS c (code)
           CROSS JOIN LATERAL (SELECT currency, day, per_unit FROM exchange_rates
               WHERE currency = c.code AND day <= $2 ORDER BY day DESC LIMIT 1) n ORDER BY n.currency"#,
        &Currency::CODES.map(str::to_owned),
        day(now).to_sqlx() as jiff_sqlx::Date,
    )
    .fetch_all(&mut *db)
    .await?;
    let newest = rows.into_iter().filter_map(|row| {
        let rate = of(row.per_unit, row.day);
        Some(Newest {
            currency: Currency::parse(&row.currency)?,
            rate,
            good: rate.day >= since,
        })
    });
    Ok((own, newest.collect()))
}

/// The newest hundred rates of a currency, newest first.
pub async fn of_currency(engine: &Engine, currency: Currency) -> Result<Vec<Rate>> {
    let rows = sqlx::query!(
        "SELECT day, per_unit FROM exchange_rates WHERE currency = $1 ORDER BY day DESC LIMIT $2",
        currency.as_str(),
        SHOWN,
    )
    .fetch_all(engine.pool())
    .await?;
    let rates = rows.into_iter().map(|row| of(row.per_unit, row.day));
    Ok(rates.collect())
}
