//! What can keep a private Postgres from running, each as a sentence with what to do.

use std::{
    io,
    path::{Path, PathBuf},
};

/// Why there is no private Postgres.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No installation found.
    #[error(
        "No Postgres server (15 or newer) is installed here. Install one (Debian, Ubuntu: apt install postgresql; \
         macOS: brew install postgresql@17), put its initdb and postgres on PATH, or set DATABASE_URL to an existing \
         database. Example: DATABASE_URL=postgres://countersign:password@127.0.0.1:5432/countersign"
    )]
    NoBinaries,
    /// The cluster needs programs of a version that is not here.
    #[error(
        "The database in {} was made by Postgres {found}, which is not installed here. Install Postgres {found}, or \
         move the data over with pg_upgrade.", .cluster.display()
    )]
    OtherVersion {
        /// The cluster's folder.
        cluster: PathBuf,
        /// Its major version.
        found: String,
    },
    /// Someone else has it.
    #[error(
        "Another countersign{} is using {}. Stop it first, or give this one a folder of its own \
         (COUNTERSIGN_DATA_DIR), or let both share one database (DATABASE_URL).", by(*.process), .folder.display()
    )]
    InUse {
        /// The data directory.
        folder: PathBuf,
        /// Who, when known.
        process: Option<u32>,
    },
    /// Run as root, and there is nobody to run the database as.
    #[error(
        "Postgres refuses to run as root, and this machine has neither a user postgres nor nobody to run it as. \
         Add one (useradd --system postgres), or run countersign as another user."
    )]
    NoUser,
    /// The database's user cannot get there.
    #[error(
        "The database runs as the user {user}, who cannot enter {}. Allow it (chmod o+x {}), or choose another place \
         for {what}.", .folder.display(), .folder.display()
    )]
    Closed {
        /// The folder that is closed to them.
        folder: PathBuf,
        /// Whose way it is.
        user: String,
        /// What lies behind it, with the setting that moves it.
        what: &'static str,
    },
    /// A folder or file does not do what it should.
    #[error("{}: {source}.", .path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A program could not be run or failed.
    #[error("{program} failed: {said}")]
    Program {
        /// Which.
        program: PathBuf,
        /// The last it said.
        said: String,
    },
    /// It does not start, or ended by itself.
    #[error("The private Postgres {what}. Its log, {}, ends with: {tail}", .log.display())]
    Ended {
        /// What happened.
        what: &'static str,
        /// Its log file.
        log: PathBuf,
        /// The last lines of it.
        tail: String,
    },
    /// A server killed earlier left one that does not go away.
    #[error(
        "A Postgres left over from an earlier run (process {process}) does not stop. Stop it by hand: kill -INT \
         {process}"
    )]
    LeftOver {
        /// Its process.
        process: i32,
    },
    /// It runs but takes no connections.
    #[error("The private Postgres cannot be used: {0}.")]
    Connection(#[from] sqlx::Error),
}

fn by(process: Option<u32>) -> String {
    process.map_or_else(String::new, |id| format!(" (process {id})"))
}

impl Error {
    /// Says which path it was about.
    pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Folder { path, source }
    }
}
