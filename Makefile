# hubfinder: `make run` and `make test` are all you need. `make help` lists the rest.
# Every step leaves a stamp, so that the second run is quick.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
ADDRESS ?= 127.0.0.1:8000
WORKERS ?= 2
THREADS ?=
# make test TESTS=tests/web PYTEST=-x runs only some, and stops at the first failure.
TESTS ?= tests
PYTEST ?= -n 2 --dist loadfile

# The environment may name other package indexes; pip then still takes only what the hashes allow.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
PIP_INSTALL := $(BIN)/python -m pip install -qq --require-hashes

RUNTIME := $(VENV)/.stamp-runtime
DEVELOPMENT := $(VENV)/.stamp-development
NODE_MODULES := node_modules/.stamp
ASSETS := hubfinder/static/build/manifest.json
TRANSLATIONS := $(patsubst %.po,%.mo,$(wildcard hubfinder/translations/*/LC_MESSAGES/*.po))
ASSET_SOURCES := $(shell find hubfinder/static/src -type f 2>/dev/null) hubfinder/sheets/assets.json scripts/build_assets.mjs

.PHONY: run setup test sure bench faults relevance help lint types format imports assets lock clean packages

run: $(RUNTIME) $(ASSETS) $(TRANSLATIONS) ## Set everything up, load the demonstration area and serve it on http://127.0.0.1:8000
	@. scripts/lib.sh
	say "Database, demonstration area and search index"
	$(BIN)/hubfinder demo
	say "Serving (Ctrl-C stops it)"
	export HUBFINDER_PUBLIC_ADDRESS="$${HUBFINDER_PUBLIC_ADDRESS:-http://$(ADDRESS)}" # where the codes on sheets lead
	exec $(BIN)/hubfinder serve --bind $(ADDRESS) --workers $(WORKERS) $(if $(THREADS),--threads $(THREADS))

setup: $(DEVELOPMENT) $(ASSETS) $(TRANSLATIONS) ## Only set up: virtual environment, locked dependencies, browser assets
	@. scripts/lib.sh
	say "Set up"

test: setup packages ## Set up what the tests need (PostgreSQL, PostGIS and Chromium too) and run them all
	@scripts/postgres.sh $(BIN)/python -m pytest $(PYTEST) $(TESTS)

sure: ## What CI runs: format, lint, types, import contracts, tests
	@.ci/run

bench: setup packages ## Run the benchmarks in bench/
	@scripts/postgres.sh $(BIN)/python -m bench $(BENCH)

faults: setup packages ## A thousand kills and a hundred power cuts; can be stopped and gone on with (FAULTS=anew begins anew)
	@$(BIN)/python -m tests.faults $(FAULTS)

relevance: setup ## Ask the judged queries of the demonstration area (RELEVANCE=--misses prints what is not answered)
	@$(BIN)/python -m tests.relevance $(RELEVANCE)

lint: $(DEVELOPMENT) ## Check format and lint
	@$(BIN)/ruff format --check --output-format concise .
	$(BIN)/ruff check --output-format concise .

types: $(DEVELOPMENT) ## Check types
	@$(BIN)/mypy

imports: $(DEVELOPMENT) ## Check that imports point one way
	@$(BIN)/lint-imports --no-logo --no-cache

format: $(DEVELOPMENT) ## Put the code into its standard format
	@$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

assets: $(ASSETS) ## Build the browser assets

packages: ## Install the Debian packages the tests need, where they are missing
	@scripts/debian_packages.sh

lock: ## Write the lock files again (make lock UPGRADE=--upgrade for newer versions)
	@scripts/lock.sh $(UPGRADE)
	npm install --package-lock-only

clean: ## Remove what make wrote, but no data
	rm -rf $(VENV) node_modules hubfinder/static/build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

help: ## List the targets
	@sed -nE 's/^([a-z]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r name words; do
		printf '  make %-9s %s\n' "$$name" "$$words"
	done

$(BIN)/python:
	@scripts/python_environment.sh $(VENV)

$(RUNTIME): requirements.lock pyproject.toml | $(BIN)/python
	@. scripts/lib.sh
	say "Python packages"
	$(PIP_INSTALL) -r requirements.lock
	$(BIN)/python -m pip install -qq --no-index --no-deps --no-build-isolation --editable .
	touch $@

$(DEVELOPMENT): requirements-dev.lock $(RUNTIME)
	@. scripts/lib.sh
	say "Python packages for development"
	$(PIP_INSTALL) -r requirements-dev.lock
	touch $@

$(NODE_MODULES): package.json package-lock.json .npmrc scripts/node.sh | $(BIN)/python
	@scripts/node.sh npm ci --no-progress --loglevel=error
	touch $@

$(ASSETS): $(NODE_MODULES) $(ASSET_SOURCES)
	@scripts/node.sh node scripts/build_assets.mjs

%.mo: %.po | $(RUNTIME)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
