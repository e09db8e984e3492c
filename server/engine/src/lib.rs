//! All I/O: statements, transactions, history, sessions, jobs. Owns how things are kept; what they mean is `domain`'s.
//!
//! Knows no HTML and no routes. Statements live in the `store.rs` (or the file named for the table) of each feature.

pub mod activity;
pub mod approval_link;
pub mod approval_rule;
pub mod attachment;
pub mod audit;
pub mod away;
mod change;
pub mod clock;
pub mod comment;
mod content_hash;
pub mod cost_centre;
pub mod demo;
pub mod department;
pub mod directory;
pub mod error;
pub mod exchange_rate;
pub mod flash;
pub mod job;
pub mod list;
pub mod mail;
pub mod notification;
pub mod organisation;
pub mod password;
pub mod password_link;
pub mod person;
pub mod purchase_order;
pub mod record;
pub mod request;
pub mod seal;
pub mod search;
pub mod second_factor;
pub mod session_store;
pub mod sign_in;
pub mod timer;
mod token;
mod transaction;
pub mod transition_log;
pub mod vendor;

#[cfg(test)]
mod test_support;
#[cfg(test)]
mod testing;

use std::sync::{Arc, OnceLock};

use sqlx::PgPool;

pub use clock::Clock;
pub use error::{Error, Result};
pub use transition_log::AuditKey;

/// The schema's migrations, embedded. `graphile_worker`'s own come after them: [`job::migrate`].
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");

/// A transaction of ours.
pub type Tx = sqlx::Transaction<'static, sqlx::Postgres>;

/// Sets a connection to plan statements that answer pages: compiling one, or starting processes for it, costs more than it takes,
/// and what they need is in memory or on a disk that does not turn. Nearly all are found by keys, whichever: planned once per
/// connection, where planning them anew takes longer than carrying them out ([`Engine::one_asked_moment`] is for the others).
pub async fn plan_for_pages(
    connection: &mut sqlx::PgConnection,
) -> std::result::Result<(), sqlx::Error> {
    sqlx::query!(
        "SELECT set_config('jit', 'off', false) AS jit, set_config('max_parallel_workers_per_gather', '0', false) AS workers,
             set_config('random_page_cost', '1.1', false) AS pages, set_config('plan_cache_mode', 'force_generic_plan', false) AS plans"
    )
    .fetch_one(connection)
    .await?;
    Ok(())
}

/// What every service needs: the pool, the clock, the audit key. Cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    pool: PgPool,
    clock: Clock,
    audit_key: AuditKey,
    /// Where people find the pages: what links in mails begin with.
    public_url: OnceLock<String>,
    /// Nothing leaves the house: the past of a made-up company.
    quiet: bool,
}

/// What links begin with until it is said where the pages are: what a server that is told nothing listens on.
const NEARBY: &str = "http://127.0.0.1:3000";

impl Engine {
    /// Opens the engine over a migrated database. Notices a restored database and seals it first.
    pub async fn open(pool: PgPool, clock: Clock, audit_key: AuditKey) -> Result<Self> {
        organisation::check_audit_key(&pool, &audit_key).await?;
        seal::enter_epoch(&pool, &clock, &audit_key).await?;
        let engine = Self(Arc::new(Inner {
            pool,
            clock,
            audit_key,
            public_url: OnceLock::new(),
            quiet: false,
        }));
        clock::read(&engine).await?;
        Ok(engine)
    }

    /// Migrates the schema and `graphile_worker`'s; run once under a lock however many servers start.
    pub async fn migrate(pool: &PgPool) -> Result<()> {
        MIGRATOR.run(pool).await.map_err(Error::internal)?;
        job::migrate(pool).await
    }

    /// Says once where people find the pages: `https://countersign.example.com`.
    pub fn served_at(&self, public_url: &str) {
        // Said already: the same process serves at one address.
        let _ = self.0.public_url.set(public_url.to_owned());
    }

    /// A path of ours as people can open it from a mail.
    pub(crate) fn link(&self, path: &str) -> String {
        let base = self.0.public_url.get().map_or(NEARBY, String::as_str);
        format!("{base}{path}")
    }

    /// The same engine, from which nothing leaves the house.
    pub(crate) fn quietly(&self) -> Self {
        Self(Arc::new(Inner {
            pool: self.0.pool.clone(),
            clock: self.0.clock.clone(),
            audit_key: self.0.audit_key.clone(),
            public_url: self.0.public_url.clone(),
            quiet: true,
        }))
    }

    /// Whether nothing leaves the house.
    pub(crate) fn is_quiet(&self) -> bool {
        self.0.quiet
    }

    /// The pool of connections.
    pub fn pool(&self) -> &PgPool {
        &self.0.pool
    }

    /// The clock that every rule is asked with.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The key of the history's chain.
    pub(crate) fn audit_key(&self) -> &AuditKey {
        &self.0.audit_key
    }
}
