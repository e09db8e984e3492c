# Shared by the scripts beside it; sourced, never run. Sets ROOT (the checkout), TOOLS (this folder) and TARGET
# (cargo's target directory, which CARGO_TARGET_DIR may move), and gives the few functions they all need.
# shellcheck shell=bash

TOOLS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$TOOLS/../.." && pwd)
TARGET=${CARGO_TARGET_DIR:-$ROOT/target}
case $TARGET in /*) ;; *) TARGET=$ROOT/$TARGET ;; esac
export CARGO_TARGET_DIR=$TARGET

# What is told goes to standard error: standard output is for what a caller reads.
say() { printf '%s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# as_root COMMAND…: fails, without asking for a password where nobody could answer, when it cannot become root.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif have sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then sudo "$@"
  else return 1; fi
}

# apt_install PACKAGE…: quietly; refreshes apt's lists only when they do not know the package (or know it wrongly).
apt_install() {
  have apt-get || return 1
  local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@") log
  log=$(mktemp)
  if as_root "${install[@]}" >"$log" 2>&1 ||
    { as_root apt-get update -qq >"$log" 2>&1 && as_root "${install[@]}" >"$log" 2>&1; }; then
    rm -f "$log"
  else
    tail -n 5 "$log" >&2; rm -f "$log"; return 1
  fi
}

# The folder of the newest Postgres server's programs: PATH, then pg_config, then Debian's place. Empty when none.
postgres_bindir() {
  local dir candidates=()
  have initdb && candidates+=("$(dirname "$(readlink -f "$(command -v initdb)")")")
  have pg_config && candidates+=("$(pg_config --bindir 2>/dev/null)")
  while IFS= read -r dir; do candidates+=("$dir"); done < <(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV)
  for dir in "${candidates[@]}"; do
    if [ -x "$dir/postgres" ] && [ -x "$dir/initdb" ] && [ -x "$dir/pg_ctl" ]; then printf '%s\n' "$dir"; return; fi
  done
}

# A browser that Playwright can drive: CHROMIUM, or the first known name on PATH. Empty when none.
find_chromium() {
  local name
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    if [ -n "$name" ] && have "$name"; then command -v "$name"; return; fi
  done
}

# locked_version LOCKFILE CRATE: the version of a crate in a Cargo.lock.
locked_version() { awk -v want="name = \"$2\"" '$0 == want { getline; gsub(/version = |"/, ""); print; exit }' "$1"; }

# release_cargo …: cargo without the flags that .cargo/config.toml gives development builds.
release_cargo() { RUSTFLAGS=${RUSTFLAGS-} cargo "$@"; }
