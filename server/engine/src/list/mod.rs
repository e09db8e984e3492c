//! The one way to read a list: scopes, sorting, filters that live in the address, words, pages by keyset, a count, an export.
//!
//! A list is described once by a [`Spec`]; [`Query`] is what an address asks of it; [`ids`] answers with a page of ids, which the
//! list's own statement turns into rows ([`Listed`]): a page of them, or all for a file. Statements are put together here, of parts written in the code and of bound values only.

mod page;
mod query;
mod records;
mod rows;
pub mod saved;
mod statement;
#[cfg(test)]
pub(crate) mod tests;

pub use page::{COUNT_LIMIT, Ids, PAGE, count, ids};
pub use query::{Cursor, Query, Set, direction};
pub use records::Record;
pub use rows::{Export, Listed, Page, read};
pub use statement::Asked;

use domain::{
    field::{self, FieldError},
    money::UnitPrice,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rust_decimal::Decimal;

/// One list.
#[derive(Debug)]
pub struct Spec {
    /// Its address: `/purchase-orders`. Also names its saved views.
    pub path: &'static str,
    /// The table with its alias: `purchase_orders o`.
    pub table: &'static str,
    /// The key, which makes every order total: `o.id`.
    pub key: &'static str,
    /// What it can be sorted by; the first is used unless the address names one.
    pub sorts: &'static [Sort],
    /// What it can be filtered by, in the order of the form.
    pub filters: &'static [Filter],
    /// Where its words are, if it can be searched.
    pub words: Option<Words>,
}

impl Spec {
    /// How it is sorted unless the address says otherwise.
    fn plain_sort(&self) -> &Sort {
        &self.sorts[0]
    }
}

/// Where the words of a list's records are: a table with a column `words`, a `tsvector` with an index.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// Its name: `purchase_order_words`.
    pub table: &'static str,
    /// Its column that holds the list's key.
    pub key: &'static str,
    /// Whether orders are found by the names of their vendors too.
    pub vendors: bool,
}

/// What a list can be sorted by.
#[derive(Debug)]
pub struct Sort {
    /// The word in the address: `?sort=total`.
    pub name: &'static str,
    /// What people read.
    pub label: &'static str,
    /// The column; with the key it must be indexed.
    pub column: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it can be empty. Rows without a value come last in both directions.
    pub nullable: bool,
    /// Whether it starts with the largest.
    pub descending: bool,
}

impl Words {
    /// Those of records that carry them.
    pub const fn of(table: &'static str) -> Self {
        Self {
            table,
            key: "id",
            vendors: false,
        }
    }
}

/// Whether a record is active: `?active=true`. The column is the text of a truth.
pub const fn active(column: &'static str) -> Test {
    Test::Is(column, Kind::OneOf(&["true", "false"]))
}

impl Sort {
    /// By what every row has, the smallest first.
    pub const fn by(
        name: &'static str,
        label: &'static str,
        column: &'static str,
        kind: Kind,
    ) -> Self {
        Self {
            name,
            label,
            column,
            kind,
            nullable: false,
            descending: false,
        }
    }

    /// The largest first.
    #[must_use]
    pub const fn descending(self) -> Self {
        Self {
            descending: true,
            ..self
        }
    }

    /// By what some rows have not.
    #[must_use]
    pub const fn nullable(self) -> Self {
        Self {
            nullable: true,
            ..self
        }
    }
}

/// What a list can be filtered by.
#[derive(Debug)]
pub struct Filter {
    /// The word in the address, and the name of the form's field: `?vendor=17`.
    pub name: &'static str,
    /// What people read.
    pub label: &'static str,
    /// What it asks.
    pub test: Test,
}

/// What a filter asks of a row.
#[derive(Clone, Copy, Debug)]
pub enum Test {
    /// The column is the value.
    Is(&'static str, Kind),
    /// The column is the value or more.
    From(&'static str, Kind),
    /// The column is the value or less; of a moment: on that day or before.
    UpTo(&'static str, Kind),
    /// The column lies before now: `?late=true`.
    Passed(&'static str),
    /// A fixed condition, the same as that of a partial index: `?in_approval=true`.
    Holds(&'static str),
    /// The key is found by a statement that ends in a parameter, which is the value.
    KeyIn(&'static str, Kind),
}

impl Filter {
    /// A filter.
    pub const fn new(name: &'static str, label: &'static str, test: Test) -> Self {
        Self { name, label, test }
    }
}

impl Test {
    /// What is typed for it.
    pub const fn kind(self) -> Kind {
        match self {
            Test::Is(_, kind)
            | Test::From(_, kind)
            | Test::UpTo(_, kind)
            | Test::KeyIn(_, kind) => kind,
            Test::Passed(_) | Test::Holds(_) => Kind::OneOf(&["true"]),
        }
    }

    /// Whether it is asked or not, without a value.
    pub const fn is_flag(self) -> bool {
        matches!(self, Test::Passed(_) | Test::Holds(_))
    }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number: the list's own key.
    Number,
    /// The key of another record.
    Id(Record),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Any text; compared as the column's collation does.
    Text,
    /// A day.
    Day,
    /// An amount of money.
    Amount,
    /// A moment; filters give a day of the reader's.
    Moment,
}

/// A value of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Of [`Kind::Number`] and [`Kind::Id`].
    Id(i64),
    /// Of [`Kind::Text`] and [`Kind::OneOf`].
    Text(String),
    /// Of [`Kind::Day`].
    Day(Date),
    /// Of [`Kind::Amount`].
    Amount(Decimal),
    /// Of [`Kind::Moment`].
    Moment(Timestamp),
}

impl Value {
    /// A value as it stands in a cursor.
    fn parse(kind: Kind, text: &str) -> Option<Value> {
        Some(match kind {
            Kind::Number | Kind::Id(_) => Value::Id(text.parse().ok()?),
            Kind::Text | Kind::OneOf(_) => Value::Text(text.to_owned()),
            Kind::Day => Value::Day(text.parse().ok().filter(|day| kept(*day))?),
            Kind::Amount => Value::Amount(text.parse().ok()?),
            Kind::Moment => {
                let moment = Timestamp::from_microsecond(text.parse().ok()?).ok()?;
                kept(moment.to_zoned(TimeZone::UTC).date()).then_some(Value::Moment(moment))?
            }
        })
    }

    fn encode(&self) -> String {
        match self {
            Value::Id(id) => id.to_string(),
            Value::Text(text) => text.clone(),
            Value::Day(day) => day.to_string(),
            Value::Amount(amount) => amount.to_string(),
            Value::Moment(moment) => moment.as_microsecond().to_string(),
        }
    }
}

/// Whether the database can keep it: its days begin in 4713 BC, ours with the year 1.
fn kept(day: Date) -> bool {
    day.year() > 0
}

impl Filter {
    /// What was typed, as a value; of a moment the day's first for *from*, the next day's first for *up to*.
    fn value(&self, typed: &str, zone: &TimeZone) -> Result<Value, FieldError> {
        let wrong = |message: &str| FieldError::new(self.name, message);
        let day = || {
            field::day(typed)
                .map_err(wrong)?
                .ok_or_else(|| wrong("Choose a day."))
        };
        Ok(match self.test.kind() {
            Kind::Number | Kind::Id(_) => Value::Id(
                typed
                    .parse()
                    .map_err(|_| wrong("Choose one from the list."))?,
            ),
            Kind::OneOf(words) => {
                let word = words.iter().find(|word| **word == typed);
                Value::Text((*word.ok_or_else(|| wrong("Choose one from the list."))?).to_owned())
            }
            Kind::Text => Value::Text(typed.to_owned()),
            Kind::Day => Value::Day(day()?),
            Kind::Amount => {
                let amount = UnitPrice::parse(typed).map_err(|error| wrong(&error.to_string()))?;
                Value::Amount(amount.decimal())
            }
            Kind::Moment => {
                let day = day()?;
                let after = if matches!(self.test, Test::UpTo(..)) {
                    day.tomorrow()
                } else {
                    Ok(day)
                };
                let first = after.and_then(|day| day.to_zoned(zone.clone()));
                Value::Moment(first.map_err(|_| wrong("Choose another day."))?.timestamp())
            }
        })
    }
}

/// Which rows of the list a reader asks for: one indexed predicate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of them.
    All,
    /// Those where the column is this id.
    Is(&'static str, i64),
    /// Those where the column is one of these ids.
    AnyOf(&'static str, Vec<i64>),
    /// Those of a fixed condition, the same as that of a partial index.
    Where(&'static str),
    /// Those whose key is found by a statement that ends in a parameter, which is this id.
    KeyIn(&'static str, i64),
}
