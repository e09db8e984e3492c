//! The folder of the socket: short (a socket's path has at most 107 bytes, 103 on some systems), private, thrown away.

use std::{
    env,
    path::{Path, PathBuf},
};

use super::{Error, PORT, folder, user::DatabaseUser};

/// What the names of these folders begin with.
const PREFIX: &str = "countersign-";
/// The shortest limit among the systems we know.
const LONGEST: usize = 103;

/// A folder for one socket, removed when dropped.
#[derive(Debug)]
pub(super) struct SocketFolder(PathBuf);

impl SocketFolder {
    /// Makes one in the system's temporary folder, or in `/tmp` when that one's name is too long or closed to `user`.
    pub(super) async fn make(user: Option<&DatabaseUser>) -> Result<Self, Error> {
        let name = format!("{PREFIX}{:08x}", rand::random::<u32>());
        let mut base = env::temp_dir();
        let usable = fits(&base.join(&name))
            && match user {
                Some(user) => folder::closed(&base, user).await?.is_none(),
                None => true,
            };
        if !usable {
            base = PathBuf::from("/tmp");
        }
        let path = base.join(name);
        folder::make_private(&path, user)?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for SocketFolder {
    fn drop(&mut self) {
        if let Err(error) = folder::remove(&self.0) {
            tracing::warn!(%error, "a temporary folder stays behind");
        }
    }
}

/// Whether a socket in `folder` has a name that is short enough.
pub(super) fn fits(folder: &Path) -> bool {
    folder.join(format!(".s.PGSQL.{PORT}")).as_os_str().len() <= LONGEST
}

/// Whether a folder is one of these, so that one left over may be removed.
pub(super) fn is_ours(folder: &Path) -> bool {
    folder.is_absolute()
        && folder
            .file_name()
            .and_then(|name| name.to_str())
            .and_then(|name| name.strip_prefix(PREFIX))
            .is_some_and(|rest| rest.len() == 8 && rest.bytes().all(|b| b.is_ascii_hexdigit()))
}
