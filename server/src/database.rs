//! The database of one process: the one that is set, or a private one; opened, migrated, and closed in that order.

use std::{fs::DirBuilder, os::unix::fs::DirBuilderExt, time::Duration};

use anyhow::Context as _;
use engine::{AuditKey, Clock, Engine};
use sqlx::{
    Connection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::time::timeout;

use crate::{
    config::{AuditKeyBytes, Storage},
    private_postgres::{self, PrivatePostgres},
};

/// How long a request waits for a free connection.
const ACQUIRE: Duration = Duration::from_secs(5);
/// A connection that was idle for longer is asked whether it is still there before it is used.
const DOUBTFUL: Duration = Duration::from_secs(5);
/// How long connections in use are waited for at the end.
const CLOSE: Duration = Duration::from_secs(5);

/// The opened database.
#[derive(Debug)]
pub(crate) struct Database {
    pool: PgPool,
    private: Option<PrivatePostgres>,
}

impl Database {
    /// Connects, after starting a private Postgres where none is set.
    pub(crate) async fn open(storage: &Storage) -> anyhow::Result<Self> {
        let private = match &storage.database {
            Some(_) => None,
            None => Some(PrivatePostgres::start(&storage.data_dir, storage.connections).await?),
        };
        let options = match (&private, &storage.database) {
            (Some(private), _) => private.connect_options(),
            (None, Some(options)) => options.clone(),
            (None, None) => PgConnectOptions::new(),
        };
        let place = place(&options);
        let connected = pool(storage.connections)
            .connect_with(options.application_name("countersign"))
            .await;
        match connected {
            Ok(pool) => Ok(Self { pool, private }),
            Err(error) => Err(error).with_context(|| {
                format!("DATABASE_URL names {place}, and there is no connecting to it")
            }),
        }
    }

    /// Migrates and opens the engine over it.
    pub(crate) async fn engine(&self, storage: &Storage) -> anyhow::Result<Engine> {
        Engine::migrate(&self.pool)
            .await
            .map_err(reason)
            .context("The database's schema could not be brought up to date")?;
        let key = AuditKey::new(audit_key(storage)?.into_bytes())
            .context("The key of the history is too short")?;
        Engine::open(self.pool.clone(), Clock::system(), key)
            .await
            .map_err(reason)
            .context("The database could not be opened")
    }

    /// Resolves when a private Postgres ends by itself; never without one.
    pub(crate) async fn ended(&mut self) -> private_postgres::Error {
        match &mut self.private {
            Some(private) => private.ended().await,
            None => std::future::pending().await,
        }
    }

    /// Closes the connections and stops a private Postgres.
    pub(crate) async fn close(self) -> anyhow::Result<()> {
        if timeout(CLOSE, self.pool.close()).await.is_err() {
            tracing::warn!("a connection to the database is still in use");
        }
        match self.private {
            Some(private) => Ok(private.stop().await?),
            None => Ok(()),
        }
    }
}

/// An engine's error with what is behind it: at start-up the reader is who can mend it.
pub(crate) fn reason(error: engine::Error) -> anyhow::Error {
    match error {
        engine::Error::Internal(source) => anyhow::Error::from_boxed(source),
        other => anyhow::Error::new(other),
    }
}

fn pool(connections: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE)
        .after_connect(|connection, _| Box::pin(engine::plan_for_pages(connection)))
        // Asking every time would double the round trips.
        .test_before_acquire(false)
        .before_acquire(|connection, idle| {
            Box::pin(async move {
                if idle.idle_for > DOUBTFUL {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
}

/// Where it is, without the password.
fn place(options: &PgConnectOptions) -> String {
    let database = options.get_database().unwrap_or("postgres");
    match options.get_socket() {
        Some(folder) => format!("{database} in {}", folder.display()),
        None => format!(
            "{database} at {}:{}",
            options.get_host(),
            options.get_port()
        ),
    }
}

fn audit_key(storage: &Storage) -> anyhow::Result<AuditKeyBytes> {
    if let Some(key) = &storage.audit_key {
        return Ok(key.clone());
    }
    let folder = &storage.data_dir;
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .and_then(|()| AuditKeyBytes::kept_in(folder))
        .with_context(|| {
            format!(
                "The key of the history cannot be kept in {} (COUNTERSIGN_DATA_DIR); set COUNTERSIGN_AUDIT_KEY or \
                 another folder",
                folder.display()
            )
        })
}
