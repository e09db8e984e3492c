//! Whom the database runs as. Postgres refuses root, so root lends it to a user who may do nothing else here.

use std::{os::unix::fs::MetadataExt, path::Path};

use nix::unistd::{Uid, User, geteuid};
use tokio::process::Command;

use super::Error;

/// The unprivileged user that the database's programs run as.
#[derive(Clone, Debug)]
pub(super) struct DatabaseUser {
    pub(super) name: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

/// `None`: ourselves. Run as root: who owns the cluster that is there; for a new one `postgres`, else `nobody`.
pub(super) async fn database_user(cluster: &Path) -> Result<Option<DatabaseUser>, Error> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    let owner = std::fs::metadata(cluster)
        .ok()
        .map(|cluster| Uid::from_raw(cluster.uid()))
        .filter(|owner| !owner.is_root());
    // The lookup reads files and may ask a directory service.
    let found = tokio::task::spawn_blocking(move || match owner {
        Some(owner) => User::from_uid(owner).ok().flatten(),
        None => ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| User::from_name(name).ok().flatten()),
    })
    .await;
    match found {
        Ok(Some(user)) => Ok(Some(DatabaseUser {
            name: user.name,
            uid: user.uid.as_raw(),
            gid: user.gid.as_raw(),
        })),
        _ => Err(Error::NoUser),
    }
}

/// A command that runs as the database's user, with nothing of ours that would change what it does.
pub(super) fn command(program: &Path, user: Option<&DatabaseUser>) -> Command {
    let mut command = Command::new(program);
    command.current_dir("/").stdin(std::process::Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    command.env("LC_ALL", "C");
    if let Some(user) = user {
        // The standard library drops the supplementary groups as well.
        command.uid(user.uid).gid(user.gid);
    }
    command
}
