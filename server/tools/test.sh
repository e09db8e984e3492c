#!/usr/bin/env bash
# test.sh [PART…]: prepares, then runs the named checks, by default all. A failing one does not stop the others. Each
# one's output goes to target/test-logs/PART.log; of a failure the end is shown. The last line sums up everything.
set -uo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

ALL=(files format graph lints lints-client sqlx site size rust snapshots e2e checklist)
PARTS=("$@")
[ $# -gt 0 ] || PARTS=("${ALL[@]}")
LOGS=$TARGET/test-logs
PASSED=0
FAILED=0

# Snapshots are compared, never written; nobody's environment changes what is tested.
export CI=true INSTA_UPDATE=no INSTA_SNAPSHOT_REFERENCES_FILE=$LOGS/snapshots-used CARGO_TERM_COLOR=never NO_COLOR=1
unset DATABASE_URL INSTA_FORCE_PASS
read -ra PACKAGES <<<"$("$TOOLS/packages.sh")"

cd "$ROOT"
DATABASE=
trap '[ -z "$DATABASE" ] || "$TOOLS/postgres.sh" stop "$DATABASE"' EXIT
trap 'exit 130' INT TERM

part_files() { "$TOOLS/gates.sh" files; }
part_format() { cargo fmt --all --check -- --color never && rustfmt --color never --edition 2024 --check server/tools/bindgen/src/main.rs; }
part_graph() { "$TOOLS/gates.sh" graph; }
part_lints() { cargo clippy --locked --keep-going "${PACKAGES[@]}" --all-targets -- -D warnings; }
part_lints-client() {
  cargo clippy --locked -p app --lib --target wasm32-unknown-unknown --no-default-features --features hydrate -- -D warnings
}
part_sqlx() { "$TOOLS/sqlx.sh" check; }
part_site() { "$TOOLS/site.sh" release; }
part_size() { "$TOOLS/gates.sh" size; }
part_domain() { cargo test --locked -p domain --lib --no-fail-fast; }
part_rust() {
  DATABASE=$("$TOOLS/postgres.sh" start) || return 1
  rm -f "$INSTA_SNAPSHOT_REFERENCES_FILE"
  DATABASE_URL=$DATABASE cargo test --locked "${PACKAGES[@]}" --lib --bins --tests --no-fail-fast
}
part_snapshots() { "$TOOLS/gates.sh" snapshots; }
part_e2e() { PLAYWRIGHT_JSON_OUTPUT_FILE=$LOGS/e2e.json "$TOOLS/e2e.sh"; }
# Reads what rust and e2e have said before.
part_checklist() { node "$TOOLS/checklist.mjs" "$LOGS"; }

# "PASSED FAILED" of a part that has run: the tests of its own report where it has one, else the part is one check.
count() {
  local part=$1 status=$2 log=$LOGS/$1.log sum
  case $part in
    rust | domain)
      sum=$(sed -n 's/^test result: .* \([0-9]*\) passed; \([0-9]*\) failed;.*/\1 \2/p' "$log" |
        awk '{ p += $1; f += $2 } END { print p + 0, f + 0 }') ;;
    e2e)
      sum=$(node -e '
        const { stats } = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
        console.log(stats.expected, stats.unexpected + stats.flaky)' "$LOGS/e2e.json" 2>/dev/null || echo 0 0) ;;
    *) sum="1 0"; [ "$status" = 0 ] || sum="0 1" ;;
  esac
  # What did not compile, did not start or tested nothing has not passed.
  [[ $sum != *" 0" ]] || [ "$status" = 0 ] || sum="${sum% *} 1"
  [ "$sum" != "0 0" ] || sum="0 1"
  printf '%s\n' "$sum"
}

run_part() {
  local part=$1 start=$SECONDS status=0 passed failed
  printf '%-13s' "$part"
  "part_$part" >"$LOGS/$part.log" 2>&1 </dev/null || status=$?
  read -r passed failed <<<"$(count "$part" "$status")"
  PASSED=$((PASSED + passed))
  FAILED=$((FAILED + failed))
  if [ "$failed" = 0 ]; then
    printf 'ok      %5d in %d s\n' "$passed" $((SECONDS - start))
    [ "$part" != checklist ] || sed 's/^/    /' "$LOGS/$part.log"
  else
    printf 'FAILED  %d of %d in %d s: %s\n' "$failed" $((passed + failed)) $((SECONDS - start)) "$LOGS/$part.log"
    # cargo tells what failed after its first "failures:", then only names
    if grep -q '^failures:' "$LOGS/$part.log"; then
      awk '/^failures:/ { on = 1 } /^test result:/ { on = 0 } on' "$LOGS/$part.log" | head -n 200
    else
      grep -vE '^ *(Compiling|Checking|Downloaded|Downloading|Updating|Blocking) ' "$LOGS/$part.log" | tail -n 60
    fi | sed 's/^/    /'
  fi
}

rm -rf "$LOGS"
mkdir -p "$LOGS"
case " ${PARTS[*]} " in
  *" site "* | *" e2e "* | *" sqlx "* | *" rust "*) "$TOOLS/prepare.sh" test ;;
  *) "$TOOLS/prepare.sh" compilers lints ;;
esac || { printf '\n0 passed, 1 failed\n'; exit 1; }
for part in "${PARTS[@]}"; do
  declare -F "part_$part" >/dev/null || die "no such part: $part (there are: ${ALL[*]} domain)"
  run_part "$part"
done
printf '\n%d passed, %d failed\n' "$PASSED" "$FAILED"
[ "$FAILED" = 0 ] && [ "$PASSED" -gt 0 ]
