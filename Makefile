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

.PHONY: help demo setup test test-all lint lock messages
.DEFAULT_GOAL := help

help:
	@echo "make demo      install what is missing and serve the portal with sample data at http://localhost:$(PORT) (PORT=…)"
	@echo "make setup     the same without serving; afterwards every .venv/bin/python manage.py … works"
	@echo "make test      all tests but those marked long"
	@echo "make test-all  all tests"
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

lint:
	$(BOOTSTRAP) install
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy $(HOUSE)
	.venv/bin/lint-imports
	.venv/bin/djlint --lint templates $(HOUSE)
	$(MANAGE) makemigrations --check --dry-run
	PORTAL_ENV=production SECRET_KEY=$$($(VENV) -c "import secrets; print(secrets.token_urlsafe(64))") \
	  ALLOWED_HOSTS=portal.example DATABASE_URL=postgres://nobody@127.0.0.1:9/none CELERY_BROKER_URL=redis://127.0.0.1:9 \
	  CACHE_URL=redis://127.0.0.1:9 EMAIL_URL=smtp+tls://nobody:none@127.0.0.1:9 OUTBOX_JOURNAL=.data/mail \
	  PORTAL_BASE_URL=https://portal.example $(MANAGE) check --deploy --fail-level WARNING

messages:
	$(BOOTSTRAP) install
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
