//! Beginning transactions.

#[cfg(test)]
mod tests;

use crate::{Engine, Error, Result, Tx};

impl Engine {
    /// Begins a transaction.
    pub async fn begin(&self) -> Result<Tx> {
        self.begin_with("BEGIN").await
    }

    /// Begins to read one moment of the database, however many statements that takes.
    pub async fn one_moment(&self) -> Result<Tx> {
        self.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            .await
    }

    /// On a task of its own, which goes on when whoever asked has gone. sqlx 0.9 hands a connection back to the pool inside of its
    /// transaction when it is given up between asking for one and hearing that it began: what the next one writes there without a
    /// transaction of its own would never be committed.
    async fn begin_with(&self, statement: &'static str) -> Result<Tx> {
        let pool = self.pool().clone();
        let begun = tokio::spawn(async move { pool.begin_with(statement).await });
        Ok(begun.await.map_err(Error::internal)??)
    }
}
