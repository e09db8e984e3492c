//! Reading cost centres: to choose from, one on its page, many in the list; which lines name none.

use domain::{ids::CostCentreId, purchase_order::Line};
use sqlx::PgConnection;

use crate::{Engine, Result};

/// Rows of one page of the list.
pub const PAGE: usize = 50;
/// Codes a form offers at most.
const OFFERED: i64 = 1000;

/// A cost centre.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostCentre {
    /// `cost_centres.id`.
    pub id: CostCentreId,
    /// What stands on lines.
    pub code: String,
    /// What it is for.
    pub name: String,
    /// Whether new orders may use it.
    pub active: bool,
    /// For the form on its page.
    pub version: i32,
}

/// One cost centre.
pub async fn get(engine: &Engine, id: CostCentreId) -> Result<Option<CostCentre>> {
    let row = sqlx::query!(
        "SELECT code, name, active, version FROM cost_centres WHERE id = $1",
        id.0,
    )
    .fetch_optional(engine.pool())
    .await?;
    Ok(row.map(|row| CostCentre {
        id,
        code: row.code,
        name: row.name,
        active: row.active,
        version: row.version,
    }))
}

/// The active ones by code, as `(code, name)`; and whether there are any at all, active or not.
pub async fn active_codes(db: &mut PgConnection) -> Result<(Vec<(String, String)>, bool)> {
    let rows = sqlx::query!(
        "SELECT code, name FROM cost_centres WHERE active ORDER BY lower(code) LIMIT $1",
        OFFERED,
    )
    .fetch_all(&mut *db)
    .await?;
    let any = sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM cost_centres) AS "any!""#)
        .fetch_one(db)
        .await?;
    Ok((
        rows.into_iter().map(|row| (row.code, row.name)).collect(),
        any,
    ))
}

/// The positions of lines whose cost centre is not an active one. None while there are no cost centres: then any text will do.
pub(crate) async fn unknown(db: &mut PgConnection, lines: &[Line]) -> Result<Vec<i32>> {
    let (positions, codes): (Vec<i32>, Vec<String>) = lines
        .iter()
        .filter(|line| !line.cost_centre.is_empty())
        .map(|line| (line.position, line.cost_centre.clone()))
        .unzip();
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let unknown = sqlx::query_scalar!(
        r#"SELECT l.position AS "position!" FROM unnest($1::integer[], $2::text[]) AS l (position, code)
           WHERE EXISTS (SELECT FROM cost_centres)
               AND NOT EXISTS (SELECT FROM cost_centres c WHERE lower(c.code) = lower(l.code) AND c.active)
           ORDER BY l.position"#,
        &positions,
        &codes,
    )
    .fetch_all(db)
    .await?;
    Ok(unknown)
}

/// One page of the list, by code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPage {
    /// At most [`PAGE`].
    pub rows: Vec<CostCentre>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
    /// How many there are; 1,001 means over 1,000.
    pub count: i64,
}

/// A page of cost centres, after the code that [`ListPage::next`] said.
pub async fn list(engine: &Engine, after: Option<&str>) -> Result<ListPage> {
    let found = sqlx::query!(
        r#"SELECT id, code, lower(code) AS "key!", name, active, version FROM cost_centres
           WHERE lower(code) > $1 ORDER BY lower(code) LIMIT 51"#,
        after.unwrap_or_default().replace('\0', ""),
    )
    .fetch_all(engine.pool())
    .await?;
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM (SELECT FROM cost_centres LIMIT 1001) found"#
    )
    .fetch_one(engine.pool())
    .await?;
    let more = found.len() > PAGE;
    let last = found.get(PAGE - 1).filter(|_| more);
    let next = last.map(|row| row.key.clone());
    let rows = found.into_iter().take(PAGE).map(|row| CostCentre {
        id: CostCentreId(row.id),
        code: row.code,
        name: row.name,
        active: row.active,
        version: row.version,
    });
    Ok(ListPage {
        rows: rows.collect(),
        next,
        count,
    })
}
