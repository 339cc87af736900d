# Needs python3 (3.11 or newer), pip and make; everything else is put into .venv from the locks.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.stamp
JOBS ?= 2
LOCK = env -u PIP_FIND_LINKS -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL -u UV_FIND_LINKS -u UV_INDEX -u UV_DEFAULT_INDEX \
	-u UV_INDEX_URL -u UV_EXTRA_INDEX_URL $(BIN)/uv pip compile --quiet --no-config --universal --fork-strategy fewest \
	--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'

.PHONY: help setup demo test lint types docs bench lock fmt
.DELETE_ON_ERROR:

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(MAKEFILE_LIST)

setup: $(STAMP) ## build .venv from requirements-dev.lock, once

$(STAMP): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Kawal Harga needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(STAMP) ## start, replay the real sample, show flagged sessions and a verified webhook (CHECK=1: then end)
	$(BIN)/kawal demo $(if $(CHECK),--check)

test: $(STAMP) ## the whole suite in JOBS=2 processes; ARGS="-k name" narrows it
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(ARGS)

lint: types ## style, layout, floors, types, sizes of files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/python -m pytest --quiet tests/test_house.py
	@echo 'lint: all green'

types: $(STAMP) ## mypy, strict
	$(BIN)/mypy

fmt: $(STAMP) ## put the layout right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(STAMP) ## write docs/settings.md, docs/cli.md, docs/features.md and docs/openapi.json anew
	$(BIN)/kawal docs

bench: $(STAMP) ## run one benchmark: NAME=line (default), ingest or scoring
	$(BIN)/kawal bench $(NAME)

# The development lock comes first: it holds everything, and the others may only choose from it.
lock: ## resolve the locks anew (UPGRADE=1: take newer versions)
	@test -x $(BIN)/uv || { echo 'make lock needs .venv: run make setup first'; exit 1; }
	$(LOCK) $(if $(UPGRADE),--upgrade) --extra dev pyproject.toml -o requirements-dev.lock
	$(LOCK) -c requirements-dev.lock pyproject.toml -o requirements.lock
	$(LOCK) -c requirements-dev.lock --extra postgres pyproject.toml -o requirements-postgres.lock
	$(LOCK) -c requirements-dev.lock --extra kafka pyproject.toml -o requirements-kafka.lock
	printf 'hatchling\n' | $(LOCK) -c requirements-dev.lock - -o requirements-build.lock
