//! Views of a list that a person keeps under a name. Theirs alone; what a view shows is asked anew each time.

use domain::{actor::Actor, text};
use jiff::tz::TimeZone;

use super::{Query, Spec};
use crate::{Engine, Error, Result};

/// Views a person keeps of one list.
const VIEWS_MAX: i64 = 50;
/// Characters of a view's name.
const NAME_MAX: usize = 60;

/// A view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// `saved_views.id`.
    pub id: i64,
    /// What its owner calls it.
    pub name: String,
    /// The query of its address.
    pub query: String,
}

/// The actor's views of a list, by name.
pub async fn views(engine: &Engine, actor: &Actor, spec: &Spec) -> Result<Vec<View>> {
    let rows = sqlx::query_as!(
        View,
        "SELECT id, name, query FROM saved_views WHERE person_id = $1 AND list = $2 ORDER BY lower(name)",
        actor.id.0,
        spec.path,
    )
    .fetch_all(engine.pool())
    .await?;
    Ok(rows)
}

/// Keeps what `address` asks of the list under a name; a view of that name is replaced. Returns the query kept.
///
/// # Errors
/// `Invalid` without a name, with one too long, and when there are too many.
pub async fn save(
    engine: &Engine,
    actor: &Actor,
    spec: &'static Spec,
    name: &str,
    address: &str,
) -> Result<String> {
    let name = text::single_line(name, NAME_MAX)
        .map_err(|error| Error::field("name", error.to_string()))?;
    if name.is_empty() {
        return Err(Error::field("name", "Give the view a name."));
    }
    let query = Query::parse(spec, address, &TimeZone::UTC)
        .first_page()
        .encode();
    let mut tx = engine.begin().await?;
    // Two of one person's forms wait for each other here, so that the count below holds.
    sqlx::query!(
        "SELECT id FROM people WHERE id = $1 FOR NO KEY UPDATE",
        actor.id.0
    )
    .fetch_one(&mut *tx)
    .await?;
    sqlx::query!(
        "INSERT INTO saved_views (person_id, list, name, query) VALUES ($1, $2, $3, $4)
         ON CONFLICT (person_id, list, lower(name)) DO UPDATE SET name = excluded.name, query = excluded.query",
        actor.id.0,
        spec.path,
        name,
        query,
    )
    .execute(&mut *tx)
    .await?;
    let kept = sqlx::query_scalar!(
        r#"SELECT count(*) AS "kept!" FROM saved_views WHERE person_id = $1 AND list = $2"#,
        actor.id.0,
        spec.path,
    )
    .fetch_one(&mut *tx)
    .await?;
    if kept > VIEWS_MAX {
        return Err(Error::field(
            "name",
            format!("You keep {VIEWS_MAX} views of this list already. Delete one first."),
        ));
    }
    tx.commit().await?;
    Ok(query)
}

/// Deletes a view of the actor's. One that is gone already is no error.
pub async fn delete(engine: &Engine, actor: &Actor, id: i64) -> Result<()> {
    sqlx::query!(
        "DELETE FROM saved_views WHERE id = $1 AND person_id = $2",
        id,
        actor.id.0
    )
    .execute(engine.pool())
    .await?;
    Ok(())
}
