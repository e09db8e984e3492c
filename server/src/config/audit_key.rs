//! The key of the history: as set, or made once in the data directory.

use std::{
    fmt,
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use base64::Engine as _;
use rand::Rng as _;

/// The least a key may hold.
const LEAST_BYTES: usize = 32;

/// The key's bytes, at least 32. Never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct AuditKeyBytes(Vec<u8>);

impl fmt::Debug for AuditKeyBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuditKeyBytes")
    }
}

/// Reads hex or base64 (either alphabet, padded or not).
pub(super) fn parse(value: &str) -> Result<AuditKeyBytes, String> {
    let bytes = hex::decode(value).ok().or_else(|| {
        let plain = value
            .trim_end_matches('=')
            .replace('-', "+")
            .replace('_', "/");
        base64::engine::general_purpose::STANDARD_NO_PAD
            .decode(plain)
            .ok()
    });
    match bytes {
        None => Err("it must be hex or base64".to_owned()),
        Some(bytes) if bytes.len() < LEAST_BYTES => Err(format!(
            "it holds {} bytes, and {LEAST_BYTES} is the least",
            bytes.len()
        )),
        Some(bytes) => Ok(AuditKeyBytes(bytes)),
    }
}

impl AuditKeyBytes {
    /// The bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// The key kept in `folder`, made at the first time. Of two processes that make it at once, one's is kept.
    pub fn kept_in(folder: &Path) -> io::Result<Self> {
        let path = folder.join("audit-key");
        if !path.try_exists()? {
            make(folder, &path)?;
        }
        let text = fs::read_to_string(&path)?;
        if fs::metadata(&path)?.permissions().mode() & 0o077 != 0 {
            tracing::warn!(
                path = %path.display(),
                "other users of this machine can read the key of the history: chmod 600"
            );
        }
        parse(text.trim()).map_err(|what| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                format!("{}: {what}", path.display()),
            )
        })
    }
}

fn make(folder: &Path, path: &Path) -> io::Result<()> {
    let mut key = [0_u8; LEAST_BYTES];
    rand::rng().fill_bytes(&mut key);
    let part = folder.join(format!("audit-key.{}", std::process::id()));
    let mut file = File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&part)?;
    writeln!(file, "{}", hex::encode(key))?;
    file.sync_all()?;
    // Linking fails when the file is there by now: the other one's key stands.
    let linked = match fs::hard_link(&part, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => File::open(folder)?.sync_all(),
    };
    fs::remove_file(&part)?;
    linked
}
