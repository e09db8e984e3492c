//! The parts of a list's statements. Every value is bound.

use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Postgres, QueryBuilder, Row, postgres::PgRow};

use super::{Cursor, Kind, Query, Scope, Test, Value, Words};
use crate::{Result, search};

/// Vendors that one word of a search can stand for.
const VENDORS_OF_A_WORD: i64 = 100;

/// How rows that hold the words are found. A word that Postgres knows to be common is met again and again among the rows in their order;
/// a rare one is quickly found by the index. Of the others (the beginning of many words is as common as all of them, and nobody knows)
/// some rows are looked at before the index is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Find {
    /// By looking at so many rows in their order.
    Walking(i64),
    /// By looking at rows in their order until enough are found.
    Meeting,
    /// By the index of words.
    ByIndex,
}

/// The words of a search.
struct Sought {
    /// As a `tsquery`.
    query: String,
    /// Whether many rows are known to hold them.
    common: bool,
}

/// One row of so many holds a common word.
const COMMON_IN: i64 = 25;

/// A query with what its statements need to know beside it.
pub struct Asked<'a> {
    pub(super) query: &'a Query,
    scope: &'a Scope,
    now: jiff::Timestamp,
    words: Option<Sought>,
}

/// Whether there are no values that decide between plans. Where there are (somebody of many orders or of one, a common word or a rare
/// one) a plan for those at hand is worth its making.
pub(super) fn keeps_plans(query: &Query, scope: &Scope) -> bool {
    !query.narrows() && matches!(scope, Scope::All)
}

impl<'a> Asked<'a> {
    /// Makes the search's words ready.
    pub async fn new(
        db: &mut PgConnection,
        query: &'a Query,
        scope: &'a Scope,
        now: jiff::Timestamp,
    ) -> Result<Self> {
        let sought = words(db, query).await?;
        let words = match (query.spec.words, sought) {
            (Some(spec), Some(query)) => Some(Sought {
                common: is_common(db, spec.table, &query).await?,
                query,
            }),
            _ => None,
        };
        Ok(Self {
            query,
            scope,
            now,
            words,
        })
    }

    /// As [`keeps_plans`]: everything there is fits.
    pub(super) fn plans_are_kept(&self) -> bool {
        keeps_plans(self.query, self.scope)
    }

    /// Whether words are looked for that are not known to be common.
    pub(super) fn has_rare_words(&self) -> bool {
        self.words.as_ref().is_some_and(|words| !words.common)
    }

    /// How everything that fits is found.
    pub(super) fn find(&self) -> Find {
        match &self.words {
            Some(words) if words.common => Find::Meeting,
            _ => Find::ByIndex,
        }
    }

    /// Puts `words @@ …`, of rows that carry their words.
    pub(super) fn fits(&self, builder: &mut QueryBuilder<Postgres>) {
        let query = self.words.as_ref().map(|words| words.query.clone());
        builder
            .push("words @@ ")
            .push_bind(query.unwrap_or_default())
            .push("::tsquery");
    }

    /// Puts where the rows are and which of them are asked for. `keys_only`: nothing else of a row is shown or sorted by.
    pub(super) fn from(&self, builder: &mut QueryBuilder<Postgres>, find: Find, keys_only: bool) {
        let spec = self.query.spec;
        let words = spec.words.filter(|_| self.words.is_some());
        match (find, words) {
            (Find::Walking(_) | Find::Meeting, Some(words)) => {
                let (table, key) = (words.table, words.key);
                // Where only words narrow, their table knows everything: half the rows to look at.
                if let Some((name, column)) = spec.key.split_once('.')
                    && keys_only
                    && self.query.filters.is_empty()
                    && matches!(self.scope, Scope::All)
                {
                    let row = format!("LATERAL (SELECT w.{key} AS {column}) {name}");
                    builder.push(format!(" FROM {table} w CROSS JOIN {row}"));
                } else {
                    let (rows, id) = (spec.table, spec.key);
                    builder.push(format!(" FROM {rows} JOIN {table} w ON w.{key} = {id}"));
                }
            }
            _ => drop(builder.push(" FROM ").push(spec.table)),
        }
        builder.push(" WHERE true");
        match self.scope {
            Scope::All => {}
            Scope::Is(column, id) => {
                builder
                    .push(" AND ")
                    .push(column)
                    .push(" = ")
                    .push_bind(*id);
            }
            Scope::AnyOf(column, ids) => {
                builder
                    .push(" AND ")
                    .push(column)
                    .push(" = ANY(")
                    .push_bind(ids.clone())
                    .push(")");
            }
            Scope::Where(condition) => {
                builder.push(" AND ").push(condition);
            }
            Scope::KeyIn(statement, id) => {
                builder
                    .push(" AND ")
                    .push(spec.key)
                    .push(" IN (")
                    .push(statement)
                    .push_bind(*id)
                    .push(")");
            }
        }
        for set in &self.query.filters {
            if let Ok(value) = &set.value {
                self.filter(builder, set.filter.test, value);
            }
        }
        if let Some(words) = words {
            self.holds(builder, find, &words);
        }
    }

    /// Puts that the words are held.
    fn holds(&self, builder: &mut QueryBuilder<Postgres>, find: Find, words: &Words) {
        match find {
            Find::Walking(_) => {}
            // Not as a condition that the index of words could answer, nor one that the planner takes for rare: of this it expects half.
            Find::Meeting => {
                builder.push(" AND CASE WHEN w.");
                self.fits(builder);
                builder.push(" THEN true END");
            }
            // As an array: the planner takes any word for one that a fiftieth of all rows hold, and would walk them to a rare one.
            Find::ByIndex => {
                let (table, key) = (words.table, words.key);
                let begin = " = ANY(array(SELECT ";
                builder.push(format!(
                    " AND {}{begin}{key} FROM {table} WHERE ",
                    self.query.spec.key
                ));
                self.fits(builder);
                builder.push("))");
            }
        }
    }

    fn filter(&self, builder: &mut QueryBuilder<Postgres>, test: Test, value: &Value) {
        let (column, operator) = match test {
            Test::Is(column, _) => (column, " = "),
            Test::From(column, _) => (column, " >= "),
            // The value of a moment is the first one of the day after.
            Test::UpTo(column, Kind::Moment) => (column, " < "),
            Test::UpTo(column, _) => (column, " <= "),
            Test::Passed(column) => {
                builder
                    .push(" AND ")
                    .push(column)
                    .push(" < ")
                    .push_bind(self.now.to_sqlx());
                return;
            }
            Test::Holds(condition) => {
                builder.push(" AND ").push(condition);
                return;
            }
            Test::KeyIn(statement, _) => {
                builder
                    .push(" AND ")
                    .push(self.query.spec.key)
                    .push(" IN (")
                    .push(statement);
                bind(builder, value);
                builder.push(")");
                return;
            }
        };
        builder.push(" AND ").push(column).push(operator);
        bind(builder, value);
    }
}

/// The search as a `tsquery`; `None` when nothing is looked for. A search of signs only finds nothing.
async fn words(db: &mut PgConnection, query: &Query) -> Result<Option<String>> {
    let Some(spec) = query.spec.words.filter(|_| !query.search.is_empty()) else {
        return Ok(None);
    };
    let terms = search::terms(&query.search);
    if terms.is_empty() {
        return Ok(Some("'\u{1}'".to_owned()));
    }
    let mut found = Vec::new();
    if spec.vendors {
        found = vendors(db, &terms).await?;
    }
    let parts: Vec<String> = terms
        .iter()
        .map(|term| {
            let named = found.iter().filter(|(word, _)| word == term);
            let named: Vec<String> = named
                .map(|(_, id)| search::reference("vendor", *id))
                .collect();
            search::term_query(term, &named)
        })
        .collect();
    Ok(Some(parts.join(" & ")))
}

/// Whether many rows of a table of words are known to hold some: Postgres keeps how often its most common ones are met. Of their
/// beginnings it takes a fiftieth, whatever they begin; so they are asked for as whole words.
async fn is_common(db: &mut PgConnection, table: &str, query: &str) -> Result<bool> {
    let mut explain = QueryBuilder::new(format!(
        "EXPLAIN (FORMAT JSON) SELECT FROM {table} WHERE words @@ "
    ));
    explain
        .push_bind(query.replace(":*", ""))
        .push(format!("::tsquery UNION ALL SELECT FROM {table}"));
    let plan: serde_json::Value = explain
        .build()
        .persistent(false)
        .fetch_one(db)
        .await?
        .try_get(0)?;
    let expected = |part: usize| plan[0]["Plan"]["Plans"][part]["Plan Rows"].as_i64();
    Ok(expected(0)
        .zip(expected(1))
        .is_some_and(|(found, all)| found * COMMON_IN > all))
}

/// Which vendors each word stands for.
async fn vendors(db: &mut PgConnection, terms: &[String]) -> Result<Vec<(String, i64)>> {
    let queries: Vec<String> = terms
        .iter()
        .map(|term| search::term_query(term, &[]))
        .collect();
    let rows = sqlx::query!(
        r#"SELECT t.word AS "word!", v.id FROM unnest($1::text[], $2::text[]) AS t (word, query),
               LATERAL (SELECT id FROM vendors WHERE words @@ t.query::tsquery ORDER BY id LIMIT $3) v"#,
        terms,
        &queries,
        VENDORS_OF_A_WORD,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.word, row.id)).collect())
}

/// Only rows that come after this one, which has what they are sorted by.
pub(super) fn beyond(builder: &mut QueryBuilder<Postgres>, query: &Query, after: &Cursor) {
    let (key, column) = (query.spec.key, query.sort.column);
    let (_, operator) = query.direction();
    match &after.value {
        Some(value) if column != key => {
            builder
                .push(" AND (")
                .push(column)
                .push(", ")
                .push(key)
                .push(")");
            builder.push(operator).push("(");
            bind(builder, value);
            builder.push(", ").push_bind(after.key).push(")");
        }
        _ => {
            builder
                .push(" AND ")
                .push(key)
                .push(operator)
                .push_bind(after.key);
        }
    }
}

pub(super) fn bind(builder: &mut QueryBuilder<Postgres>, value: &Value) {
    match value {
        Value::Id(id) => builder.push_bind(*id),
        Value::Text(text) => builder.push_bind(text.clone()),
        Value::Day(day) => builder.push_bind(day.to_sqlx()),
        Value::Amount(amount) => builder.push_bind(*amount),
        Value::Moment(moment) => builder.push_bind(moment.to_sqlx()),
    };
}

/// The second column of a row.
pub(super) fn value(row: &PgRow, kind: Kind) -> std::result::Result<Option<Value>, sqlx::Error> {
    Ok(match kind {
        Kind::Number | Kind::Id(_) => row.try_get::<Option<i64>, _>(1)?.map(Value::Id),
        Kind::Text | Kind::OneOf(_) => row.try_get::<Option<String>, _>(1)?.map(Value::Text),
        Kind::Day => row
            .try_get::<Option<jiff_sqlx::Date>, _>(1)?
            .map(|day| Value::Day(day.to_jiff())),
        Kind::Amount => row
            .try_get(1)
            .map(|amount: Option<_>| amount.map(Value::Amount))?,
        Kind::Moment => row
            .try_get::<Option<jiff_sqlx::Timestamp>, _>(1)?
            .map(|moment| Value::Moment(moment.to_jiff())),
    })
}
