# The commands of this project. `make` alone lists them.

CARGO ?= cargo
TARGET := $(or $(CARGO_TARGET_DIR),target)
FUZZ_SECONDS ?= 10

# One set of artefacts serves building, testing and the programs that tests start: what differs in flags or features would be compiled twice.
WHOLE := --workspace --all-targets --locked

.PHONY: help demo test bench check lint quick build fuzz pages vectors screenshots bill programs deb rpm appliance test-appliance

help: ## Lists these commands
	@printf 'Postern\n\n'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

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
	$(CARGO) clippy --locked -p postern-tests --test packages --quiet -- -D warnings
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --workspace --no-deps --locked --quiet
	.ci/node/run crates/web tsc
	.ci/node/run tests/browser tsc
	@.ci/deny

quick: build
	$(CARGO) test --workspace --locked --quiet --lib --bins --test rules

build:
	@.ci/install test
	$(CARGO) build $(WHOLE)

pages: ## Writes manual pages, completions and the journal's message catalogue into target/pages, as packages take them
	@.ci/install build
	SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(packaging/day)} $(CARGO) run --quiet --locked -p postern-pages -- $(TARGET)/pages
	@printf 'For example: man -l %s\n' $(TARGET)/pages/man/man1/postern.1

deb: programs ## Builds Debian packages into target/packages, in a Debian 12 root unless this is one
	@packaging/bookworm packaging/build deb $(TARGET)/release

rpm: programs ## Builds packages for Fedora and RHEL into target/packages, from the same programs
	@packaging/bookworm packaging/build rpm $(TARGET)/release

test-appliance: deb rpm ## Tries the packages on booted machines of Debian 12 and 13 (needs root or sudo)
	@$(MAKE) --no-print-directory appliance

# The same with the packages that there are, or those in the folder POSTERN_PACKAGES.
appliance:
	@.ci/install packages
	$(CARGO) build --locked -p postern-tests --test packages
	@.ci/as-root $(CARGO) test --locked -p postern-tests --test packages --no-fail-fast

# The programs as both families ship them, and what stands beside them.
programs: pages bill
	@.ci/install packages
	@packaging/bookworm packaging/programs

# What the programs are made of: for scanners, and as the notices that licences ask for.
bill:
	@.ci/install build
	SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(packaging/day)} $(CARGO) run --quiet --locked -p postern-bill -- $(TARGET)/bill

vectors: ## Writes the test vectors of the sealed formats anew, those of the browser's side too
	POSTERN_WRITE_VECTORS=1 $(CARGO) test --locked --package postern-seal --lib vectors::the_vectors_on_disk
	POSTERN_WRITE_VECTORS=1 .ci/node/run crates/web node --test 'app/seal/vectors/*.test.ts'
	$(CARGO) test --locked --package postern-seal --lib vectors

screenshots: ## Takes the pictures of the recipient's page and of the console in docs/screenshots anew
	@.ci/install test
	$(CARGO) build --locked -p postern-daemon -p postern-owner -p postern-console --bins
	POSTERN_PROGRAMS=$(abspath $(TARGET))/debug .ci/node/run tests/browser playwright test --project=pictures
	POSTERN_WRITE_SCREENSHOTS=1 $(CARGO) test --locked -p postern-tests --test flows console_pictures

bench: ## Measures the console on a large appliance, into target/bench.json (the database of 7 GiB is kept in target/bench)
	@.ci/install build
	$(CARGO) build --release --locked -p postern-daemon -p postern-console -p postern-bench --bins
	@$(TARGET)/release/bench $(TARGET)

fuzz: ## Feeds every parser with random input for FUZZ_SECONDS each (needs: cargo install cargo-fuzz)
	@command -v cargo-fuzz >/dev/null || { echo 'cargo-fuzz is missing. Run: cargo install cargo-fuzz --locked' >&2; exit 1; }
	@fuzz/smoke.sh $(FUZZ_SECONDS)
