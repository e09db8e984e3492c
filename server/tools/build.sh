#!/usr/bin/env bash
# build.sh dev|release: the site, then the server that gives it out.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cd "$ROOT"
"$TOOLS/site.sh" "${1:-}"
case $1 in
  dev) cargo build $("$TOOLS/packages.sh") ;;
  release) release_cargo build --release -p server ;;
esac
