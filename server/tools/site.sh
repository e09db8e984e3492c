#!/usr/bin/env bash
# site.sh dev|release: makes server/site, the files that the server gives out (in a release they are built into it):
# pkg/app.js and pkg/app_bg.wasm (the islands), pkg/app.css, and everything in app/public. In a release the wasm is
# optimised, the CSS minified, and each file lies there compressed as well (.br, .gz).
# What has not changed is neither made nor written again, so the server is not rebuilt for nothing.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

MODE=${1:-}
CLIENT=(build -p app --lib --target wasm32-unknown-unknown --no-default-features --features hydrate)
[ -z "${QUIET:-}" ] || CLIENT+=(--quiet)
STAGE=$TARGET/site/$MODE
BINDGEN=$("$TOOLS/bindgen.sh")
NPM_BIN=$ROOT/style/node_modules/.bin
[ -x "$NPM_BIN/tailwindcss" ] || die "style/node_modules is missing: make prepare"

cd "$ROOT"
case $MODE in
  dev)
    cargo "${CLIENT[@]}"
    WASM=$TARGET/wasm32-unknown-unknown/debug/app.wasm ;;
  release)
    release_cargo "${CLIENT[@]}" --profile wasm-release
    WASM=$TARGET/wasm32-unknown-unknown/wasm-release/app.wasm ;;
  *) die "usage: site.sh dev|release" ;;
esac

mkdir -p "$STAGE/pkg"
stamp="$MODE $(cksum <"$WASM") ${BINDGEN##*/} $(cksum <"$ROOT/style/package-lock.json") $(cksum <"$TOOLS/site.sh")"
if [ "$(cat "$STAGE/stamp" 2>/dev/null)" != "$stamp" ]; then
  rm -rf "$STAGE/pkg" "$STAGE/stamp"
  if [ "$MODE" = release ]; then
    "$BINDGEN" "$WASM" "$STAGE/pkg" app
    "$NPM_BIN/wasm-opt" -Oz "$STAGE/pkg/app_bg.wasm" -o "$STAGE/pkg/small.wasm"
    mv "$STAGE/pkg/small.wasm" "$STAGE/pkg/app_bg.wasm"
  else
    "$BINDGEN" "$WASM" "$STAGE/pkg" app --debug
  fi
  printf '%s\n' "$stamp" >"$STAGE/stamp"
fi

TAILWIND=("$NPM_BIN/tailwindcss" -i style/main.css -o "$STAGE/pkg/app.css")
[ "$MODE" = dev ] || TAILWIND+=(--minify)
if ! "${TAILWIND[@]}" >"$STAGE/tailwind.log" 2>&1; then
  cat "$STAGE/tailwind.log" >&2
  die "the CSS does not build"
fi

node "$TOOLS/site.mjs" "$MODE" "$STAGE/pkg" "$ROOT/app/public" "$ROOT/server/site"
