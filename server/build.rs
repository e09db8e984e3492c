//! The folder of built files must exist to compile, even before `server/tools/site.sh` has filled it, and a release
//! holds its files: the crate is built again when they change.

use std::{env, fs, path::Path};

fn main() {
    let site = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("site");
    if let Err(error) = fs::create_dir_all(&site) {
        println!("cargo::error=cannot make {}: {error}", site.display());
    }
    println!("cargo::rerun-if-changed=build.rs");
    // In development the files are read when they are asked for.
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed={}", site.display());
    }
}
