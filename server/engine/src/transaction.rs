//! Beginning transactions.

#[cfg(test)]
mod tests;

use crate::{Engine, Error, Result, Tx, person::lock::ORGANISATION, transition_log::EPOCH_LOCK};

/// The locks are taken with the transaction's beginning, the epoch's before everything else: nobody who holds a lock waits for it.
const HOLDING_THE_EPOCH: &str = "BEGIN; SELECT pg_advisory_xact_lock_shared(59660)";
const HOLDING_THE_ORGANISATION: &str =
    "BEGIN; SELECT pg_advisory_xact_lock_shared(59660), pg_advisory_xact_lock_shared(3593)";
const _: () = assert!(EPOCH_LOCK == 59_660 && ORGANISATION == 3593);

impl Engine {
    /// Begins a transaction that may append to the history: its epoch stays the newest one until the transaction ends.
    pub async fn begin(&self) -> Result<Tx> {
        self.begin_with(HOLDING_THE_EPOCH).await
    }

    /// As [`Engine::begin`], and the organisation stays as it is as well, for everyone who decides by it (`person::lock`).
    pub(crate) async fn begin_deciding(&self) -> Result<Tx> {
        self.begin_with(HOLDING_THE_ORGANISATION).await
    }

    /// Begins a transaction that appends nothing to the history, however long it takes or waits: it holds no epoch.
    pub(crate) async fn begin_free(&self) -> Result<Tx> {
        self.begin_with("BEGIN").await
    }

    /// Begins to read one moment of the database, however many statements that takes.
    pub async fn one_moment(&self) -> Result<Tx> {
        self.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            .await
    }

    /// As [`Engine::one_moment`], for statements that are not kept (`persistent(false)`): they are planned for the values at hand, on which
    /// depends which way is best.
    pub(crate) async fn one_asked_moment(&self) -> Result<Tx> {
        self.begin_with(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL plan_cache_mode = auto",
        )
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
