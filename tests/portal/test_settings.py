"""What the environment makes of the settings, each in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "PORTAL_ENV": "production",
    "SECRET_KEY": "x" * 60,
    "DATABASE_URL": "postgres://nobody@127.0.0.1:9/none",
    "ALLOWED_HOSTS": "portal.example",
    "CELERY_BROKER_URL": "redis://127.0.0.1:9",
    "EMAIL_URL": "smtp://127.0.0.1:9",
}


def ask(tmp_path, expression: str, **environment: str) -> subprocess.CompletedProcess:
    """Print an expression of the settings `s`."""
    names = {name: value for name, value in environment.items() if value}
    return subprocess.run(
        [sys.executable, "-c", f"from portal import settings as s; print({expression})"],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], "PORTAL_DATA_DIR": str(tmp_path), **names},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_ignores_a_moved_clock(tmp_path):
    assert ask(tmp_path, "repr(s.PORTAL_NOW)", **PRODUCTION, PORTAL_NOW="2020-01-01").stdout == "''\n"
    demo = PRODUCTION | {"PORTAL_ENV": "demo"}
    assert ask(tmp_path, "s.PORTAL_NOW", **demo, PORTAL_NOW="2020-01-01").stdout == "2020-01-01\n"


def test_production_knows_no_demo_account(tmp_path):
    expression = "s.DEMO_ACCOUNTS, s.DEMO_PASSWORD, s.DEBUG, s.SESSION_COOKIE_SECURE"
    assert ask(tmp_path, expression, **PRODUCTION).stdout == "[]  False True\n"


@pytest.mark.parametrize("missing", ["SECRET_KEY", "DATABASE_URL"])
def test_what_production_needs_is_asked_for_by_name(tmp_path, missing):
    answer = ask(tmp_path, "s.DEBUG", **PRODUCTION | {missing: ""})
    assert answer.returncode != 0
    assert missing in answer.stderr.splitlines()[-1]


def test_production_wants_somewhere_for_mail_to_go(tmp_path):
    answer = ask(tmp_path, "1", **PRODUCTION | {"EMAIL_URL": ""})
    assert answer.returncode != 0
    assert answer.stderr.splitlines()[-1].endswith(
        "Mail has nowhere to go: set EMAIL_URL, or OUTBOX_JOURNAL to a folder."
    )
    journal = PRODUCTION | {"EMAIL_URL": "", "OUTBOX_JOURNAL": str(tmp_path / "mail")}
    assert ask(tmp_path, "s.EMAIL_BACKEND", **journal).stdout == "portal.outbox.backends.MaildirBackend\n"


def test_an_unknown_kind_of_environment_is_refused(tmp_path):
    assert "PORTAL_ENV is production, demo or test." in ask(tmp_path, "1", **PRODUCTION | {"PORTAL_ENV": "prod"}).stderr
