.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory
# What each of many short processes would compile anew.
unexport PYTHONDONTWRITEBYTECODE

PYTHON := .venv/bin/python
MANAGE := $(PYTHON) manage.py
POSTGRES := $(PYTHON) -m lockbox_site.postgres
PACKAGES := requirements-dev.txt
PYTEST_ARGS ?=
MOMENT ?=
FOLDER ?=
NPM := npm ci --prefix tests --ignore-scripts --no-audit --no-fund --loglevel=error

STATIC := $(wildcard */static/*/*)
CATALOGUES := $(wildcard lockbox_site/locale/*/LC_MESSAGES/django.po)
MAKEMESSAGES := manage.py makemessages --no-location --no-obsolete \
	--ignore=.venv --ignore=tests --ignore=node_modules --ignore=static
UV := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make pins"
# Of others, whose packages can't stand beside ours: an environment of their own.
STRANGERS := tests/audit_app/strangers
EARK := tests/archive/eark

# Looks like production, connects to nothing: the checks read settings only.
DEPLOYED := \
	LOCKBOX_SECRET_KEY=a-dummy-of-sufficient-length-0123456789-abcdefghijklmnop \
	LOCKBOX_HOSTS=lockbox.example.se LOCKBOX_PROXY=1 \
	LOCKBOX_OIDC_ISSUER=https://sign-in.example.se LOCKBOX_OIDC_CLIENT_ID=lockbox \
	LOCKBOX_OIDC_CLIENT_SECRET=x \
	DATABASE_URL=postgresql://lockbox_owner@/lockbox?host=/nowhere \
	APP_DATABASE_URL=postgresql://lockbox_app@/lockbox?host=/nowhere \
	AUDITOR_DATABASE_URL=postgresql://lockbox_auditor@/lockbox?host=/nowhere

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' \
		$(firstword $(MAKEFILE_LIST))

.PHONY: run
run: PACKAGES = requirements-local.txt
run: site ## Start the demo (PORT=8001 for another port); prints whom to sign in as
	@exec $(MANAGE) serve --demo

.PHONY: test
test: site tools ## Test every rule, as CI (PYTEST_ARGS="-k name"; MOMENT=2027-10-31T02:30: as if it were then)
	@$(PYTHON) -m tests.run --folder "$(FOLDER)" --moment "$(MOMENT)" $(PYTEST_ARGS)

.PHONY: test-all
test-all: site tools ## Every test there is, for more than half an hour (FOLDER=law: those of tests/law)
	@$(PYTHON) -m tests.run all --folder "$(FOLDER)" --moment "$(MOMENT)" $(PYTEST_ARGS)

# What the tests borrow of Node.js, and of others; without it they say what was skipped.
.PHONY: tools
tools: venv
	@cmp -s $(STRANGERS)/requirements.txt .venv/strangers/installed || \
		{ $(PYTHON) -m venv --clear .venv/strangers && \
			.venv/strangers/bin/python -m pip install --quiet --require-hashes \
				--disable-pip-version-check -r $(STRANGERS)/requirements.txt && \
			cp $(STRANGERS)/requirements.txt .venv/strangers/installed; } || true
	@cmp -s $(EARK)/requirements.txt .venv/eark/installed || \
		{ $(PYTHON) -m venv --clear .venv/eark && \
			.venv/eark/bin/python -m pip install --quiet --require-hashes --no-deps \
				--disable-pip-version-check -r $(EARK)/requirements.txt && \
			cp $(EARK)/requirements.txt .venv/eark/installed; } || true
	@cmp -s tests/package-lock.json tests/node_modules/lock || \
		{ command -v npm >/dev/null && $(NPM) && \
			cp tests/package-lock.json tests/node_modules/lock; } || true

.PHONY: release
release: site tools ## Build dist/lockbox-VERSION.tar.gz, all that a server needs
	@.ci/release

.PHONY: install-test
install-test: release ## Follow the guide on a bare Debian; upgrade (root, mmdebstrap)
	@LOCKBOX_RELEASE=$$(ls -t $(CURDIR)/dist/lockbox-*.tar.gz | head -n 1) \
		$(PYTHON) -m pytest tests/install -n 2 -vv -rP $(PYTEST_ARGS)

.PHONY: attack
attack: site ## Let one person, everybody, and who holds a key try everything (ATTACK_STEPS=10000)
	@ATTACK_STEPS=$${ATTACK_STEPS:-10000} $(PYTHON) -m pytest tests/attack -s $(PYTEST_ARGS)

.PHONY: check
check: lint types imports collect schema texts deploy ## All that CI checks before the tests

.PHONY: lint
lint: venv ## Style, likely mistakes and the rules of the house (ruff, djade, tests/house)
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@find templates -name '*.html' -exec .venv/bin/djade --check {} +
	@$(PYTHON) -m pytest -q tests/house

.PHONY: types
types: venv ## Type hints (mypy)
	@$(PYTHON) -m mypy lockbox_site requests_app audit_app

.PHONY: imports
imports: venv ## Imports point one way (import-linter)
	@.venv/bin/lint-imports

# A whole run of the tests would tell it later; and the lists of tests/tiers.py name tests.
.PHONY: collect
collect: venv ## Every test module imports
	@found=$$($(PYTHON) -m pytest --collect-only -qq 2>&1) || \
		{ echo "$$found" | tail -n 60; exit 1; }

# It would also ask a database which migrations it has had; what lies in the local one
# is no matter here.
.PHONY: schema
schema: venv ## Every change of a model has its migration
	@$(DEPLOYED) $(PYTHON) -W "ignore:Got an error checking a consistent migration" \
		manage.py makemigrations --check --dry-run

.PHONY: texts
texts: venv ## Every text has its Swedish
	@$(PYTHON) .ci/messages.py $(MAKEMESSAGES)

.PHONY: deploy
deploy: venv ## The settings would do for production (needs age)
	@umask 077; folder=$$(mktemp -d); trap 'rm -r "$$folder"' EXIT; \
	echo a-dummy-of-sufficient-length-0123456789 >"$$folder/sealing.key"; \
	echo age1qvy9742tzaadrw9pn6kmwe2u9sg3ztc5jy5pjvsvhajhk6ehn9rq2fjtct >"$$folder/backup.pub"; \
	$(DEPLOYED) LOCKBOX_SEALING_KEY="$$folder/sealing.key" \
		LOCKBOX_BACKUP_RECIPIENTS="$$folder/backup.pub" \
		$(MANAGE) check --deploy --fail-level WARNING

.PHONY: guard
guard: venv ## Write the migration of changed guards (NAME=what_it_does)
	@$(MANAGE) guard $(NAME)

.PHONY: messages
messages: venv ## Collect new texts for translation (needs gettext)
	@$(PYTHON) $(MAKEMESSAGES) --locale sv

.PHONY: pins
pins: ## Pin the packages of pyproject.toml anew (needs uv)
	@command -v uv >/dev/null || { echo "uv is missing: pip install uv"; exit 1; }
	@$(UV) pyproject.toml --output-file requirements.txt
	@$(UV) pyproject.toml --extra local --output-file requirements-local.txt
	@$(UV) pyproject.toml --extra dev --output-file requirements-dev.txt
	@$(UV) --group pyproject.toml:strangers --output-file $(STRANGERS)/requirements.txt
	@$(UV) --group pyproject.toml:eark --override $(EARK)/overrides.txt \
		--output-file $(EARK)/requirements.txt

.PHONY: start
start: venv ## Start the local database alone
	@$(POSTGRES) start >/dev/null

.PHONY: stop
stop: venv ## Stop the local database
	@$(POSTGRES) stop

.PHONY: destroy
destroy: venv ## Remove the local database with all it holds
	@$(POSTGRES) destroy

.PHONY: venv
venv:
	@.ci/bootstrap $(PACKAGES)

.PHONY: site
site: venv $(CATALOGUES:.po=.mo) static/staticfiles.json

static/staticfiles.json: requirements.txt lockbox_site/settings.py $(STATIC) | venv
	@$(MANAGE) collectstatic --noinput --verbosity 0

%.mo: %.po | venv
	@test -w $(@D) || { echo "lockbox: this user may not write in $(@D)" >&2; exit 1; }
	@$(PYTHON) -m babel.messages.frontend --quiet compile -i $< -o $@
