# Surefoot: `make run` and `make test` are the two main commands. `make help` lists the others.
#
# The Python environment is in .venv and is rebuilt when a requirements file changes. Nothing else has to be installed
# to run the app. The tests also need a browser, PostgreSQL and a few libraries, which `make test` installs.

PORT ?= 8000
PYTHON ?= python3
# The size of the simulated year: `make simulate PATIENTS=50 DAYS=90`.
PATIENTS ?= 500
DAYS ?= 365
SEED ?= 1
# The checks to remove: `make mutate-access ONLY=patients/plans`; empty for all.
ONLY ?=
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
PYTEST := $(BIN)/python -m pytest
# Browser tests wait for much of their time: on two cores, three at once are an eighth faster than two; four are not.
BROWSER_WORKERS ?= 3
# A worker that has nothing left takes tests from another one's list: the longest browser tests are among the last.
BY_TEST := -n $(BROWSER_WORKERS) --dist worksteal
# Options of pytest that select browser tests. CI runs those marked both_databases on both databases, the others on
# PostgreSQL only.
BROWSER_TESTS ?=
# All tests of a file run in one worker, so that fixtures of a whole module (a migrated database, the messages of all
# sources) are built once. Files keep their order, since the slowest files are not those with the most tests.
BY_FILE := --dist loadfile --no-loadscope-reorder

# Stamp files: an environment that is older than its requirements file is rebuilt.
RUNTIME := $(VENV)/.runtime-installed
DEV := $(VENV)/.dev-installed

.DEFAULT_GOAL := help
.PHONY: help run test test-fast test-browser packages coverage mutate-access bench simulate resilience drill lint format check screenshots messages docs lock sbom clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- The environment -------------------------------------------------------------------------------------------------
$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Surefoot needs Python 3.11 or newer. Choose one with: make PYTHON=python3.11 …"; exit 1; }
	@echo "Making a Python environment in $(VENV) …"
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); echo "Is python3-venv installed?"; exit 1; }

$(RUNTIME): requirements.txt $(BIN)/pip
	@echo "Installing what Surefoot runs on (a minute or so, once) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@touch $@

$(DEV): requirements-dev.txt $(RUNTIME)
	@echo "Installing what checks it …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@touch $@

# --- Run -------------------------------------------------------------------------------------------------------------
run: export SUREFOOT_MODE = development
run: export SITE_URL ?= http://127.0.0.1:$(PORT)
run: $(RUNTIME) ## Start the app with a demo clinic at http://127.0.0.1:8000 (PORT=… changes it)
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) createcachetable
	@$(MANAGE) load_catalogue
	@$(MANAGE) seed_demo --if-empty
	@BIN=$(BIN) PORT=$(PORT) .ci/serve

# --- Test ------------------------------------------------------------------------------------------------------------
# Browser tests run in a separate process: their event loop would stay active in the workers of the other tests.
test: packages $(DEV) ## Run every test (DATABASE_URL chooses the database); a skipped test is a failure
	$(PYTEST) -n auto $(BY_FILE) $(UNIT_TESTS) --ignore=tests/functional --ignore=tests/benchmarks
	$(PYTEST) $(BY_TEST) $(BROWSER_TESTS) tests/functional

# Nothing here starts a browser or a PostgreSQL server, so neither has to be installed.
test-fast: $(DEV) ## Run the unit and view tests, without a browser: what to run all day
	@.ci/install --check fast
	$(PYTEST) -n auto $(BY_FILE) --ignore=tests/functional --ignore=tests/benchmarks -m "not postgresql"

packages: ## Install the Debian packages that the tests need and that are missing (as root or through sudo)
	@.ci/install

test-browser: $(DEV) ## Run only the browser tests; screenshots land in test-results/
	$(PYTEST) $(BY_TEST) $(BROWSER_TESTS) tests/functional

coverage: $(DEV) ## Show the lines that no test but the browser tests reaches
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest --ignore=tests/functional --ignore=tests/benchmarks
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

# In a copy of the source; it goes on where it was stopped. ONLY=… tries the checks of one file or function.
mutate-access: $(DEV) ## Remove each permission and scope check in turn and list the test that noticed (an hour, by hand)
	$(BIN)/python -m tests.infra.access_mutations --only "$(ONLY)"

bench: $(DEV) ## Measure speed and page weight, by hand: never part of the tests
	$(PYTEST) tests/benchmarks

# In a database of its own, beside the one of DATABASE_URL. It ends with an error if an offer was unsafe.
simulate: export SUREFOOT_MODE = test
simulate: $(RUNTIME) ## Simulate a year of 500 patients, and print unsafe offers, alerts and holds (takes an hour or more)
	$(MANAGE) simulate --patients $(PATIENTS) --days $(DAYS) --seed $(SEED) --processes $$(nproc)

# On empty databases of its own. Needs PostgreSQL and, for the full disk, root. Figures: docs/resilience.md.
resilience: $(DEV) ## Kill, freeze, fill and silence parts of a running installation, by hand (ONLY=kills runs one trial)
	$(BIN)/python -m tests.resilience $(ONLY)

# A copy is made and deleted again; the database itself is only read. Real clinics run `manage.py restore_drill`.
drill: export SUREFOOT_MODE = development
drill: $(RUNTIME) ## Back up the database, restore it into a scratch one, and compare the two
	$(MANAGE) restore_drill

# --- Check -----------------------------------------------------------------------------------------------------------
lint: $(DEV) ## Check style, format, the direction of imports and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/mypy

format: $(DEV) ## Put imports in order and format the code
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# The settings of a real clinic, with a secret that is used for this command only.
PRODUCTION = env SUREFOOT_MODE=production ALLOWED_HOSTS=plans.example.org SITE_URL=https://plans.example.org \
	SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
	MFA_ENCRYPTION_KEYS="$$($(BIN)/python -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())')" \
	DATABASE_URL=sqlite://:memory: STATIC_ROOT="$$static" $(MANAGE)
check: $(DEV) ## Check that it could be deployed: settings, migrations, static files
	@set -e; static="$$(mktemp -d)"; trap 'rm -rf "$$static"' EXIT; \
	echo "Settings of production …"; $(PRODUCTION) check --deploy --fail-level WARNING; \
	echo "Migrations …"; $(PRODUCTION) makemigrations --check --dry-run; \
	echo "Static files …"; $(PRODUCTION) collectstatic --no-input

# --- Make again ------------------------------------------------------------------------------------------------------
screenshots: $(DEV) ## Take README's pictures again, from the demo
	$(PYTEST) tests/functional/test_readme_pictures.py
	@mkdir -p docs/screenshots
	@for picture in test-results/readme-*.png; do cp "$$picture" "docs/screenshots/$${picture#test-results/readme-}"; done

messages: export SUREFOOT_MODE = development
messages: $(DEV) ## Collect the words to translate and compile the translations (needs gettext)
	$(MANAGE) makemessages --all --no-obsolete --add-location=file --ignore='.venv/*'
	$(MANAGE) compilemessages --ignore='.venv/*'

docs: export SUREFOOT_MODE = development
docs: $(RUNTIME) ## Write again the parts of docs/ that come from code
	$(MANAGE) generate_docs
	$(BIN)/python .ci/licences.py > docs/licences.md

lock: $(DEV) ## Write .ci/requirements.lock again: a hash of each file of each package (asks the package index)
	$(BIN)/uv pip compile requirements.txt --quiet --generate-hashes --no-deps --no-annotate --no-header \
		--python-version 3.11 --output-file .ci/requirements.lock

sbom: $(RUNTIME) ## Write the software bill of materials to test-results/sbom.json (CycloneDX)
	@mkdir -p test-results
	$(BIN)/python .ci/sbom > test-results/sbom.json

clean: ## Remove the environment and what tools left behind; the data in var/ stays
	rm -rf $(VENV) .import_linter_cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.* test-results
