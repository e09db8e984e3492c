#!/usr/bin/env bash
# Brings what a build needs, once: each step says what it does and why, only when it does something.
#
#   prepare.sh run      all that `make run` needs
#   prepare.sh dev      the same
#   prepare.sh test     that, and what only tests need: lints, a browser, Playwright
#   prepare.sh STEP…    single steps: compilers wasm-target bindgen style postgres lints browser end2end bench
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# at_least HAVE WANTED: compares dotted versions.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n1)" = "$2" ]; }

# A compiler without the system's headers and start files is there, but links nothing.
can_link() { have cc && printf 'int main(void) { return 0; }\n' | cc -x c -o /dev/null - 2>/dev/null; }

step_compilers() {
  local wanted
  have cargo && have rustc || die "Rust is missing: install it with rustup"
  wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$ROOT/Cargo.toml")
  at_least "$(cd "$ROOT" && rustc -V | cut -d' ' -f2)" "$wanted" || die "Rust $wanted or newer is needed: rustup update stable"
  have node && have npm || die "Node.js is missing: install Node.js 20 or newer with npm"
  at_least "$(node -p process.versions.node)" 20 || die "Node.js $(node -v) is too old: install Node.js 20 or newer"
  if ! can_link; then
    say "prepare: installing gcc and libc6-dev, the C compiler and linker that Rust uses (apt)"
    apt_install gcc libc6-dev && can_link || die "no working C compiler: install gcc and libc6-dev (or your system's equal)"
  fi
  have git || die "git is missing: install git"
}

step_wasm-target() { "$TOOLS/wasm-target.sh"; }

step_bindgen() { "$TOOLS/bindgen.sh" >/dev/null; }

# npm_packages FOLDER WHAT: what its lock file says, unless exactly that is there already.
npm_packages() {
  local folder=$ROOT/$1 log
  cmp -s "$folder/package-lock.json" "$folder/node_modules/.installed-lock.json" && return
  say "prepare: installing $2 (npm)"
  log=$(mktemp)
  if ! (cd "$folder" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --ignore-scripts --no-progress) >"$log" 2>&1; then
    tail -n 15 "$log" >&2; rm -f "$log"
    die "npm could not install what $1/package-lock.json lists"
  fi
  rm -f "$log"
  cp "$folder/package-lock.json" "$folder/node_modules/.installed-lock.json"
}

step_style() { npm_packages style "Tailwind CSS, daisyUI and wasm-opt, which make the site's CSS and small wasm"; }
step_end2end() { npm_packages end2end "Playwright and axe, which drive the browser tests"; }

step_postgres() {
  [ -z "$(postgres_bindir)" ] || return 0
  say "prepare: installing the Postgres server, the database the program and its tests start themselves (apt)"
  # Only its programs are wanted: Debian would also make and start a server of its own.
  local conf=/etc/postgresql-common/createcluster.d/countersign.conf
  as_root mkdir -p "${conf%/*}" && printf 'create_main_cluster = false\n' | as_root tee "$conf" >/dev/null || true
  apt_install postgresql || true
  as_root rm -f "$conf" || true
  [ -n "$(postgres_bindir)" ] || die "no Postgres server: install the package postgresql (15 or newer), or put initdb and postgres on PATH"
}

step_lints() {
  (cd "$ROOT" && cargo fmt --version && cargo clippy --version) >/dev/null 2>&1 && return
  say "prepare: adding rustfmt and clippy, which check the code (rustup)"
  (cd "$ROOT" && rustup component add rustfmt clippy) >/dev/null 2>&1 ||
    die "rustfmt or clippy is missing: rustup component add rustfmt clippy"
}

step_browser() {
  [ -z "$(find_chromium)" ] || return 0
  say "prepare: installing Chromium, which the browser tests drive (apt)"
  apt_install chromium fonts-liberation || true
  [ -n "$(find_chromium)" ] || die "no Chromium: install the package chromium, or name a browser in CHROMIUM"
}

step_bench() {
  have wrk && return
  say "prepare: installing wrk, which asks the server as fast as it answers (apt)"
  apt_install wrk || true
  have wrk || die "wrk is missing: install the package wrk"
}

case ${1:-} in
  run | dev) shift; set -- compilers wasm-target bindgen style postgres "$@" ;;
  test) set -- compilers lints wasm-target bindgen style postgres browser end2end ;;
  '') sed -n '2,/^set/p' "${BASH_SOURCE[0]}" | sed -n 's/^# \{0,1\}//p' >&2; exit 2 ;;
esac
for step in "$@"; do
  declare -F "step_$step" >/dev/null || die "no such step: $step"
  "step_$step"
done
