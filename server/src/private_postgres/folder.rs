//! The data directory: made with the right owner, and reachable for who runs the database.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use super::{Error, Places, binaries::Binaries, user, user::DatabaseUser};

/// Makes the data directory. Run as root others may pass through it, for the database's user has to; nothing in it
/// that is secret is readable for them.
pub(super) async fn prepare(places: &Places, user: Option<&DatabaseUser>) -> Result<(), Error> {
    let mode = if user.is_some() { 0o711 } else { 0o700 };
    let data_dir = places.data_dir.clone();
    let created = tokio::task::spawn_blocking(move || {
        DirBuilder::new()
            .recursive(true)
            .mode(mode)
            .create(&data_dir)
    });
    created
        .await
        .unwrap_or_else(|error| Err(io::Error::other(error)))
        .map_err(Error::at(&places.data_dir))
}

/// Checks that the database's user can get to the data and to the programs, and names the folder where the way ends.
pub(super) async fn check_reachable(
    places: &Places,
    binaries: &Binaries,
    user: Option<&DatabaseUser>,
) -> Result<(), Error> {
    let Some(user) = user else { return Ok(()) };
    for (folder, what) in [
        (&places.data_dir, "the data (COUNTERSIGN_DATA_DIR)"),
        (&binaries.folder, "the Postgres programs (PATH)"),
    ] {
        if let Some(closed) = closed(folder, user).await? {
            return Err(Error::Closed {
                folder: closed,
                user: user.name.clone(),
                what,
            });
        }
    }
    Ok(())
}

/// The outermost folder on the way to `folder` that `user` cannot enter. The system is asked, not the mode's bits: it
/// knows access lists and read-only mounts too.
pub(super) async fn closed(folder: &Path, user: &DatabaseUser) -> Result<Option<PathBuf>, Error> {
    if enters(folder, user).await? {
        return Ok(None);
    }
    let mut way: Vec<&Path> = folder.ancestors().collect();
    way.reverse();
    for step in way {
        if !enters(step, user).await? {
            return Ok(Some(step.to_owned()));
        }
    }
    Ok(Some(folder.to_owned()))
}

async fn enters(folder: &Path, user: &DatabaseUser) -> Result<bool, Error> {
    let shell = Path::new("/bin/sh");
    user::command(shell, Some(user))
        .args(["-c", "cd -- \"$1\"", "sh"])
        .arg(folder)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status()
        .await
        .map(|status| status.success())
        .map_err(Error::at(shell))
}

/// Makes one folder that only its owner may enter. Fails when it is there already: nobody can have prepared it.
pub(super) fn make_private(folder: &Path, user: Option<&DatabaseUser>) -> Result<(), Error> {
    DirBuilder::new()
        .mode(0o700)
        .create(folder)
        .map_err(Error::at(folder))?;
    if let Some(user) = user {
        std::os::unix::fs::chown(folder, Some(user.uid), Some(user.gid))
            .map_err(Error::at(folder))?;
    }
    Ok(())
}

/// Removes a folder and what is in it, if it is there.
pub(super) fn remove(folder: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::at(folder)(error)),
        _ => Ok(()),
    }
}
