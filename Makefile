# Everything that is done with this repository, one target each.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3.12 python3.11 python3
VENV ?= .venv
# Debian packages behind some tests: Chromium reads the pages as a person would, curl calls as the README does,
# PostgreSQL keeps what the service stores where several machines share it.
SYSTEM_PACKAGES := chromium curl fonts-liberation postgresql

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
# setuptools warns of every editable install that a folder may hide a package; here both are the same.
INSTALL_PROJECT := PYTHONWARNINGS='ignore:Editable installation' $(PIP) install --no-deps --no-build-isolation --editable .
# Material and mkdocs 1.6 each announce an incompatible mkdocs 2; both are pinned here.
export NO_MKDOCS_2_WARNING := 1
export DISABLE_MKDOCS_2_WARNING := true

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(BIN)/python:
	@python="$$(sh scripts/find_python.sh $(PYTHON))"; echo "creating $(VENV) with $$python"; "$$python" -m venv $(VENV)

$(VENV)/.build: requirements-build.lock | $(BIN)/python
	@$(PIP) install --require-hashes -r $<
	@touch $@

$(VENV)/.run: requirements.lock pyproject.toml $(VENV)/.build
	@echo "installing what the service needs"
	@$(PIP) install --require-hashes --no-build-isolation -r $<
	@$(INSTALL_PROJECT)
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml $(VENV)/.build
	@echo "installing what the service and its tests need"
	@$(PIP) install --require-hashes --no-build-isolation -r $<
	@$(INSTALL_PROJECT)
	@touch $@ $(VENV)/.run

run: $(VENV)/.run kb docs  ## build the pages and start the service on HOST:PORT (127.0.0.1:8080)
	@exec $(BIN)/whydenied serve

kb: $(VENV)/.run  ## build the knowledge base into build/kb
	@$(BIN)/python -m kb.build

docs: $(VENV)/.run  ## build the manual into build/docs
	@$(BIN)/mkdocs --quiet build --strict --config-file docs/mkdocs.yml

test: system-packages check  ## install what the tests need, then check everything

system-packages:  ## install the Debian packages behind the tests, where that is allowed
	@sh scripts/install_system_packages.sh $(SYSTEM_PACKAGES)

check: $(VENV)/.dev  ## format, lint, types, import contracts, pages, contract, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(MAKE) --no-print-directory kb docs openapi-check
	$(BIN)/pytest -n 2

openapi: $(VENV)/.run  ## write openapi.yaml from the schemas
	@$(BIN)/whydenied openapi openapi.yaml

openapi-check: $(VENV)/.dev  ## compare openapi.yaml with the schemas, and validate it
	@mkdir -p build
	@$(BIN)/whydenied openapi build/openapi.yaml
	@diff -u openapi.yaml build/openapi.yaml || { echo "openapi.yaml is behind the schemas: make openapi"; exit 1; }
	@$(BIN)/python -W ignore -m openapi_spec_validator openapi.yaml

format: $(VENV)/.dev  ## format the code and apply the safe fixes
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

new-cause: $(VENV)/.run  ## write the three files of a new cause: make new-cause ID=some-cause
	@$(BIN)/python scripts/new_cause.py "$(ID)"

bench: bench-evaluate bench-interpret bench-diagnosis  ## run every benchmark

bench-evaluate: $(VENV)/.dev  ## measure how fast requests are decided, beside the peers
	@$(BIN)/python -m bench.evaluate

bench-interpret: $(VENV)/.dev  ## measure how fast errors are read
	@$(BIN)/python -m bench.interpret

bench-diagnosis: $(VENV)/.dev  ## break allowed requests in known ways and score causes and fixes
	@$(BIN)/python -m bench.diagnosis

bench-globs: $(VENV)/.dev  ## measure that no pattern costs more than its length times the text's
	@$(BIN)/python -m bench.globs

mutation: $(VENV)/.dev  ## break rules one at a time and see that the tests notice each
	@$(BIN)/python scripts/mutation_check.py

# One resolution serves both Pythons; no file names a package index.
UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock"

lock: $(VENV)/.dev  ## resolve the dependencies again: make lock [UPGRADE=--upgrade]
	@$(UV_COMPILE) $(UPGRADE) requirements-build.in -o requirements-build.lock
	@$(UV_COMPILE) $(UPGRADE) --extra postgres pyproject.toml -o requirements.lock
	@$(UV_COMPILE) $(UPGRADE) --extra postgres --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:  ## remove what was built, but not the environment
	@rm -rf build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -not -path "./$(VENV)/*" -prune -exec rm -rf {} +

.PHONY: help run kb docs test system-packages check openapi openapi-check format new-cause bench \
	bench-evaluate bench-interpret bench-diagnosis bench-globs mutation lock clean
