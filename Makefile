# Every target does its own set-up: with Python >= 3.11 and make, nothing else is needed.
PYTHON ?= python3
VENV   ?= .venv
JOBS   ?=
R      ?=
ARGS   ?=

BIN     := $(VENV)/bin
LOCK    := requirements.lock
# the lock constrains every install, so that each file is pinned and its hash is checked
INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python --constraint $(LOCK)
RUN     := $(BIN)/engagement run $(R) $(if $(JOBS),--jobs $(JOBS)) $(ARGS)

.DEFAULT_GOAL := help
.PHONY: help reports test test-slow check mutate format nbval notebooks verify lab bench lock clean

help:  ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

$(BIN)/uv: $(LOCK)
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "Python 3.11 to 3.13 is needed, $$($(PYTHON) --version) was found; try: make PYTHON=python3.12 ..." >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	@sed -n '/^uv==/,/[^\\]$$/p' $(LOCK) > $(VENV)/uv.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.txt
	@touch $@

$(VENV)/.core: $(BIN)/uv
	$(INSTALL) -r pyproject.toml
	$(INSTALL) --no-deps -e .
	@touch $@

$(VENV)/.test: $(VENV)/.core
	$(INSTALL) -r pyproject.toml --extra postgres --extra spark --extra dask --extra hubspot --extra serve --extra test --extra dev
	@touch $@

$(VENV)/.lab: $(VENV)/.core
	$(INSTALL) -r pyproject.toml --extra lab
	@touch $@

reports: $(VENV)/.core  ## Publish every report to reports/_site (some: R="ping_engagement ...")
	@$(RUN)

test: $(VENV)/.test  ## The tests, under 10 minutes on 2 cores
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not slow" $(ARGS)

test-slow: $(VENV)/.test  ## The tests that take longer
	$(BIN)/python -m pytest -m slow --timeout 3600 $(ARGS)

check: $(VENV)/.test  ## Lint, format, types, layers, notebook hygiene, rules of the house
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m engagement_utils.suite.hygiene notebooks
	$(BIN)/python -m tests.checks

mutate: $(VENV)/.test  ## Which changes of a module its tests notice: ARGS="engagement_utils/inference/means.py"
	$(BIN)/python -m tests.checks.mutate $(ARGS)

format: $(VENV)/.test  ## Put code and imports into the house format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

nbval: $(VENV)/.test  ## Run the notebooks and hold them to their stored tables
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -p no:cacheprovider --nbval-lax --nbval-current-env --nbval-sanitize-with tests/nbval.cfg notebooks

notebooks: $(VENV)/.core  ## Run the notebooks with their defaults and store their outputs in them
	$(BIN)/python -m engagement_utils.suite.store notebooks

verify: $(VENV)/.test  ## Make every report twice, in two places, and compare every byte (some: R="...")
	$(BIN)/engagement verify $(R) $(ARGS)

lab: $(VENV)/.lab  ## JupyterLab on the same environment
	$(BIN)/jupyter lab notebooks

$(VENV)/.bench: $(VENV)/.test
	$(INSTALL) -r pyproject.toml --extra bench
	@touch $@

bench: $(VENV)/.bench  ## The benchmarks, into docs/benchmarks.md
	$(BIN)/python -m benchmarks $(ARGS)

lock: $(VENV)/.core  ## Compile requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate $(ARGS) pyproject.toml --output-file $(LOCK)

clean:  ## Remove the environment, the cache and the built site
	rm -rf $(VENV) .cache reports/_site reports/.staging notebooks/_output .pytest_cache .ruff_cache .mypy_cache .grimp_cache .import_linter_cache
