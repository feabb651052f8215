# Needs Python 3.11 or newer with venv and pip, and make. Everything else is installed into .venv, by hash.
PYTHON ?= python3
PORT ?= 8000
JOBS ?= 2
ROWS ?= 100000
ENGINE ?= sqlite postgresql
export PORT
export PYTHONDONTWRITEBYTECODE := # bytecode is kept: else each process that starts compiles all of it anew, 3 seconds of 5
BIN := .venv/bin
FLASK := $(BIN)/flask --app app
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.PHONY: help run pictures demo-reset test $(ENGINE:%=test-%) check format bench lock

help: ## say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

run: .venv/run.stamp ## install, migrate, load the sample bureau if the database is empty, serve on http://127.0.0.1:8000 (PORT=…)
	@$(FLASK) db upgrade heads
	@$(FLASK) demo load --if-empty
	@$(BIN)/python serve.py

demo-reset: .venv/run.stamp ## back to the fresh sample bureau
	@$(FLASK) db upgrade heads
	@$(FLASK) demo load --fresh

test: $(ENGINE:%=test-%) ## run all tests on both databases (ENGINE=sqlite or ENGINE=postgresql for one)

test-sqlite: .venv/dev.stamp
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal --engine=sqlite

test-postgresql: .venv/dev.stamp
	@$(BIN)/python -m pytest -n $(JOBS) --dist worksteal --engine=postgresql -m database

check: .venv/dev.stamp ## rules of the code: ruff, mypy, import-linter, djlint
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/djlint templates --lint --quiet

format: .venv/dev.stamp ## bring the code into its one form
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

bench: .venv/dev.stamp ## measure pages, search and saving (ROWS=20000 ends in a minute)
	@ROWS=$(ROWS) $(BIN)/python -m benchmarks.bench

pictures: .venv/dev.stamp ## draw docs/pictures anew (needs Chromium)
	@$(BIN)/python docs/make_pictures.py

lock: ## renew both lock files (needs uv)
	uv pip compile pyproject.toml --extra server --universal --python-version 3.11 --generate-hashes --no-annotate --quiet --upgrade --custom-compile-command "make lock" -o requirements.lock
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes --no-annotate --quiet --upgrade --custom-compile-command "make lock" -o requirements-dev.lock

.venv/run.stamp: requirements.lock | .venv/bin/python
	@$(INSTALL) -r requirements.lock
	@touch $@

.venv/dev.stamp: requirements-dev.lock | .venv/bin/python
	@$(INSTALL) -r requirements-dev.lock
	@touch $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: PYTHON=python3.12 make …" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }
