# Code & Place. `make run` sets everything up and runs the main job; `make test` sets up and tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Tests wait as much as they compute: more processes than this machine has processors.
WORKERS ?= 3
CATALOGUES := $(wildcard web/translations/*/LC_MESSAGES/messages.po)
.DEFAULT_GOAL := help

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/run.stamp $(CATALOGUES:.po=.mo)  ## Set up and start site and kiosk (CAMERA=<index|file|url> chooses the camera)
	@PYTHON=$(PYTHON) scripts/system-packages run
	@$(BIN)/python -m demo

# Types and contracts are looked at beside the tests, on the processor that waiting tests leave; both must pass.
test: $(VENV)/dev.stamp $(CATALOGUES:.po=.mo) style  ## Set up, check and run all tests
	@PYTHON=$(PYTHON) scripts/system-packages test
	@$(MAKE) --no-print-directory --jobs=2 types pytest

check: style types  ## Check format, lint, types and import contracts

style: $(VENV)/dev.stamp
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: $(VENV)/dev.stamp
	@$(BIN)/mypy
	@$(BIN)/lint-imports

pytest: $(VENV)/dev.stamp $(CATALOGUES:.po=.mo)
	@$(BIN)/python -m pytest -n $(WORKERS)

format: $(VENV)/dev.stamp  ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(VENV)/dev.stamp  ## Print the figures of the reading bench on a generated clip
	@$(BIN)/python -m demo clip --out var/bench.avi
	@$(BIN)/python -m bench reading --clip var/bench.avi

screens: $(VENV)/dev.stamp $(CATALOGUES:.po=.mo)  ## Make the pictures of the documentation anew
	@$(BIN)/python -m demo.screens
	@$(BIN)/python -m demo.kiosk_screens --out docs/kiosk
	@$(BIN)/python -m demo.prints --out docs/prints

translations: $(VENV)/dev.stamp  ## Collect the sentences of the pages into the catalogues
	@$(BIN)/pybabel -q extract -F babel.cfg -k _l -k lazy_gettext --omit-header --no-location -o var/messages.pot web
	@$(BIN)/pybabel -q update -i var/messages.pot -d web/translations --no-fuzzy-matching --width 100

lock:  ## Write the lock files anew after a change to requirements*.txt
	@PYTHON=$(PYTHON) scripts/lock

sbom:  ## Write what the service consists of to var/sbom.json (CycloneDX)
	@PYTHON=$(PYTHON) scripts/sbom

audit:  ## Look for known holes in the packages of the lock file (needs the network)
	@PYTHON=$(PYTHON) scripts/audit

clean:  ## Remove everything that was made, but keep var/ (your data)
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit("Code & Place needs Python 3.11 or newer." if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run.stamp: $(VENV)/python.stamp requirements.lock
	@echo "Installing Python packages (a minute or two) …"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp requirements-dev.lock
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

%.mo: %.po $(VENV)/run.stamp
	@$(BIN)/pybabel -q compile -i $< -o $@ -l $(notdir $(patsubst %/LC_MESSAGES/messages.po,%,$<))

.PHONY: help run test check style types pytest format bench screens translations lock sbom audit clean
