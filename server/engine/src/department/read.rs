//! Reading departments: one on its page, many in the list. Those to choose from are `directory::departments`.

use domain::ids::{DepartmentId, PersonId};
use sqlx::PgConnection;

use crate::{
    Engine, Result,
    list::{self, Filter, Kind, Listed, Record, Sort, Spec, Test, Words},
};

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

/// What the list of departments can be asked.
pub static DEPARTMENTS: Spec = Spec {
    path: super::LIST,
    table: "departments d",
    key: "d.id",
    sorts: &[Sort::by("name", "Name", "lower(d.name)", Kind::Text)],
    filters: &[
        Filter::new(
            "head",
            "Head",
            Test::Is("d.head_id", Kind::Id(Record::Person)),
        ),
        Filter::new("active", "Standing", list::active("d.active::text")),
    ],
    words: Some(Words::of("departments")),
};

impl Listed for Department {
    fn spec() -> &'static Spec {
        &DEPARTMENTS
    }

    async fn rows(db: &mut PgConnection, keys: &[i64]) -> Result<Vec<Self>> {
        let rows = sqlx::query!(
            r#"SELECT d.id, d.name, d.head_id, h.name AS "head?", d.active, d.version
               FROM unnest($1::bigint[]) WITH ORDINALITY AS asked (id, place)
                   JOIN departments d ON d.id = asked.id LEFT JOIN people h ON h.id = d.head_id ORDER BY asked.place"#,
            keys,
        )
        .fetch_all(db)
        .await?;
        let rows = rows.into_iter().map(|row| Department {
            id: DepartmentId(row.id),
            name: row.name,
            head: row.head_id.map(PersonId).zip(row.head),
            active: row.active,
            version: row.version,
        });
        Ok(rows.collect())
    }
}
