#!/usr/bin/env bash
# build.sh release: the site, then the release of the server that holds it.
# build.sh server: the development build of the server alone.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cd "$ROOT"
case ${1:-} in
  release)
    "$TOOLS/site.sh" release
    release_cargo build --locked --release -p server ;;
  server) cargo build ${QUIET:+--quiet} $("$TOOLS/packages.sh") ;;
  *) die "usage: build.sh release|server" ;;
esac
