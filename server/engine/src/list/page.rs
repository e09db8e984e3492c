//! A page of a list, and how many rows there are.

use sqlx::{PgConnection, Postgres, QueryBuilder, Row, postgres::PgRow};

use super::{
    Cursor,
    statement::{Asked, Find, beyond, value},
};
use crate::Result;

/// Rows of a page.
pub const PAGE: usize = 50;
/// Counts stop here: it means "over 1,000".
pub const COUNT_LIMIT: i64 = 1001;
/// Rows looked at in their order before the index of words is asked.
const WALKED: i64 = 1000;
/// A word that so many of them hold is common.
const COMMON: i64 = 50;

/// A page's worth of keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ids {
    /// In the order asked for.
    pub keys: Vec<i64>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
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
    if asked.has_rare_words() {
        let walk = select(asked, &part, (Find::Walking(WALKED), limit));
        let rows = fetch(db, asked, walk).await?;
        if rows.len() == limit {
            return Ok(rows);
        }
    }
    fetch(db, asked, select(asked, &part, (asked.find(), limit))).await
}

/// The statement of a part: keys, and what they are sorted by. How many is written into it: a plan for any number is one for many.
fn select(
    asked: &Asked<'_>,
    part: &Part<'_>,
    (find, limit): (Find, usize),
) -> QueryBuilder<Postgres> {
    let (key, sort) = (asked.query.spec.key, asked.query.sort);
    let (direction, operator) = asked.query.direction();
    let (begin, words) = match find {
        Find::Walking(_) => ("SELECT key, sort FROM (", ", w.words"),
        Find::Meeting | Find::ByIndex => ("", ""),
    };
    let mut builder = QueryBuilder::new(begin);
    builder.push(format!(
        "SELECT {key} AS key, {} AS sort{words}",
        sort.column
    ));
    asked.from(&mut builder, find, sort.column == key);
    match part {
        Part::Valued(after) => {
            if sort.nullable {
                builder.push(format!(" AND {} IS NOT NULL", sort.column));
            }
            if let Some(after) = after {
                beyond(&mut builder, asked.query, after);
            }
        }
        Part::Empty(after) => {
            builder.push(format!(" AND {} IS NULL", sort.column));
            if let Some(after) = after {
                builder
                    .push(format!(" AND {key}{operator}"))
                    .push_bind(after.key);
            }
        }
    }
    builder.push(format!(
        " ORDER BY {}{direction}, {key}{direction} LIMIT ",
        sort.column
    ));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    if let Find::Walking(rows) = find {
        builder.push(rows).push(") walked WHERE ");
        asked.fits(&mut builder);
        builder.push(format!(" ORDER BY sort{direction}, key{direction} LIMIT "));
    }
    builder.push(limit);
    builder
}

async fn fetch(
    db: &mut PgConnection,
    asked: &Asked<'_>,
    mut statement: QueryBuilder<Postgres>,
) -> Result<Vec<Cursor>> {
    let statement = statement.build().persistent(asked.plans_are_kept());
    let rows = statement.fetch_all(db).await?;
    let read = |row: &PgRow| {
        Ok(Cursor {
            key: row.try_get(0)?,
            value: value(row, asked.query.sort.kind)?,
        })
    };
    rows.iter().map(read).collect()
}

/// How many rows there are; stops at [`COUNT_LIMIT`].
pub async fn count(db: &mut PgConnection, asked: &Asked<'_>) -> Result<i64> {
    if asked.has_rare_words() {
        // A common word is counted in the rows walked; so many that it should be enough where it is spread evenly.
        let seen = walked(db, asked, WALKED).await?;
        if (COMMON..COUNT_LIMIT).contains(&seen) {
            let rows = WALKED * COUNT_LIMIT / seen * 2;
            if walked(db, asked, rows).await? == COUNT_LIMIT {
                return Ok(COUNT_LIMIT);
            }
        } else if seen == COUNT_LIMIT {
            return Ok(COUNT_LIMIT);
        }
    }
    let mut builder = QueryBuilder::new("SELECT count(*) FROM (SELECT");
    asked.from(&mut builder, asked.find(), true);
    // In an order that an index gives, or the planner begins at the oldest rows, where nothing may fit for long. Where everything
    // fits that is the place to begin: the newest rows are looked up one by one until they are vacuumed.
    if !asked.plans_are_kept() {
        builder.push(format!(" ORDER BY {} DESC", asked.query.spec.key));
    }
    builder.push(" LIMIT ").push(COUNT_LIMIT).push(") counted");
    counted(db, asked, builder).await
}

/// How many of the first `rows` hold the words.
async fn walked(db: &mut PgConnection, asked: &Asked<'_>, rows: i64) -> Result<i64> {
    let mut builder = QueryBuilder::new("SELECT count(*) FROM (SELECT FROM (SELECT w.words");
    asked.from(&mut builder, Find::Walking(rows), true);
    builder.push(format!(" ORDER BY {} DESC LIMIT ", asked.query.spec.key));
    builder.push(rows).push(") walked WHERE ");
    asked.fits(&mut builder);
    builder.push(" LIMIT ").push(COUNT_LIMIT).push(") counted");
    counted(db, asked, builder).await
}

async fn counted(
    db: &mut PgConnection,
    asked: &Asked<'_>,
    mut statement: QueryBuilder<Postgres>,
) -> Result<i64> {
    let statement = statement.build().persistent(asked.plans_are_kept());
    Ok(statement.fetch_one(db).await?.try_get(0)?)
}
