//! The folder of built files must exist to compile, even before `server/tools/site.sh` has filled it, and a release
//! holds its files: the crate is built again when they change.

use std::{env, fs, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let site = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("site");
    if let Err(error) = fs::create_dir_all(&site) {
        println!("cargo::error=cannot make {}: {error}", site.display());
    }
    // In development the files are read when they are asked for.
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed={}", site.display());
        if env::var_os("CARGO_CFG_ERASE_COMPONENTS").is_some() {
            println!(
                "cargo::error=a release goes without the development flags of .cargo/config.toml, or its islands do \
                 not come alive: use server/tools/build.sh release, or RUSTFLAGS= cargo build --release"
            );
        }
    }
}
