//! *Import*: a table of rates, all of it or nothing.

use std::collections::BTreeMap;

use domain::{
    actor::Actor,
    exchange_rate::{self as rule, Rate},
    money::Currency,
};
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use super::{ADDRESS, day};
use crate::{
    Engine, Error, Result,
    change::Change,
    organisation,
    person::{administers, is_administrator},
    transition_log::Entry,
};

/// The most lines one import takes: a year of every currency offered is less.
pub const IMPORT_MAX: usize = 20_000;
/// Lines at fault that are said; more are counted.
const SAID: usize = 5;
/// Rates the history names; more are counted.
const NAMED: usize = 100;

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Rates that were not there.
    pub added: usize,
    /// Rates that were others.
    pub changed: usize,
    /// Rates that were there as they are.
    pub unchanged: usize,
}

type Table = BTreeMap<(Currency, Date), Decimal>;

/// Imports CSV: a line `currency,day,rate` each, like `EUR,2026-11-23,1.0843`, where the rate is what one unit is worth in the
/// organisation's currency. A first line that names the columns is passed over. A day's rate that is there already is replaced;
/// orders keep the one they were submitted at.
///
/// # Errors
/// `Forbidden`; `Invalid` beside `rates`, with the first lines at fault; `Repeated`.
pub async fn import(engine: &Engine, by: &Actor, request_id: Uuid, text: &str) -> Result<Imported> {
    administers(by)?;
    let mut change = Change::begin_new(engine, by, request_id, "import_rates").await?;
    if !is_administrator(&mut change.tx, by.id).await? {
        return Err(Error::Forbidden(
            "Only administrators import rates.".to_owned(),
        ));
    }
    // One import after the other: each says truly what it changed.
    let code =
        sqlx::query_scalar!("SELECT currency FROM organisation WHERE id = 1 FOR NO KEY UPDATE")
            .fetch_one(&mut *change.tx)
            .await?;
    let own = Currency::parse(&code)
        .ok_or_else(|| Error::internal(format!("organisation: currency {code}")))?;
    let table = table(text, own, day(engine.clock().now()))?;
    let (done, said) = write(&mut change, &table).await?;
    if done.added + done.changed == 0 {
        change.nothing(ADDRESS).await?;
        return Ok(done);
    }
    let data = json!({ "exchange_rates": { "to": said } });
    let entry = Entry::by_page(by.id, "import_rates", data);
    change.done(organisation::SUBJECT, ADDRESS, entry).await?;
    Ok(done)
}

/// What the text says.
fn table(text: &str, own: Currency, today: Date) -> Result<Table> {
    let (mut table, mut faults) = (Table::new(), Vec::new());
    // By lines, not by the reader's records, so that what is said of a line names it as an editor does.
    let lines = text.trim_start_matches('\u{feff}').lines();
    let lines = lines.zip(1..).filter(|(line, _)| !line.trim().is_empty());
    for (at, (text, line)) in lines.enumerate() {
        if at > IMPORT_MAX {
            return Err(Error::field(
                "rates",
                "Import at most 20,000 lines at a time.",
            ));
        }
        let record = fields(text)?;
        let fields: Vec<&str> = record.iter().collect();
        if at == 0 && fields.first() == Some(&"currency") {
            continue;
        }
        match rule::parse(&fields, own, today) {
            Ok((currency, rate)) => {
                let before = table.insert((currency, rate.day), rate.per_unit);
                if before.is_some_and(|before| before != rate.per_unit) {
                    faults.push(format!(
                        "line {line}: {currency} has another rate on {} above",
                        rate.day
                    ));
                }
            }
            Err(error) => faults.push(format!("line {line}: {error}")),
        }
    }
    if faults.is_empty() && table.is_empty() {
        return Err(Error::field("rates", "Choose a file, or paste its lines."));
    }
    if faults.is_empty() {
        return Ok(table);
    }
    let more = faults.len().saturating_sub(SAID);
    faults.truncate(SAID);
    if more > 0 {
        faults.push(format!("{more} more"));
    }
    Err(Error::field(
        "rates",
        format!("Nothing was imported: {}.", faults.join("; ")),
    ))
}

/// The fields of one line.
fn fields(line: &str) -> Result<csv::StringRecord> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .trim(csv::Trim::All)
        .buffer_capacity(256)
        .from_reader(line.as_bytes());
    let record = reader.records().next().transpose();
    let record = record.map_err(|error| Error::field("rates", format!("Not CSV: {error}.")))?;
    Ok(record.unwrap_or_default())
}

/// Writes what is new or other, and says what that was.
async fn write(change: &mut Change<'_>, table: &Table) -> Result<(Imported, String)> {
    let codes: Vec<String> = table
        .keys()
        .map(|(currency, _)| currency.to_string())
        .collect();
    let days: Vec<jiff_sqlx::Date> = table.keys().map(|(_, day)| day.to_sqlx()).collect();
    let rates: Vec<Decimal> = table.values().copied().collect();
    let rows = sqlx::query!(
        r#"WITH given AS (SELECT * FROM unnest($1::text[], $2::date[], $3::numeric[]) AS g (currency, day, per_unit)),
               before AS (SELECT g.*, r.per_unit AS was FROM given g LEFT JOIN exchange_rates r USING (currency, day)),
               put AS (INSERT INTO exchange_rates (currency, day, per_unit)
                   SELECT currency, day, per_unit FROM before WHERE was IS DISTINCT FROM per_unit
                   ON CONFLICT (currency, day) DO UPDATE SET per_unit = excluded.per_unit)
           SELECT currency AS "currency!", day AS "day!", per_unit AS "per_unit!", was AS "was?" FROM before
           WHERE was IS DISTINCT FROM per_unit ORDER BY day DESC, currency"#,
        &codes,
        &days as &[jiff_sqlx::Date],
        &rates,
    )
    .fetch_all(&mut *change.tx)
    .await?;
    let changed = rows.iter().filter(|row| row.was.is_some()).count();
    let done = Imported {
        added: rows.len() - changed,
        changed,
        unchanged: table.len() - rows.len(),
    };
    let mut said: Vec<String> = rows
        .iter()
        .take(NAMED)
        .map(|row| {
            let Rate { per_unit, day } = super::of(row.per_unit, row.day);
            let was = row.was.map(|was| format!(" (was {})", was.normalize()));
            format!(
                "{} {day} {per_unit}{}",
                row.currency,
                was.unwrap_or_default()
            )
        })
        .collect();
    if rows.len() > NAMED {
        said.push(format!("{} more", rows.len() - NAMED));
    }
    Ok((done, said.join(", ")))
}
