"""Loaded before Django's settings (`-p tests.environment`): the tests' own environment and database server."""

import os
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

os.environ["PORTAL_ENV"] = "test"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs its own loop in the thread of the test
os.environ.setdefault("PORTAL_DATA_DIR", str(PROJECT / ".data" / "test"))
Path(os.environ["PORTAL_DATA_DIR"]).mkdir(parents=True, exist_ok=True)

from portal.machine.postgres import ensure_database_url  # noqa: E402

SERVER = ensure_database_url()
# Uploads, mails and queue of this run alone; the database server's folder is shared by all runs.
os.environ["PORTAL_DATA_DIR"] = tempfile.mkdtemp(prefix="run-", dir=os.environ["PORTAL_DATA_DIR"])
Path(os.environ["PORTAL_DATA_DIR"], "static").mkdir()
