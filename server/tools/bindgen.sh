#!/usr/bin/env bash
# Prints the path of the wasm-bindgen tool of the lock file's version, building it first when it is not there (about a
# minute, once per version). Fails when the tool's version is not that of the workspace's wasm-bindgen.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

HERE=$TOOLS/bindgen
WANTED=$(locked_version "$ROOT/Cargo.lock" wasm-bindgen)
HAS=$(locked_version "$HERE/Cargo.lock" wasm-bindgen-cli-support)
[ "$WANTED" = "$HAS" ] || die "server/tools/bindgen is at $HAS but Cargo.lock has wasm-bindgen $WANTED: write =$WANTED in" \
  "server/tools/bindgen/Cargo.toml and run: cargo update --manifest-path server/tools/bindgen/Cargo.toml"

# Named by its sources, so that a change of version or code is never answered by an old binary.
TOOL=$TARGET/tools/bindgen-$WANTED-$(cat "$HERE/Cargo.lock" "$HERE/src/main.rs" | cksum | cut -d' ' -f1)
if [ ! -x "$TOOL" ]; then
  say "prepare: building wasm-bindgen $WANTED, which joins the client's wasm to the page (about a minute, once)"
  mkdir -p "$TARGET/tools"
  WORK=$(mktemp -d "$TARGET/tools/build.XXXXXX")
  trap 'rm -rf "$WORK"' EXIT
  trap 'exit 130' INT TERM
  (cd "$HERE" && release_cargo build --quiet --release --locked --target-dir "$WORK") || die "building wasm-bindgen failed"
  rm -f "$TARGET"/tools/bindgen-*
  mv "$WORK/release/bindgen" "$TOOL"
fi
printf '%s\n' "$TOOL"
