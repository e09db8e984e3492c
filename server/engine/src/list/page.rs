//! The statements of a list, put together from its parts. Every value is bound.

use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Postgres, QueryBuilder, Row, postgres::PgRow};

use super::{Cursor, Kind, Query, Scope, Test, Value};
use crate::{Result, search};

/// Rows of a page.
pub const PAGE: usize = 50;
/// Counts stop here: it means "over 1,000".
pub const COUNT_LIMIT: i64 = 1001;
/// Vendors that one word of a search can stand for.
const VENDORS_OF_A_WORD: i64 = 100;

/// A page's worth of keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ids {
    /// In the order asked for.
    pub keys: Vec<i64>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

/// A query with what its statements need to know beside it.
pub struct Asked<'a> {
    query: &'a Query,
    scope: &'a Scope,
    now: jiff::Timestamp,
    /// The search as a `tsquery`.
    words: Option<String>,
}

impl<'a> Asked<'a> {
    /// Makes the search's words ready.
    pub async fn new(
        db: &mut PgConnection,
        query: &'a Query,
        scope: &'a Scope,
        now: jiff::Timestamp,
    ) -> Result<Self> {
        Ok(Self {
            words: words(db, query).await?,
            query,
            scope,
            now,
        })
    }

    /// Plans for a value at hand are worth their making where values decide between plans: a common word or a rare one.
    fn plans_are_kept(&self) -> bool {
        !self.query.narrows() && !matches!(self.scope, Scope::AnyOf(..))
    }

    fn from(&self, builder: &mut QueryBuilder<Postgres>) {
        let spec = self.query.spec;
        builder.push(" FROM ").push(spec.table);
        if let (Some(_), Some(words)) = (&self.words, &spec.words) {
            builder.push(" ").push(words.join);
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
        if let (Some(query), Some(words)) = (&self.words, &spec.words) {
            builder
                .push(" AND ")
                .push(words.column)
                .push(" @@ ")
                .push_bind(query.clone())
                .push("::tsquery");
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

/// A page of keys: at most `limit`, in the order asked for, from the query's cursor on.
pub async fn ids(db: &mut PgConnection, asked: &Asked<'_>, limit: usize) -> Result<Ids> {
    let (sort, after) = (asked.query.sort, &asked.query.after);
    let wanted = limit + 1;
    let mut rows = Vec::new();
    if !matches!(after, Some(Cursor { value: None, .. })) {
        rows = part(db, asked, Part::Valued(after.as_ref()), wanted).await?;
    }
    if sort.nullable && rows.len() < wanted {
        let after = after.as_ref().filter(|cursor| cursor.value.is_none());
        let wanted = wanted - rows.len();
        rows.extend(part(db, asked, Part::Empty(after), wanted).await?);
    }
    let more = rows.len() > limit;
    rows.truncate(limit);
    Ok(Ids {
        next: if more { rows.last().cloned() } else { None },
        keys: rows.into_iter().map(|row| row.key).collect(),
    })
}

/// Rows that have what they are sorted by come first, those that have not after them; each part has its cursor.
enum Part<'a> {
    Valued(Option<&'a Cursor>),
    Empty(Option<&'a Cursor>),
}

async fn part(
    db: &mut PgConnection,
    asked: &Asked<'_>,
    part: Part<'_>,
    limit: usize,
) -> Result<Vec<Cursor>> {
    let (spec, sort) = (asked.query.spec, asked.query.sort);
    let key = spec.key;
    let (direction, operator) = asked.query.direction();
    let mut builder = QueryBuilder::new("SELECT ");
    builder.push(key).push(", ").push(sort.column);
    asked.from(&mut builder);
    match part {
        Part::Valued(after) => {
            if sort.nullable {
                builder.push(" AND ").push(sort.column).push(" IS NOT NULL");
            }
            if let Some(after) = after {
                beyond(&mut builder, asked.query, after);
            }
        }
        Part::Empty(after) => {
            builder.push(" AND ").push(sort.column).push(" IS NULL");
            if let Some(after) = after {
                builder
                    .push(" AND ")
                    .push(key)
                    .push(operator)
                    .push_bind(after.key);
            }
        }
    }
    builder.push(" ORDER BY ");
    if sort.column != key {
        builder.push(sort.column).push(direction).push(", ");
    }
    builder.push(key).push(direction);
    builder
        .push(" LIMIT ")
        .push_bind(i64::try_from(limit).unwrap_or(i64::MAX));
    let statement = builder.build().persistent(asked.plans_are_kept());
    let rows = statement.fetch_all(db).await?;
    let read = |row: &PgRow| {
        Ok(Cursor {
            key: row.try_get(0)?,
            value: value(row, sort.kind)?,
        })
    };
    rows.iter().map(read).collect()
}

/// Only rows that come after this one, which has what they are sorted by.
fn beyond(builder: &mut QueryBuilder<Postgres>, query: &Query, after: &Cursor) {
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

/// How many rows there are; stops at [`COUNT_LIMIT`].
pub async fn count(db: &mut PgConnection, asked: &Asked<'_>) -> Result<i64> {
    let mut builder = QueryBuilder::new("SELECT count(*) FROM (SELECT");
    asked.from(&mut builder);
    builder
        .push(" LIMIT ")
        .push_bind(COUNT_LIMIT)
        .push(") counted");
    let statement = builder.build().persistent(asked.plans_are_kept());
    Ok(statement.fetch_one(db).await?.try_get(0)?)
}

fn bind(builder: &mut QueryBuilder<Postgres>, value: &Value) {
    match value {
        Value::Id(id) => builder.push_bind(*id),
        Value::Text(text) => builder.push_bind(text.clone()),
        Value::Day(day) => builder.push_bind(day.to_sqlx()),
        Value::Amount(amount) => builder.push_bind(*amount),
        Value::Moment(moment) => builder.push_bind(moment.to_sqlx()),
    };
}

/// The second column of a row.
fn value(row: &PgRow, kind: Kind) -> std::result::Result<Option<Value>, sqlx::Error> {
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
