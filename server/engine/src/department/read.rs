//! Reading departments: one on its page, many in the list. Those to choose from are `directory::departments`.

use domain::ids::{DepartmentId, PersonId};

use crate::{Engine, Result};

/// Rows of one page of the list.
pub const PAGE: usize = 50;

/// A department.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Department {
    /// `departments.id`.
    pub id: DepartmentId,
    /// The name people read.
    pub name: String,
    /// Who heads it.
    pub head: Option<(PersonId, String)>,
    /// Whether it is offered to people and new orders.
    pub active: bool,
    /// For the form on its page.
    pub version: i32,
}

/// One department.
pub async fn get(engine: &Engine, id: DepartmentId) -> Result<Option<Department>> {
    let row = sqlx::query!(
        r#"SELECT d.name, d.head_id, h.name AS "head?", d.active, d.version
           FROM departments d LEFT JOIN people h ON h.id = d.head_id WHERE d.id = $1"#,
        id.0,
    )
    .fetch_optional(engine.pool())
    .await?;
    Ok(row.map(|row| Department {
        id,
        name: row.name,
        head: row.head_id.map(PersonId).zip(row.head),
        active: row.active,
        version: row.version,
    }))
}

/// One page of the list, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPage {
    /// At most [`PAGE`].
    pub rows: Vec<Department>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
    /// How many there are; 1,001 means over 1,000.
    pub count: i64,
}

/// A page of departments, after the name that [`ListPage::next`] said.
pub async fn list(engine: &Engine, after: Option<&str>) -> Result<ListPage> {
    let found = sqlx::query!(
        r#"SELECT d.id, d.name, lower(d.name) AS "key!", d.head_id, h.name AS "head?", d.active, d.version
           FROM departments d LEFT JOIN people h ON h.id = d.head_id
           WHERE lower(d.name) > $1 ORDER BY lower(d.name) LIMIT 51"#,
        after.unwrap_or_default().replace('\0', ""),
    )
    .fetch_all(engine.pool())
    .await?;
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM (SELECT FROM departments LIMIT 1001) found"#
    )
    .fetch_one(engine.pool())
    .await?;
    let more = found.len() > PAGE;
    let last = found.get(PAGE - 1).filter(|_| more);
    let next = last.map(|row| row.key.clone());
    let rows = found.into_iter().take(PAGE).map(|row| Department {
        id: DepartmentId(row.id),
        name: row.name,
        head: row.head_id.map(PersonId).zip(row.head),
        active: row.active,
        version: row.version,
    });
    Ok(ListPage {
        rows: rows.collect(),
        next,
        count,
    })
}
