# Everything a person needs to type. Each command sets up what it needs by itself.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

BIN := .venv/bin
CODE := $(wildcard src tests bench scripts)
READY := .venv/.ready
# Three of the sample's six leaders: one with a view, one who holds to the result, one who is in and out.
DEMO_LEADERS := --leader 0x0693e5d93f46f13e84ef17225710028ba6c1fea7 \
  --leader 0x52ca47c314a2d0e4db5a01aabd88716967201280 --leader 0x3615d0467cb864a5729e3a685d3d3720895f55b2

.PHONY: help install demo replay-demo run healthcheck check test trial mutants bench fix settings-doc lock clean
.PHONY: presets-doc
.PHONY: format lint types contracts tests-fast tests-slow

help:  ## list the commands
	@awk -F ':[^#]*## ' '/^[a-z-]+:[^#]*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

install: $(READY)  ## create .venv with the locked dependencies

demo: $(READY)  ## copy three leaders of a local market for a minute, live, on paper
	@$(BIN)/copydesk demo --seconds 60

replay-demo: $(READY)  ## replay a bundled sample of recorded trades and print the report
	@$(BIN)/copydesk replay --source sample:7:20000 $(DEMO_LEADERS) --set account.bankroll_usdc=10000 --plot

run: $(READY)  ## run any command: make run ARGS="replay --help"
	@$(BIN)/copydesk $(ARGS)

healthcheck: $(READY)  ## say whether the desk is well, by exit code
	@$(BIN)/copydesk healthcheck

check: format lint types contracts tests-fast  ## format, lint, types, contracts, fast tests

test: check tests-slow  ## everything: check and the slow tests

trial: $(READY)  ## ten hours of a local market on its worst days: every leader trade decided exactly once
	@$(BIN)/pytest -q -m trial tests/market/trial

mutants: $(READY)  ## plant every small bug in flow/decide: 95 of 100 must make a fast test fail
	@$(BIN)/python -m scripts.mutants

bench: $(READY)  ## measure the costs that matter, one JSON line each
	@$(BIN)/python scripts/bench.py

fix: $(READY)  ## repair what a tool can repair
	@$(BIN)/ruff check --fix $(CODE)
	@$(BIN)/ruff format $(CODE)

settings-doc: $(READY)  ## write docs/settings.md from the settings schema
	@$(BIN)/python scripts/settings_doc.py

presets-doc: $(READY)  ## write docs/presets.md: every preset over the recorded wallets
	@$(BIN)/python scripts/presets_doc.py

lock:  ## compile requirements/*.txt anew from pyproject.toml
	@scripts/lock.sh

clean:  ## remove everything the tools made
	@rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find src tests bench scripts -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

format: $(READY)
	@$(BIN)/ruff format --check $(CODE)

lint: $(READY)
	@$(BIN)/ruff check $(CODE)

types: $(READY)
	@$(BIN)/mypy $(CODE)

contracts: $(READY)
	@$(BIN)/lint-imports --no-logo

tests-fast: $(READY)
	@$(BIN)/pytest -q -n 2 -m "not slow and not trial"

tests-slow: $(READY)
	@$(BIN)/pytest -q -n 2 -m "slow and not trial"

$(READY): requirements/dev.txt pyproject.toml scripts/venv.sh
	@scripts/venv.sh
