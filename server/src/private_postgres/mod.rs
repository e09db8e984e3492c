//! A Postgres of our own, for who has not set `DATABASE_URL` (spec README, "Running it").
//!
//! Owns the cluster in `<data dir>/postgres`: makes it, starts it on a Unix socket in a short private folder, stops it
//! with the server, and clears up after a server that was killed. Knows nothing of what is kept in it.

mod binaries;
mod cluster;
mod error;
mod folder;
mod left_over;
mod lock;
mod running;
mod socket;
mod user;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

pub use error::Error;
use lock::Lock;
use running::Running;
use sqlx::postgres::PgConnectOptions;

/// The role and the database in it.
const NAME: &str = "countersign";
/// The port is only a part of the socket's name; nothing listens on the network.
const PORT: u16 = 5432;

/// Where things are in the data directory.
#[derive(Clone, Debug)]
struct Places {
    data_dir: PathBuf,
    cluster: PathBuf,
    log: PathBuf,
}

impl Places {
    fn of(data_dir: &Path) -> Self {
        Self {
            data_dir: data_dir.to_owned(),
            cluster: data_dir.join("postgres"),
            log: data_dir.join("postgres.log"),
        }
    }
}

/// The running private Postgres. Dropped without [`stop`](Self::stop) it is asked to stop and not waited for.
#[derive(Debug)]
pub struct PrivatePostgres {
    running: Running,
    // Held until the database has ended: the field order is the order of dropping.
    _lock: Lock,
}

impl PrivatePostgres {
    /// Starts the cluster in `data_dir`, made when there is none, for up to `connections` of ours. Refuses when another
    /// process uses it.
    pub async fn start(data_dir: &Path, connections: u32) -> Result<Self, Error> {
        let places = Places::of(data_dir);
        let user = user::database_user(&places.cluster).await?;
        folder::prepare(&places, user.as_ref()).await?;
        let lock = Lock::take(data_dir)?;
        let binaries = binaries::find(&places.cluster).await?;
        folder::check_reachable(&places, &binaries, user.as_ref()).await?;
        left_over::clear(&places.cluster).await?;
        if !cluster::exists(&places.cluster) {
            cluster::make(&places, &binaries, user.as_ref()).await?;
        }
        let running = Running::start(&places, &binaries, user.as_ref(), connections).await?;
        let this = Self {
            running,
            _lock: lock,
        };
        cluster::make_database(&this.running.url(NAME)).await?;
        Ok(this)
    }

    /// How to connect to it.
    pub fn connect_options(&self) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(self.running.socket())
            .port(PORT)
            .username(NAME)
            .database(NAME)
    }

    /// Resolves when it ends by itself, which it should not: says where its log is.
    pub async fn ended(&mut self) -> Error {
        self.running.ended().await
    }

    /// Stops it, connections or not, and waits until everything is on disk.
    pub async fn stop(self) -> Result<(), Error> {
        self.running.stop().await
    }
}
