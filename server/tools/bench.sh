#!/usr/bin/env bash
# Measures the release build over two databases, of 1,000 orders and of 1,000,000 (about four minutes to make), and prints a table.
#
#   bench.sh [ORDERS]         the large database's size; 1000000 unless said
#   bench.sh notifications    only how fast 10,000 notifications are enqueued and mailed (BENCH_NOTIFICATIONS: others)
#
# Needs about 8 GB of disk under the system's temporary folder while it runs. Nothing else should be running.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

"$TOOLS/prepare.sh" run bench
"$TOOLS/build.sh" release
URL=$(DURABLE=1 "$TOOLS/postgres.sh" start)
trap '"$TOOLS/postgres.sh" stop "$URL"' EXIT
trap 'exit 130' INT TERM
BINDIR=$(postgres_bindir)
export PGBENCH=$BINDIR/pgbench PSQL=$BINDIR/psql
node "$TOOLS/bench/bench.mjs" "$URL" "$TARGET/release/countersign" "${1:-1000000}"
