//! Where the data directory is when nobody says.

use std::path::{Path, PathBuf};

use super::setting::{DATA_DIR, Problem};

/// The data directory: as set, else the system's place for root and the user's own for everyone else.
pub(super) fn check(value: Option<&str>) -> Result<PathBuf, Problem> {
    let folder = DATA_DIR.parse(value, |value| {
        std::path::absolute(value).map_err(|error| format!("it is no usable path ({error})"))
    })?;
    let folder = match folder {
        Some(folder) => folder,
        None => default()?,
    };
    if folder.exists() && !folder.is_dir() {
        return Err(DATA_DIR.wrong(folder.to_string_lossy(), "it is not a folder"));
    }
    Ok(folder)
}

fn default() -> Result<PathBuf, Problem> {
    if nix::unistd::geteuid().is_root() {
        return Ok(PathBuf::from("/var/lib/countersign"));
    }
    let absolute = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    absolute("XDG_DATA_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(Path::new(".local/share"))))
        .map(|base| base.join("countersign"))
        .ok_or_else(|| {
            DATA_DIR.missing("there is no home directory (HOME) to keep data in by default")
        })
}
