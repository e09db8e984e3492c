#!/usr/bin/env bash
# A throwaway Postgres for tests: an own directory under the system's temporary one, a Unix socket and no TCP port,
# nothing made durable. Any number can run side by side. Standard output is only ever the DATABASE_URL.
#
#   postgres.sh start            starts one and prints its DATABASE_URL; with DURABLE=1 one that is safe as a company's
#   postgres.sh stop [URL]       stops it and removes its directory (without URL: the checkout's own, see `dev`)
#   postgres.sh dev              the checkout's own for single tests: started unless it runs, kept until `stop`
#   postgres.sh with COMMAND…    runs the command with DATABASE_URL set, then stops
#   postgres.sh psql URL …       psql on such a database
#   postgres.sh migrate URL      applies migrations/*.sql in order, each in one transaction, then the job queue's own
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

DEV_URL=$TARGET/test-postgres.url

bindir() {
  local dir
  dir=$(postgres_bindir)
  [ -n "$dir" ] || die "no Postgres server found: install the package postgresql, or put initdb and postgres on PATH"
  printf '%s\n' "$dir"
}

# Postgres refuses to run as root, so root lends it to a user who may do nothing else here.
as_db_user() {
  if [ "$(id -u)" = 0 ]; then
    local user=nobody
    id postgres >/dev/null 2>&1 && user=postgres
    (cd / && setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups -- "$@")
  else
    "$@"
  fi
}

dir_of() { printf '%s\n' "$1" | sed -n 's|^postgres://postgres@\([^/]*\)/.*|\1|p' | sed 's|%2F|/|g'; }

start() {
  local bin tmp=${TMPDIR:-/tmp} dir
  # What a test writes may be lost; what is measured is written as a company's would be (DURABLE=1).
  local settings="-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 -c shared_buffers=256MB"
  [ "${DURABLE:-}" != 1 ] || settings="-c shared_buffers=1GB -c max_wal_size=8GB"
  bin=$(bindir)
  [ ${#tmp} -le 60 ] || tmp=/tmp # a socket's path must stay under 104 bytes
  dir=$(mktemp -d "$tmp/countersign-pg.XXXXXX")
  [ "$(id -u)" != 0 ] || chown "$(id -u postgres 2>/dev/null || id -u nobody)" "$dir"
  if ! {
    as_db_user "$bin/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C --no-sync &&
      as_db_user "$bin/pg_ctl" start -w -t 60 -D "$dir/data" -l "$dir/log" -o "-k $dir -h '' \
        $settings -c max_connections=400 -c max_locks_per_transaction=256 -c timezone=UTC"
  } >"$dir.start" 2>&1 </dev/null; then
    cat "$dir.start" >&2; [ ! -f "$dir/log" ] || tail -n 20 "$dir/log" >&2
    rm -rf "$dir" "$dir.start"
    die "the test Postgres did not start"
  fi
  rm -f "$dir.start"
  printf 'postgres://postgres@%s/postgres\n' "${dir//\//%2F}"
}

stop() {
  local url=${1:-} dir
  [ -n "$url" ] || { [ -f "$DEV_URL" ] || return 0; url=$(cat "$DEV_URL"); rm -f "$DEV_URL"; }
  dir=$(dir_of "$url")
  case $dir in */countersign-pg.*) ;; *) die "not one of these databases: $url" ;; esac
  [ ! -d "$dir/data" ] || as_db_user "$(bindir)/pg_ctl" stop -m immediate -D "$dir/data" >/dev/null 2>&1 || true
  rm -rf "$dir"
}

query() { local url=$1; shift; PGOPTIONS='-c client_min_messages=warning' psql_at "$url" -qAt -v ON_ERROR_STOP=1 "$@"; }
psql_at() { local url=$1; shift; "$(bindir)/psql" -X -h "$(dir_of "$url")" -U postgres -d "${url##*/}" "$@"; }

# What graphile_worker would make at its start, from its own source, for statements that use its functions.
queue_schema() {
  local manifest file
  manifest=$(cd "$ROOT" && cargo metadata --quiet --format-version 1 --locked --filter-platform "$(rustc -vV | sed -n 's/^host: //p')" |
    grep -o '"manifest_path":"[^"]*/graphile_worker_migrations-[^"]*"' | cut -d'"' -f4)
  [ -n "$manifest" ] || return 0
  printf 'create schema graphile_worker;\ncreate table graphile_worker.migrations (id int primary key, ts timestamptz not null default now(), breaking boolean not null default false);\n'
  for file in "${manifest%/*}"/src/sql/m*.sql; do
    sed 's/:GRAPHILE_WORKER_SCHEMA/graphile_worker/g; s/^-- graphile-worker-rs:statement.*/;/' "$file"
    printf ';\n'
  done
}

case ${1:-} in
  start) start ;;
  stop) stop "${2:-}" ;;
  dev)
    if [ -f "$DEV_URL" ] && query "$(cat "$DEV_URL")" -c 'select 1' >/dev/null 2>&1; then cat "$DEV_URL"; else
      mkdir -p "$TARGET"
      url=$(start)
      printf '%s\n' "$url" | tee "$DEV_URL"
    fi ;;
  with)
    shift
    url=$(start)
    trap 'stop "$url"' EXIT
    trap 'exit 130' INT TERM
    DATABASE_URL=$url "$@" ;;
  psql) shift; psql_at "$@" ;;
  migrate)
    shopt -s nullglob
    for file in "$ROOT"/migrations/*.sql; do
      query "$2" --single-transaction -f "$file" >/dev/null || die "migration ${file##*/} fails"
    done
    queue_schema | query "$2" --single-transaction -f - >/dev/null || die "the job queue's migrations fail" ;;
  *) sed -n '2,/^set/p' "${BASH_SOURCE[0]}" | sed -n 's/^# \{0,1\}//p' >&2; exit 2 ;;
esac
