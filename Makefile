# What there is to run. `make demo` and `make test` need nothing but python3, python3-venv and make.
PYTHON ?= python3
PORT ?= 8000
export PORT

BOOTSTRAP = @$(PYTHON) portal/machine/bootstrap.py
VENV = .venv/bin/python
MANAGE = $(VENV) manage.py
# Both cores, a file of tests staying on one of them.
PYTEST = $(VENV) -m pytest --numprocesses=2 --dist=loadfile
HOUSE = portal regions codeofconduct followups funding

.PHONY: help demo setup test test-all bench chaos chaos-naive lint lock messages installed
.PHONY: lint-style lint-types lint-rooms lint-templates lint-migrations lint-deploy
.DEFAULT_GOAL := help

help:
	@echo "make demo      install what is missing and serve the portal with sample data at http://localhost:$(PORT) (PORT=…)"
	@echo "make setup     the same without serving; afterwards every .venv/bin/python manage.py … works"
	@echo "make test      all tests but those marked long"
	@echo "make test-all  all tests"
	@echo "make bench     measures imports, exports, search and long documents, and writes docs/benchmarks.md"
	@echo "make chaos     kills workers and beat 200 times over 1 000 reminders: none lost, none twice (needs redis-server)"
	@echo "make lint      style, types, rooms and layers, templates, migrations, production settings"
	@echo "make messages  collect the texts to translate into the catalogues"
	@echo "make lock      write .requirements/ anew from pyproject.toml"

demo:
	$(BOOTSTRAP) demo
	@exec $(VENV) -m portal.machine.demo

setup:
	$(BOOTSTRAP) setup

test:
	$(BOOTSTRAP) test
	@$(PYTEST) -m "not long"

test-all:
	$(BOOTSTRAP) test-all
	@$(PYTEST)

# Minutes; it makes a register of its own and asserts nothing.
bench:
	$(BOOTSTRAP) test
	@$(VENV) -m tests.bench

# Some ten minutes on an idle machine. The control, with delivery as one would write it at first, has to fail.
chaos:
	$(BOOTSTRAP) test
	@$(VENV) -m tests.chaos

chaos-naive:
	$(BOOTSTRAP) test
	@$(VENV) -m tests.chaos --naive

# Each part by itself, so that `make --keep-going lint` finds everything at once.
lint: lint-style lint-types lint-rooms lint-templates lint-migrations lint-deploy

lint-style: installed
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

# The types of models are read off the settings; nothing is connected to.
lint-types: installed
	PORTAL_ENV=test DATABASE_URL=postgres://portal_app@127.0.0.1:9/portal .venv/bin/mypy $(HOUSE)

lint-rooms: installed
	.venv/bin/lint-imports

lint-templates: installed
	.venv/bin/djlint --lint --quiet templates

lint-migrations: installed
	$(MANAGE) makemigrations --check --dry-run

# Production's settings; nothing is connected to.
lint-deploy: installed
	PORTAL_ENV=production SECRET_KEY=$$($(VENV) -c "import secrets; print(secrets.token_urlsafe(64))") \
	  ALLOWED_HOSTS=portal.example PORTAL_BASE_URL=https://portal.example \
	  DATABASE_URL=postgres://portal_app@127.0.0.1:9/portal CELERY_BROKER_URL=redis://127.0.0.1:9/0 \
	  CACHE_URL=redis://127.0.0.1:9/1 EMAIL_URL=smtp+tls://portal:none@127.0.0.1:9 \
	  $(MANAGE) check --deploy --fail-level WARNING

installed:
	$(BOOTSTRAP) install

messages: installed
	$(MANAGE) collect_messages

# Exact versions with hashes, from whichever index this machine uses, which the files do not name.
lock:
	$(PYTHON) -m venv .data/lock
	.data/lock/bin/python -m pip install --quiet uv
	@for extras in "server:" "demo:--extra demo" "test:--extra demo --extra test"; do \
	  .data/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-emit-index-url --no-emit-find-links $${extras#*:} --output-file .requirements/$${extras%%:*}.txt pyproject.toml \
	    || exit 1; \
	done
