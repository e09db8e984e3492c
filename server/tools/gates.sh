#!/usr/bin/env bash
# What the project promises of itself and a machine can tell. Each gate prints nothing when it holds.
#
#   gates.sh graph       neither sqlx, tokio, engine nor paper is in what the browser gets
#   gates.sh size        the wasm and the pages' script are as small as promised (needs a release site)
#   gates.sh files       scripts parse, lock files name no registry, no source file is longer than 500 lines
#   gates.sh snapshots   every snapshot is used, none waits for review (needs the tests' INSTA_SNAPSHOT_REFERENCES_FILE)
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$ROOT"

WASM_LIMIT=110000   # bytes of app_bg.wasm, brotli
SCRIPT_LIMIT=6000   # bytes of each script in app/public, brotli
FILE_LIMIT=500      # lines

failed=0
broken() { say "gate: $*"; failed=1; }

gate_graph() {
  local tree name
  tree=$(cargo tree --quiet --locked -p app --target wasm32-unknown-unknown --no-default-features --features hydrate \
    -e normal --prefix none --format '{p}' | cut -d' ' -f1 | sort -u)
  grep -qx leptos <<<"$tree" || broken "cargo tree does not show the client at all"
  for name in sqlx sqlx-core sqlx-postgres tokio engine paper axum graphile_worker; do
    ! grep -qx "$name" <<<"$tree" || broken "$name is in the browser's wasm: cargo tree -p app --target wasm32-unknown-unknown --features hydrate -i $name"
  done
}

size_of() { wc -c <"$1" | tr -d ' '; }

gate_size() {
  local wasm=server/site/pkg/app_bg.wasm.br file
  [ -f "$wasm" ] || { broken "no release site: server/tools/site.sh release"; return; }
  say "gate: app_bg.wasm is $(size_of "$wasm") of $WASM_LIMIT bytes, app.css $(size_of server/site/pkg/app.css.br) (brotli)"
  [ "$(size_of "$wasm")" -le "$WASM_LIMIT" ] || broken "app_bg.wasm is $(size_of "$wasm") bytes with brotli, more than $WASM_LIMIT"
  for file in app/public/*.js; do
    [ -f "$file" ] || continue
    file=server/site/${file##*/}
    [ ! -f "$file.br" ] || file=$file.br
    [ "$(size_of "$file")" -le "$SCRIPT_LIMIT" ] || broken "${file##*/} is $(size_of "$file") bytes, more than $SCRIPT_LIMIT"
  done
}

gate_files() {
  local file lines
  for file in .ci/run server/tools/*.sh; do bash -n "$file" || broken "$file does not parse"; done
  for file in server/tools/*.mjs; do node --check "$file" || broken "$file does not parse"; done
  for file in style/package-lock.json end2end/package-lock.json; do
    ! grep -q '"resolved"' "$file" || broken "$file names the registry it was made with: keep the .npmrc beside it"
  done
  while IFS= read -r file; do
    lines=$(wc -l <"$file")
    [ "$lines" -le "$FILE_LIMIT" ] || broken "$file has $lines lines, more than $FILE_LIMIT"
  done < <(find app server migrations style end2end -name node_modules -prune -o -path server/site -prune -o \
    -type f \( -name '*.rs' -o -name '*.ts' -o -name '*.js' -o -name '*.mjs' -o -name '*.sh' -o -name '*.css' -o -name '*.sql' \) -print)
  "$TOOLS/bindgen.sh" >/dev/null || broken "wasm-bindgen's two versions differ"
}

gate_snapshots() {
  local list=${INSTA_SNAPSHOT_REFERENCES_FILE:-} waiting file
  waiting=$(find app server -name '*.snap.new' -o -name '*.pending-snap')
  [ -z "$waiting" ] || broken "not reviewed: $waiting"
  [ -f "$list" ] || return 0
  while IFS= read -r file; do
    grep -qxF "$ROOT/$file" <(while IFS= read -r used; do readlink -f "$used"; done <"$list") || broken "no test uses $file"
  done < <(git ls-files '*.snap')
}

declare -F "gate_${1:-}" >/dev/null || { sed -n '2,/^set/p' "${BASH_SOURCE[0]}" | sed -n 's/^# \{0,1\}//p' >&2; exit 2; }
"gate_$1"
exit $failed
