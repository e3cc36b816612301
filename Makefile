# Every target makes the .venv that it needs; nothing outside this folder is touched.

PYTHON ?= python3
BIN := .venv/bin
LOWEST := .venv-lowest/bin
WORKERS ?= 2
SIDE_BY_SIDE = --numprocesses $(WORKERS) --dist loadgroup
PYTEST = $(BIN)/python -m pytest $(SIDE_BY_SIDE)
# T=count: tests/test_count*.py; anything else is given to pytest as it is (a file, tests/test_cli.py::test_top_and_sort).
PART = $(if $(T),$(or $(wildcard tests/test_$(T)*.py),'$(T)'))

# Python need not parse the tests anew each time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow test-all test-nojit test-lowest watch lint format bench faults docs pictures clean

help: ## show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

demo: .venv/run ## find the words of the bundled corpus (3 MB of Chinese statutes)
	$(BIN)/nlpkit discover tests/data/laws.txt --top 30
	$(BIN)/nlpkit discover tests/data/laws.txt --new-only --top 30 -f words -q | paste -s -d ' ' -

test: .venv/dev ## run the fast tests (T=segmentation: those of one part; WORKERS=4: four side by side)
	$(PYTEST) -m 'not slow' $(PART)

test-slow: .venv/dev ## run the slow tests: clusters, every fault, peak memory, cold caches
	$(PYTEST) -m slow $(PART)

test-all: .venv/dev ## run all tests
	$(PYTEST) $(PART)

test-nojit: .venv/dev ## run the tests of kernels on small data with kernels as plain Python
	NUMBA_DISABLE_JIT=1 $(PYTEST) -m 'not slow' $(PART)

test-lowest: ## run the fast tests with the oldest dependencies that setup.cfg allows
	$(PYTHON) -m venv .venv-lowest
	sed -n 's/^    \(backports.zstd\|charset-normalizer\|click\|jieba\|numba\|numpy\|orjson\|platformdirs\|pyarrow\|regex\|tqdm\)>=/\1==/p' setup.cfg > .venv-lowest/constraints.txt
	$(LOWEST)/python -m pip install --quiet --constraint .venv-lowest/constraints.txt --editable '.[test]'
	NUMBA_CACHE_DIR="$(CURDIR)/.venv-lowest/kernels" $(LOWEST)/python -m pytest $(SIDE_BY_SIDE) -m 'not slow' $(PART)

watch: .venv/watch ## run the fast tests of one part (T=segmentation) whenever a Python file changes
	$(BIN)/watchfiles --filter python "$(BIN)/python -m pytest -m 'not slow' $(PART)" nlpkit tests

lint: .venv/dev ## check format, style, types, imports, and that generated docs are fresh
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.cli_page | diff -u docs/cli.md - || { echo 'docs/cli.md is stale: run `make docs`'; false; }
	$(BIN)/python -m tests.file_table --check

format: .venv/dev ## format the code
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: .venv/bench ## measure nlpkit and its peers side by side
	$(BIN)/python -m tests.benchmarks

faults: .venv/dev ## cause every fault and write docs/reliability.md anew (Linux)
	$(BIN)/python -m tests.faults > docs/reliability.new
	mv docs/reliability.new docs/reliability.md

docs: .venv/dev ## write docs/cli.md and the table of files anew
	$(BIN)/python -m tests.cli_page > docs/cli.md
	$(BIN)/python -m tests.file_table

pictures: .venv/dev ## write docs/pictures anew from the bundled data (needs Chromium)
	$(BIN)/python -m tests.pictures

clean: ## remove everything that was made
	rm -rf .venv .venv-lowest build dist *.egg-info .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache
	find nlpkit tests -name __pycache__ -type d -exec rm -rf {} +

# What is installed follows setup.cfg; the stamp is made last, so that a broken installation is made again.
.venv/bin/python:
	@echo 'installing into .venv (first run only)...'
	$(PYTHON) -m venv .venv

.venv/run: setup.cfg pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

.venv/dev: setup.cfg pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[test,lint,pandas]'
	@touch $@ .venv/run

.venv/watch: .venv/dev
	$(BIN)/python -m pip install --quiet --editable '.[watch]'
	@touch $@

.venv/bench: .venv/dev
	$(BIN)/python -m pip install --quiet --editable '.[bench]'
	@touch $@
