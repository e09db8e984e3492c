#!/usr/bin/env bash
# The `.sqlx` folder holds what Postgres says of every statement that the `query!` macros check, so that the program
# compiles without a database. This compiles the crates that hold such statements against a throwaway Postgres with the
# migrations applied (no sqlx-cli needed).
#
#   sqlx.sh check      fails when `.sqlx` is not what comes out
#   sqlx.sh refresh    makes it so
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

MODE=${1:-}
case $MODE in check | refresh) ;; *) die "usage: sqlx.sh check|refresh" ;; esac

cd "$ROOT"
URL=$("$TOOLS/postgres.sh" start)
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"; "$TOOLS/postgres.sh" stop "$URL"' EXIT
trap 'exit 130' INT TERM
"$TOOLS/postgres.sh" migrate "$URL"

# Only crates that use the macros are compiled again.
packages=()
for pair in engine:server/engine app:app/src server:server/src server:server/tests; do
  [ -d "${pair#*:}" ] || continue
  grep -rlqE '\bquery(_as|_scalar|_file|_file_as|_file_scalar)?(_unchecked)?!' --include='*.rs' "${pair#*:}" || continue
  case " ${packages[*]-} " in *" ${pair%%:*} "*) ;; *) packages+=(-p "${pair%%:*}") ;; esac
done
case " ${packages[*]-} " in *" app "* | *" server "*) packages+=(--features app/ssr) ;; esac

mkdir "$WORK/made"
if [ ${#packages[@]} -gt 0 ]; then
  # cargo does not know that the macros ask a database, and would not run them again. A compiler wrapper of a name never
  # used before makes our own crates (and only them) new to it; what it leaves is removed after.
  printf '#!/bin/sh\nexec "$@"\n' >"$WORK/rustc"
  chmod +x "$WORK/rustc"
  made=0
  RUSTC_WORKSPACE_WRAPPER=$WORK/rustc DATABASE_URL=$URL SQLX_OFFLINE=false SQLX_OFFLINE_DIR=$WORK/made CARGO_INCREMENTAL=0 \
    cargo check --quiet "${packages[@]}" --all-targets --message-format=json-render-diagnostics >"$WORK/messages" || made=$?
  # "…/target/debug/deps/libengine-0123456789abcdef.rmeta" of our own crates (their manifests lie in the checkout)
  node -e '
    const { readFileSync, rmSync, readdirSync } = require("node:fs");
    const { dirname, join } = require("node:path");
    const [messages, root] = process.argv.slice(1);
    for (const line of readFileSync(messages, "utf8").split("\n").filter(Boolean)) {
      const message = JSON.parse(line);
      if (message.reason !== "compiler-artifact" || !message.manifest_path.startsWith(root)) continue;
      for (const file of message.filenames) {
        const hash = /-([0-9a-f]{16})\.rmeta$/.exec(file)?.[1];
        if (!hash) continue;
        for (const folder of [dirname(file), join(dirname(file), "../.fingerprint")])
          for (const name of readdirSync(folder)) if (name.includes(hash)) rmSync(join(folder, name), { recursive: true });
      }
    }' "$WORK/messages" "$ROOT/"
  [ "$made" = 0 ] || die "a statement does not fit the database that the migrations make (above)"
fi

count=$(find "$WORK/made" -name 'query-*.json' | wc -l)
if [ "$MODE" = refresh ]; then
  mkdir -p .sqlx
  find .sqlx -name 'query-*.json' | while IFS= read -r file; do [ -f "$WORK/made/${file##*/}" ] || rm "$file"; done
  for file in "$WORK"/made/query-*.json; do
    [ -f "$file" ] || continue
    cmp -s "$file" ".sqlx/${file##*/}" || cp "$file" .sqlx/
  done
  say "sqlx: $count statements in .sqlx"
elif { [ "$count" = 0 ] && [ ! -d .sqlx ]; } || diff -r "$WORK/made" .sqlx >"$WORK/diff" 2>&1; then
  say "sqlx: $count statements, .sqlx is up to date"
else
  grep -E '^(Only in|diff) ' "$WORK/diff" | sed "s|$WORK/made|what Postgres says|g" >&2
  die ".sqlx does not fit the statements or the migrations: make sqlx, and commit it"
fi
