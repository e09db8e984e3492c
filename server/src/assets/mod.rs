//! The files of the site: the islands' wasm, the style sheet, the page's script, the icon. Built by
//! `server/tools/site.sh` into `server/site`; a release holds them, a development build reads them when asked.
//!
//! An address holds the hash of its content, so it may be kept for ever and a changed file has another address.

mod serve;

#[cfg(test)]
mod tests;

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use app::shell::Assets as Addresses;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

pub use serve::{favicon, serve};

/// The folder of the client's own files. They name each other, so they share one version.
const PACKAGE: &str = "pkg/";
/// The version in development: the file is asked for again every time.
const LIVE: &str = "live";
/// The style sheet, the page's script and the icon, by their places in the site.
const CSS: &str = "pkg/app.css";
const JS: &str = "app.js";
const FAVICON: &str = "favicon.svg";

#[derive(RustEmbed)]
#[folder = "site"]
struct Folder;

/// A file's bytes.
pub type Bytes = Cow<'static, [u8]>;

/// The site's files with their versions.
#[derive(Clone, Debug)]
pub struct Site(Arc<Source>);

#[derive(Debug)]
enum Source {
    /// Files that do not change while the program runs.
    Fixed {
        files: BTreeMap<String, Bytes>,
        versions: BTreeMap<String, String>,
    },
    /// The folder, as it is at the moment.
    Live,
}

impl Site {
    /// The site of this build.
    pub fn of_this_build() -> Self {
        if cfg!(debug_assertions) {
            return Self(Arc::new(Source::Live));
        }
        Self::from_files(
            Folder::iter().filter_map(|name| Some((name.to_string(), Folder::get(&name)?.data))),
        )
    }

    /// A site of these files.
    pub fn from_files(files: impl IntoIterator<Item = (String, Bytes)>) -> Self {
        let files: BTreeMap<String, Bytes> = files.into_iter().collect();
        let mut hashes: BTreeMap<&str, Sha256> = BTreeMap::new();
        for (name, bytes) in &files {
            let hash = hashes.entry(unit(name)).or_default();
            hash.update(name);
            hash.update(bytes.len().to_le_bytes());
            hash.update(bytes);
        }
        let versions = hashes
            .into_iter()
            .map(|(unit, hash)| {
                let version = hex::encode(hash.finalize())[..16].to_owned();
                (unit.to_owned(), version)
            })
            .collect();
        Self(Arc::new(Source::Fixed { files, versions }))
    }

    /// The addresses that every page names.
    pub fn addresses(&self) -> Addresses {
        Addresses {
            css: self.address(CSS),
            js: self.address(JS),
            favicon: self.address(FAVICON),
        }
    }

    /// Where the client's files are, without the slash in front: Leptos' `site_pkg_dir`.
    pub fn package_folder(&self) -> String {
        format!(
            "assets/{}/{}",
            self.version(PACKAGE),
            PACKAGE.trim_end_matches('/')
        )
    }

    /// The address of one file.
    pub fn address(&self, name: &str) -> String {
        format!("/assets/{}/{name}", self.version(name))
    }

    /// A file's bytes, and what tells this content of it from others.
    fn file(&self, name: &str) -> Option<(Bytes, String)> {
        match &*self.0 {
            Source::Fixed { files, .. } => {
                let bytes = files.get(name)?.clone();
                Some((bytes, self.version(name).to_owned()))
            }
            Source::Live => {
                let file = Folder::get(name)?;
                let hash = hex::encode(&file.metadata.sha256_hash()[..8]);
                Some((file.data, hash))
            }
        }
    }

    fn version(&self, name: &str) -> &str {
        match &*self.0 {
            Source::Fixed { versions, .. } => {
                versions.get(unit(name)).map_or("none", String::as_str)
            }
            Source::Live => LIVE,
        }
    }

    fn is_live(&self) -> bool {
        matches!(*self.0, Source::Live)
    }
}

/// What a file shares its version with: the package's with each other, a compressed one with what it was made of.
fn unit(name: &str) -> &str {
    if name.starts_with(PACKAGE) {
        return PACKAGE;
    }
    name.strip_suffix(".br")
        .or_else(|| name.strip_suffix(".gz"))
        .unwrap_or(name)
}
