//! Where attachments are kept: a folder of the data directory, or a bucket.

use std::{
    fs::DirBuilder,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use engine::attachment::Files;

use super::setting::{ATTACHMENTS_URL, Problem};

/// Where attachments are kept.
#[derive(Clone, Debug)]
pub enum Attachments {
    /// This folder, made when it is first needed. Servers that share a database must share it too.
    Folder(PathBuf),
    /// A bucket.
    Bucket(Files),
}

impl Attachments {
    /// Opens it.
    pub(crate) fn open(&self) -> anyhow::Result<Files> {
        let folder = match self {
            Self::Bucket(files) => return Ok(files.clone()),
            Self::Folder(folder) => folder,
        };
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(anyhow::Error::new)
            .and_then(|()| Files::in_folder(folder).map_err(crate::database::reason))
            .with_context(|| {
                format!(
                    "Attachments cannot be kept in {} (COUNTERSIGN_DATA_DIR)",
                    folder.display()
                )
            })
    }
}

/// The folder in `data_dir`, or the bucket that is set, with the usual settings of its own.
pub(super) fn check(
    value: Option<&str>,
    data_dir: &Path,
    settings: impl Iterator<Item = (String, String)>,
) -> Result<Attachments, Problem> {
    let bucket = ATTACHMENTS_URL.parse(value, |value| bucket(value, settings))?;
    Ok(bucket.unwrap_or_else(|| Attachments::Folder(data_dir.join("attachments"))))
}

/// Reads `s3://bucket/prefix`.
fn bucket(
    value: &str,
    settings: impl Iterator<Item = (String, String)>,
) -> Result<Attachments, String> {
    let wrong = || "it must be s3://, the name of a bucket, and perhaps a prefix".to_owned();
    let place = value.strip_prefix("s3://").ok_or_else(wrong)?;
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    let named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
    if bucket.is_empty() || !bucket.chars().all(named) || prefix.contains(['?', '#']) {
        return Err(wrong());
    }
    let own: Vec<_> = settings
        .filter(|(name, _)| name.starts_with("AWS_"))
        .collect();
    let files = Files::in_bucket(bucket, prefix.trim_matches('/'), &own);
    files
        .map(Attachments::Bucket)
        .map_err(|error| format!("it cannot be opened ({:#})", crate::database::reason(error)))
}

/// What the environment says, as far as it is text.
pub(super) fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}
