//! All rows that a list is asked for, batch by batch: exactly what is filtered, as it stood at one moment.

use domain::actor::Actor;

use super::list::{ListRow, rows, scope_of};
use crate::{
    Engine, Result, Tx,
    list::{self, Asked, Query},
};

/// Rows read at once.
const BATCH: usize = 1000;

/// An export under way. Holds a connection and one moment of the database until it is dropped.
pub struct Export {
    tx: Tx,
    scope: list::Scope,
    now: jiff::Timestamp,
    /// What is left; `None` at the end.
    query: Option<Query>,
}

impl Export {
    /// Begins to export what is asked, within the actor's scopes.
    pub async fn begin(engine: &Engine, actor: &Actor, query: &Query) -> Result<Self> {
        let one_moment = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let mut tx = engine.pool().begin_with(one_moment).await?;
        // Whoever stops reading the file holds up the database's clearing away no longer than this.
        sqlx::query!("SELECT set_config('idle_in_transaction_session_timeout', '60s', true)")
            .fetch_one(&mut *tx)
            .await?;
        let scope = scope_of(query, actor).predicate(&mut tx, actor.id).await?;
        Ok(Self {
            tx,
            scope,
            now: engine.clock().now(),
            query: Some(query.first_page()),
        })
    }

    /// The next rows; none at the end.
    pub async fn next(&mut self) -> Result<Vec<ListRow>> {
        let Some(query) = self.query.take() else {
            return Ok(Vec::new());
        };
        let asked = Asked::new(&mut self.tx, &query, &self.scope, self.now).await?;
        let page = list::ids(&mut self.tx, &asked, BATCH).await?;
        self.query = page.next.map(|next| query.page_after(Some(next)));
        rows(&mut self.tx, &page.keys).await
    }
}
