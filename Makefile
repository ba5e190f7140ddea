# `make run` and `make test` are all the set-up there is: each installs what is missing, builds, and does its job.
SWIFT ?= swift
FLAGS := -c release --explicit-target-dependency-import-check error
BIN := .build/release/splitvote
# The program as it is installed has Swift's runtime in it; macOS brings the runtime along.
STATIC := .build/static
STAGE := .build/stage
PREFIX ?= /usr/local
DEMO := demo
SNIPPETS := $(notdir $(wildcard docs/Snippets/*))
# Suites and tests that look at the clock, which are not to wait for the others' programs.
TIMED := WebFetchingTests|ProgramTests|CrawlKillTests|StageThreadsTests|aLongChain|manyStarsAreHarmless
TIMED := $(TIMED)|nestedAliasesTakeNoTime|pathsThatTakeTooLongAreStopped|patternsMadeToBeSlowAreNot|aPipeThatStaysOpen

# Runs a check that is written in Python, or says that there is none.
with-python = @if command -v python3 >/dev/null; then $(1); else echo "skipped, no python3: $(1)"; fi

.PHONY: all build run test chaos measure fuzz sanitize docs site snippets lint format bench clean dependencies release
.PHONY: install uninstall dist dist-test

all: build

dependencies:
	@scripts/install-dependencies

build: dependencies
	$(SWIFT) build $(FLAGS) --product splitvote

# Writes a synthetic sample, runs the whole pipeline on it and says where the report is.
run: build
	$(BIN) demo-data $(DEMO)/data
	$(BIN) run pipelines/demo.yaml
	$(BIN) status pipelines/demo.yaml
	@echo "report: $(DEMO)/out/report.html"

test: dependencies
	$(SWIFT) build $(FLAGS) --build-tests
	$(SWIFT) test $(FLAGS) --skip-build --skip '$(TIMED)'
	$(SWIFT) test $(FLAGS) --skip-build --filter '$(TIMED)'
	$(SWIFT) build $(FLAGS) --product splitvote
	Tests/interop/run $(BIN)
	Tests/interop/recompute $(BIN)
	Tests/install/scripts
	$(call with-python,Tests/install/pages.py $(BIN))
	$(call with-python,Tests/chaos/run $(BIN))
	$(call with-python,Tests/chaos/year.py $(BIN) --nights 40 --rows 700 --no-clock)

# Kills runs 200 times at random moments and compares every output with an undisturbed run's, then lives through a year of
# nights; some minutes.
chaos: build
	Tests/chaos/run $(BIN) --kills 200
	Tests/chaos/year.py $(BIN)

# Measures the demo's pages in headless Chromium; Tests/report/measure.py says what it needs.
measure: run
	$(BIN) report pipelines/demo.yaml -o $(DEMO)/out/morning.html --files
	Tests/report/measure.py $(DEMO)/out/morning.html $(DEMO)/out/report.html

# Pipeline files, tables, pages, feeds, answers, selectors, robots.txt, safetensors and PyTorch's files changed in 100,000
# ways each: never a crash, never a run, always a message with its place.
fuzz: dependencies
	$(SWIFT) build $(FLAGS) --build-tests
	SPLITVOTE_FUZZ=100000 $(SWIFT) test $(FLAGS) --skip-build --filter 'MutationTests|FuzzTests|/mutated'

# The tests of code that handles raw memory or threads, under AddressSanitizer and UndefinedBehaviorSanitizer, then under
# ThreadSanitizer; each with its own build. One alone: scripts/sanitize address
sanitize: dependencies
	scripts/sanitize

# The pages of all catalogs as one site in .build/docs, for developers, and the documents as another in .build/site, for all;
# fails where a link leads nowhere.
docs: build
	$(call with-python,scripts/build-docs)
	$(call with-python,scripts/build-site --if-possible)

# README, guides and reference as one site in .build/site, to be read without network and without a server.
site:
	$(call with-python,scripts/build-site)

# Runs the programs that the pages show. Each stops where it does not do what it says.
snippets: run
	$(SWIFT) build $(FLAGS) --build-tests
	@for name in $(filter-out PredictWithAModel,$(SNIPPETS)); do echo $$name; $(dir $(BIN))$$name >/dev/null || exit 1; done
	$(dir $(BIN))PredictWithAModel "$$(ls -td $(DEMO)/artifacts/model/*/model | head -1)" "a comment"

# The program with Swift's runtime in it, completions, manual pages, schemas and licenses, in .build/stage.
release: dependencies
	$(SWIFT) build $(FLAGS) --scratch-path $(STATIC) $(if $(filter Linux,$(shell uname -s)),--static-swift-stdlib) --product splitvote
	scripts/stage-release $(STATIC)/release $(STAGE)

# make install PREFIX=$$HOME/.local, or make release, then sudo make install, which builds nothing.
install: $(if $(SUDO_UID),,release)
	@DESTDIR="$(DESTDIR)" scripts/install-release install "$(PREFIX)" $(STAGE)

uninstall:
	@DESTDIR="$(DESTDIR)" scripts/install-release uninstall "$(PREFIX)"

# An archive and, on Debian and Ubuntu, a package for apt, in dist.
dist: release
	scripts/build-packages $(STAGE) dist

# Installs the package in a bare Debian and runs it there. Needs root and the network.
dist-test: dist
	$(call with-python,Tests/install/completions.py $(BIN))
	Tests/install/run dist

lint:
	$(SWIFT) format lint --strict -r Package.swift Sources Tests docs/Snippets
	scripts/check-source
	scripts/check-functions
	$(call with-python,scripts/check-layers)
	$(call with-python,scripts/check-english)

format:
	$(SWIFT) format -i -r Package.swift Sources Tests docs/Snippets

# All but the slow works, which are asked for by name: make bench BENCH="--only big --only growth --only stream"
bench: build
	Benchmarks/run $(BIN) $(BENCH)

clean:
	rm -rf .build dist $(DEMO)
