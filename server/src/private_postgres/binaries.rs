//! Finds an installed Postgres: PATH, `pg_config --bindir`, Debian's place. The newest, or the one a cluster was made by.

use std::{
    env,
    path::{Path, PathBuf},
};

use tokio::process::Command;

use super::Error;

/// The oldest major version that has what the schema uses.
const OLDEST: u32 = 15;

/// The programs of one installed version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Binaries {
    /// Their folder.
    pub(super) folder: PathBuf,
    /// The major version.
    pub(super) major: u32,
}

impl Binaries {
    pub(super) fn initdb(&self) -> PathBuf {
        self.folder.join("initdb")
    }

    pub(super) fn postgres(&self) -> PathBuf {
        self.folder.join("postgres")
    }
}

/// The installation for `cluster`: of its version when it exists, else the newest.
pub(super) async fn find(cluster: &Path) -> Result<Binaries, Error> {
    let mut found = Vec::new();
    for folder in candidates().await {
        if let Some(binaries) = version(folder).await {
            found.push(binaries);
        }
    }
    choose(found, made_by(cluster).as_deref(), cluster)
}

/// The major version in a cluster's own file.
fn made_by(cluster: &Path) -> Option<String> {
    std::fs::read_to_string(cluster.join("PG_VERSION"))
        .ok()
        .map(|text| text.trim().to_owned())
}

pub(super) fn choose(
    found: Vec<Binaries>,
    made_by: Option<&str>,
    cluster: &Path,
) -> Result<Binaries, Error> {
    let Some(wanted) = made_by else {
        // Of two as new as each other the one found first: PATH is what the user chose.
        return found
            .into_iter()
            .filter(|binaries| binaries.major >= OLDEST)
            .rev()
            .max_by_key(|binaries| binaries.major)
            .ok_or(Error::NoBinaries);
    };
    found
        .into_iter()
        .find(|binaries| binaries.major.to_string() == wanted)
        .ok_or_else(|| Error::OtherVersion {
            cluster: cluster.to_owned(),
            found: wanted.to_owned(),
        })
}

async fn candidates() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = env::var_os("PATH")
        .map(|path| env::split_paths(&path).collect())
        .unwrap_or_default();
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output().await {
        folders.push(PathBuf::from(
            String::from_utf8_lossy(&output.stdout).trim(),
        ));
    }
    if let Ok(versions) = std::fs::read_dir("/usr/lib/postgresql") {
        folders.extend(
            versions
                .filter_map(Result::ok)
                .map(|version| version.path().join("bin")),
        );
    }
    let mut seen = std::collections::HashSet::new();
    folders
        .into_iter()
        .filter(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
        // Links like /usr/bin/initdb lead to where its neighbours are.
        .filter_map(|folder| folder.join("initdb").canonicalize().ok())
        .filter_map(|initdb| initdb.parent().map(Path::to_owned))
        .filter(|folder| seen.insert(folder.clone()))
        .collect()
}

/// Asks `postgres --version`: `postgres (PostgreSQL) 15.18 (Debian …)`.
async fn version(folder: PathBuf) -> Option<Binaries> {
    let output = Command::new(folder.join("postgres"))
        .arg("--version")
        .output()
        .await
        .ok()?;
    let major = major(&String::from_utf8_lossy(&output.stdout))?;
    Some(Binaries { folder, major })
}

pub(super) fn major(said: &str) -> Option<u32> {
    let version = said.split_whitespace().nth(2)?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}
