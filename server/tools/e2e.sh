#!/usr/bin/env bash
# e2e.sh [PLAYWRIGHT ARGUMENT…]: the browser tests, against what is shipped: the release with its own site, a private
# database and the demo company in a temporary folder, a free port. (The development build cannot stand in with the
# release's wasm: its pages carry other markers.) Settings:
#   E2E_BUILD=dev   the development build and its site instead: seconds rather than minutes after an edit
#   E2E_URL=…       a server that runs already; nothing is built
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

CHROMIUM=$(find_chromium)
[ -n "$CHROMIUM" ] || die "no Chromium: make prepare"
export CHROMIUM

browse() { (cd "$ROOT/end2end" && node node_modules/@playwright/test/cli.js test "$@"); }

if [ -n "${E2E_URL:-}" ]; then browse "$@"; exit; fi

if [ "${E2E_BUILD:-release}" = dev ]; then
  "$TOOLS/site.sh" dev
  "$TOOLS/build.sh" server
  PROGRAM=$TARGET/debug/countersign
else
  "$TOOLS/build.sh" release
  PROGRAM=$TARGET/release/countersign
fi

WORK=$(mktemp -d "${TMPDIR:-/tmp}/countersign-e2e.XXXXXX")
chmod 755 "$WORK" # run as root, the database's user must be able to enter
SERVER=
cd "$ROOT"
finish() {
  if [ -n "$SERVER" ] && kill -TERM "$SERVER" 2>/dev/null; then wait "$SERVER" || true; fi
  rm -rf "$WORK"
}
trap finish EXIT
trap 'exit 130' INT TERM

PORT=$(node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
export E2E_URL=http://127.0.0.1:$PORT
env -u DATABASE_URL COUNTERSIGN_DATA_DIR="$WORK/data" COUNTERSIGN_LISTEN="127.0.0.1:$PORT" COUNTERSIGN_PUBLIC_URL="$E2E_URL" \
  "$PROGRAM" run-demo >"$WORK/server.log" 2>&1 &
SERVER=$!

# Two minutes for the database, the migrations and the demo company on a busy machine.
if ! node -e '
  const [url, pid] = process.argv.slice(1);
  const end = Date.now() + 120_000;
  const ask = async () => {
    try { process.kill(+pid, 0); } catch { process.exit(1); }
    try { if ((await fetch(url + "/readyz")).ok) process.exit(0); } catch {}
    if (Date.now() > end) process.exit(1);
    setTimeout(ask, 100);
  };
  ask();' "$E2E_URL" "$SERVER"; then
  tail -n 40 "$WORK/server.log" >&2
  die "the server for the browser tests did not become ready"
fi

status=0
browse "$@" || status=$?
# What the server said is part of what went wrong.
if [ "$status" != 0 ]; then
  mkdir -p "$TARGET/test-logs"
  cp "$WORK/server.log" "$TARGET/test-logs/e2e-server.log"
  say "the server's log: $TARGET/test-logs/e2e-server.log"
fi
exit "$status"
