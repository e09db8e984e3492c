# What a developer types. The work is done by the scripts in server/tools, which can be called by themselves.
# TARGET is where cargo builds; CARGO_TARGET_DIR moves it.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
T := server/tools
TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))

.PHONY: help run dev test check unit fuzz e2e bench sqlx db prepare clean

help: ## Shows this
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

run: ## Installs what is missing, builds the release and starts the demo company at http://127.0.0.1:3000
	@$T/prepare.sh run
	@$T/build.sh release
	@exec $(TARGET)/release/countersign run-demo

dev: ## The same as a development build; an edit builds and starts it again
	@$T/prepare.sh dev
	@exec node $T/dev.mjs

test: ## Every check and test; ends with one line "N passed, N failed"
	@exec $T/test.sh

check: ## The quick part of it: format, lints, the pure core's tests
	@exec $T/test.sh format lints domain

unit: ## The Rust tests only (ARGS go to cargo test: make unit ARGS='-p engine approve')
	@$T/prepare.sh compilers postgres
	@exec $T/postgres.sh with cargo test $(or $(ARGS),$$($T/packages.sh) --lib --bins --tests)

fuzz: ## 100,000 random and mutated forms to every route of the release build (FUZZ_SEED and FUZZ_POSTS: others)
	@$T/prepare.sh compilers postgres
	@export RUSTFLAGS= FUZZ_POSTS=$${FUZZ_POSTS:-100000}; \
	  exec $T/postgres.sh with cargo test --release --locked -p server --test server fuzz:: -- --nocapture

e2e: ## The browser tests only (ARGS go to Playwright: make e2e ARGS=sign-in; E2E_BUILD=dev is quicker)
	@$T/prepare.sh test
	@exec $T/e2e.sh $(ARGS)

bench: ## Measures the release build over 1,000 and 1,000,000 orders, and prints a table (ARGS: another size)
	@exec $T/bench.sh $(ARGS)

sqlx: ## Makes .sqlx again after a statement or a migration changed
	@$T/prepare.sh compilers postgres
	@exec $T/sqlx.sh refresh

db: ## A throwaway Postgres for single tests, and how to use it
	@$T/prepare.sh postgres
	@url=$$($T/postgres.sh dev); printf '%s\n' "It runs until: $T/postgres.sh stop" "" \
	  "export DATABASE_URL=$$url" "cargo test -p engine some_test" "$T/postgres.sh psql $$url"

prepare: ## Installs what building and testing need, once
	@exec $T/prepare.sh test

clean: ## Removes everything that was built
	@-$T/postgres.sh stop
	@rm -rf server/site style/node_modules end2end/node_modules end2end/test-results end2end/playwright-report
	@cargo clean --quiet
