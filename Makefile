# The commands of this project. `make` alone lists them.

CARGO ?= cargo
TARGET := $(or $(CARGO_TARGET_DIR),target)
FUZZ_SECONDS ?= 10

# One set of artefacts serves building, testing and the programs that tests start: what differs in flags or features would be compiled twice.
WHOLE := --workspace --all-targets --locked

.PHONY: help demo test bench check lint quick build fuzz pages vectors screenshots

help: ## Lists these commands
	@printf 'Postern\n\n'
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

demo: ## Builds Postern and starts it at https://localhost:8443 with a first share; Ctrl-C ends it
	@.ci/install build
	$(CARGO) build --release --locked -p postern-daemon -p postern-console -p postern-owner -p postern-demo --bins
	@$(TARGET)/release/demo

test: build ## Runs all tests with real parts (Debian 12 or 13; needs root or sudo)
	@.ci/as-root $(TARGET)/debug/with-postgres $(CARGO) test --workspace --locked --no-fail-fast

check: lint quick ## What to run before a commit: formatting, lints, documentation, licences, quick tests

lint:
	@.ci/install build
	$(CARGO) fmt --all --check
	$(CARGO) clippy $(WHOLE) --quiet -- -D warnings
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --workspace --no-deps --locked --quiet
	.ci/node/run crates/web tsc
	.ci/node/run tests/browser tsc
	@.ci/deny

quick: build
	$(CARGO) test --workspace --locked --quiet --lib --bins --test rules

build:
	@.ci/install test
	$(CARGO) build $(WHOLE)

pages: ## Writes manual pages and completions of the three programs into target/pages, as packages take them
	@.ci/install build
	$(CARGO) run --quiet --locked -p postern-pages -- $(TARGET)/pages
	@printf 'For example: man -l %s\n' $(TARGET)/pages/man/man1/postern.1

vectors: ## Writes the test vectors of the sealed formats anew, those of the browser's side too
	POSTERN_WRITE_VECTORS=1 $(CARGO) test --locked --package postern-seal --lib vectors::the_vectors_on_disk
	POSTERN_WRITE_VECTORS=1 .ci/node/run crates/web node --test 'app/seal/vectors/*.test.ts'
	$(CARGO) test --locked --package postern-seal --lib vectors

screenshots: ## Takes the pictures of the recipient's page in docs/screenshots anew
	@.ci/install test
	$(CARGO) build --locked -p postern-daemon -p postern-owner -p postern-console --bins
	POSTERN_PROGRAMS=$(abspath $(TARGET))/debug .ci/node/run tests/browser playwright test --project=pictures

bench: ## Measures the console on a large appliance, into target/bench.json (the database of 12 GiB is kept in target/bench)
	@.ci/install build
	$(CARGO) build --release --locked -p postern-daemon -p postern-console -p postern-bench --bins
	@$(TARGET)/release/bench $(TARGET)

fuzz: ## Feeds every parser with random input for FUZZ_SECONDS each (needs: cargo install cargo-fuzz)
	@command -v cargo-fuzz >/dev/null || { echo 'cargo-fuzz is missing. Run: cargo install cargo-fuzz --locked' >&2; exit 1; }
	@fuzz/smoke.sh $(FUZZ_SECONDS)
