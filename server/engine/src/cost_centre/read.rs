//! Reading cost centres: to choose from, one on its page, many in the list; which lines name none.

use domain::{ids::CostCentreId, purchase_order::Line};
use sqlx::PgConnection;

use crate::{
    Engine, Result,
    list::{self, Filter, Kind, Listed, Sort, Spec, Words},
};

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

/// What the list of cost centres can be asked.
pub static COST_CENTRES: Spec = Spec {
    path: super::LIST,
    table: "cost_centres c",
    key: "c.id",
    sorts: &[
        Sort::by("code", "Code", "lower(c.code)", Kind::Text),
        Sort::by("name", "Name", "lower(c.name)", Kind::Text),
    ],
    filters: &[Filter::new(
        "active",
        "Standing",
        list::active("c.active::text"),
    )],
    words: Some(Words::of("cost_centres")),
};

impl Listed for CostCentre {
    fn spec() -> &'static Spec {
        &COST_CENTRES
    }

    async fn rows(db: &mut PgConnection, keys: &[i64]) -> Result<Vec<Self>> {
        let rows = sqlx::query!(
            r#"SELECT c.id, c.code, c.name, c.active, c.version FROM unnest($1::bigint[]) WITH ORDINALITY AS asked (id, place)
                   JOIN cost_centres c ON c.id = asked.id ORDER BY asked.place"#,
            keys,
        )
        .fetch_all(db)
        .await?;
        let rows = rows.into_iter().map(|row| CostCentre {
            id: CostCentreId(row.id),
            code: row.code,
            name: row.name,
            active: row.active,
            version: row.version,
        });
        Ok(rows.collect())
    }
}
