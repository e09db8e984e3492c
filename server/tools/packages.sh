#!/usr/bin/env bash
# Prints how cargo is told of the server's side as a whole, the same wherever it is built, linted or tested, so that
# all of it shares one build. (Never --all-features: `ssr` and `hydrate` exclude each other.)
echo -p domain -p engine -p paper -p app -p server --features app/ssr
