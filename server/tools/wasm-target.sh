#!/usr/bin/env bash
# Makes `--target wasm32-unknown-unknown` work for the toolchain in use. rustup does it where it can. Where it cannot,
# and always with WASM_STD_FROM_SOURCE=1, the standard library is built (about 30 s, once per toolchain) from Debian's
# package rust-src of exactly the compiler's version, unpacked to a temporary folder and put where rustup would.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

WASM=wasm32-unknown-unknown
SYSROOT=$(cd "$ROOT" && rustc --print sysroot)
DEST=$SYSROOT/lib/rustlib/$WASM/lib
VERSION=$(cd "$ROOT" && rustc -vV | sed -n 's/^release: //p')
COMMIT=$(cd "$ROOT" && rustc -vV | sed -n 's/^commit-hash: //p')

ready() { compgen -G "$DEST/libstd-*.rlib" >/dev/null; }
give_up() { die "$* Install the target $WASM for Rust $VERSION (rustup target add $WASM)."; }

ready && exit 0
if [ "${WASM_STD_FROM_SOURCE:-}" != 1 ] && have rustup; then
  say "prepare: adding Rust's target $WASM, for what runs in the browser (rustup)"
  (cd "$ROOT" && rustup target add "$WASM") >/dev/null 2>&1 && ready && exit 0
  say "prepare: rustup could not; building it from the distribution's source instead"
fi

have apt-get && have dpkg-deb || give_up "No apt here to take Rust's source from."
mkdir -p "$DEST.probe" 2>/dev/null && rmdir "$DEST.probe" || give_up "$SYSROOT cannot be written."
# The mirror and the keys are the machine's own; its package sources stay as they are.
MIRROR=$(apt-get indextargets --format '$(LABEL)|$(SITE)' 'Created-By: Packages' |
  awk -F'|' '$1 == "Debian" && !d { print $2; d = 1 }')
if [ -z "$MIRROR" ]; then
  as_root apt-get update -qq >/dev/null 2>&1 || true
  MIRROR=$(apt-get indextargets --format '$(LABEL)|$(SITE)' 'Created-By: Packages' |
    awk -F'|' '$1 == "Debian" && !d { print $2; d = 1 }')
fi
[ -n "$MIRROR" ] || give_up "apt knows no Debian mirror."

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
trap 'exit 130' INT TERM
say "prepare: building Rust's standard library $VERSION for $WASM (package rust-src; about 30 s, once)"
APT=(-q -o "Dir::Etc::sourcelist=$WORK/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
  -o "Dir::State::Lists=$WORK/apt/lists" -o "Dir::Cache=$WORK/apt/cache"
  -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=3)

# Whichever release of the distribution has this version, nearest first.
DEBVER=
for suite in stable-backports testing unstable stable; do
  rm -rf "$WORK/apt"
  mkdir -p "$WORK/apt/lists/partial" "$WORK/apt/cache/archives/partial"
  printf 'deb [signed-by=%s] %s %s main\n' /usr/share/keyrings/debian-archive-keyring.gpg "$MIRROR" "$suite" \
    >"$WORK/apt/sources.list"
  apt-get "${APT[@]}" update >/dev/null 2>&1 || continue
  DEBVER=$(apt-cache "${APT[@]}" madison rust-src | awk -F' *[|] *' -v v="$VERSION+" 'index($2, v) == 1 && !d { print $2; d = 1 }')
  [ -z "$DEBVER" ] || break
done
[ -n "$DEBVER" ] || give_up "The distribution has no rust-src $VERSION."
(cd "$WORK" && apt-get "${APT[@]}" download "rust-src=$DEBVER" >/dev/null)
dpkg-deb --fsys-tarfile "$WORK"/rust-src_*.deb | tar -x -C "$WORK" --strip-components=4 "./usr/src/rustc-$VERSION/library"

# Upstream's own profile "dist" embeds the bitcode that a project's `lto` needs. The few dependencies come from the
# Rust registry, pinned by the library's lock file. Run from there, so that the project's .cargo/config.toml stays out.
cd "$WORK/library"
RUSTC=$(cd "$ROOT" && { rustup which rustc 2>/dev/null || command -v rustc; })
CARGO=$(cd "$ROOT" && { rustup which cargo 2>/dev/null || command -v cargo; })
env -u CARGO_TARGET_DIR -u CARGO_ENCODED_RUSTFLAGS -u CARGO_BUILD_TARGET -u RUSTUP_TOOLCHAIN \
  RUSTC="$RUSTC" RUSTC_BOOTSTRAP=1 CARGO_PROFILE_DIST_DEBUG=0 CARGO_INCREMENTAL=0 __CARGO_DEFAULT_LIB_METADATA=stablestd \
  RUSTFLAGS="-Zforce-unstable-if-unmarked --remap-path-prefix=$WORK/library=/rustc/$COMMIT/library" \
  "$CARGO" build --quiet --locked --manifest-path sysroot/Cargo.toml --target "$WASM" \
  --profile dist --features panic-unwind --target-dir "$WORK/target" >"$WORK/log" 2>&1 ||
  { tail -n 20 "$WORK/log" >&2; give_up "Building it failed."; }

rm -rf "$DEST.new"
mkdir -p "$DEST.new"
cp "$WORK/target/$WASM"/dist/deps/*.rlib "$DEST.new/"
rm -f "$DEST.new"/libsysroot-*.rlib
rm -rf "$DEST"
mv "$DEST.new" "$DEST"

printf '#[unsafe(no_mangle)] pub extern "C" fn f(n: u32) -> usize { (0..n).map(|i| i.to_string()).collect::<String>().len() }\n' >"$WORK/proof.rs"
"$RUSTC" --edition 2024 --target "$WASM" --crate-type cdylib -O -o "$WORK/proof.wasm" "$WORK/proof.rs" ||
  { rm -rf "$DEST"; give_up "The library built from source does not work."; }
