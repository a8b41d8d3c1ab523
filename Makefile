# Needs python3 (>= 3.11), make and git; everything else goes into .venv, as requirements.lock says.

PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv
IN_VENV := --python $(BIN)/python
ARGS ?=
# uv shall trust the certificates that this machine trusts, as git does.
export UV_SYSTEM_CERTS ?= 1
# Seconds for one file's bytecode: uv's 60 are too few on a crowded machine.
export UV_COMPILE_BYTECODE_TIMEOUT ?= 900

.PHONY: reproduce install test lint types contracts docs build lock clean
.DEFAULT_GOAL := reproduce

reproduce: install ## the main job: print both presets' verdicts, write out/
	$(BIN)/recette reproduce $(ARGS)

install: .venv/installed

# uv itself is taken from the lock, with its hashes; `uv pip sync` then keeps it.
.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
	  "recette needs Python 3.11 or newer and $(PYTHON) is %d.%d: try make PYTHON=python3.12" % sys.version_info[:2])'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	awk '/^uv==/ {uv = 1} uv; uv && !/\\$$/ {exit}' requirements.lock > .venv/uv.txt
	test -x $(UV) && $(UV) --version | grep -qF "$$(sed -n 's/^uv==\([^ ]*\).*/uv \1/p' .venv/uv.txt)" \
	  || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.txt
	$(UV) pip sync $(IN_VENV) --require-hashes --compile-bytecode requirements.lock
	$(UV) pip install $(IN_VENV) --no-deps --no-build-isolation --editable .
	@touch $@

test: install ## ARGS go to pytest: make test ARGS="tests/core -k svd"
	$(BIN)/pytest $(ARGS)

lint: install
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: install
	$(BIN)/mypy

contracts: install
	$(BIN)/lint-imports

docs: install
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

build: install ## wheel and sdist, into dist/
	$(BIN)/python -m build --no-isolation

lock: install ## newest versions that pyproject.toml allows, without index addresses
	$(UV) pip compile --quiet --upgrade --universal --generate-hashes --no-header \
	  --all-extras pyproject.toml --output-file requirements.lock

clean:
	rm -rf .venv dist out site .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
