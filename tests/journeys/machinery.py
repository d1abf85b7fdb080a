"""The portal as real processes on the test's database: web, workers and beat, which a test may kill."""

import http.client
import os
import signal
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection
from playwright.sync_api import Page

from regions.models import User
from tests.conftest import log_in_at
from tests.machine.processes import eventually, free_port

PROJECT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


class Portal:
    """`start("web", "worker", "worker", "beat")`, `kill("worker")`; `now` is PORTAL_NOW of what is started next."""

    def __init__(self, folder: Path, *, smtp_port: int, journal: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.now = ""
        self.running: list[tuple[str, subprocess.Popen]] = []
        database = urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + connection.settings_dict["NAME"]).geturl()
        self.environment = os.environ | {
            "DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
            "OUTBOX_JOURNAL": str(journal),
            "OUTBOX_LEASE_S": "6",
            "REMINDER_TICK_S": "1",
            "SWEEP_S": "2",
            "PORTAL_BASE_URL": self.url,
        }

    def command(self, name: str) -> list[str]:
        celery = [str(BIN / "celery"), "-A", "portal"]
        return {
            "web": [str(BIN / "gunicorn"), "portal.wsgi", f"--bind=127.0.0.1:{self.port}", "--threads=4"],
            "worker": [*celery, "worker", "--queues=celery,pdf", "--concurrency=1", "--loglevel=WARNING"],
            "beat": [*celery, "beat", f"--schedule={self.folder / 'beat'}", "--loglevel=WARNING"],
        }[name]

    def start(self, *names: str) -> None:
        """Each program leads a process group of its own, so that killing it takes its children along."""
        for name in names:
            with (self.folder / f"{name}.log").open("ab") as log:
                process = subprocess.Popen(
                    self.command(name),
                    cwd=PROJECT,
                    env=self.environment | {"PORTAL_NOW": self.now},
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            self.running.append((name, process))
        if "web" in names:
            assert eventually(self.answers, 60), (self.folder / "web.log").read_text()

    def answers(self) -> bool:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as web:
                web.request("GET", "/livez")
                return web.getresponse().status == 200
        except OSError:
            return False

    def kill(self, *names: str, how: signal.Signals = signal.SIGKILL) -> None:
        """End all programs of these names at once, by default as `kill -9` does."""
        hit = [process for name, process in self.running if name in names]
        self.running = [(name, process) for name, process in self.running if name not in names]
        for process in hit:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, how)
        for process in hit:
            process.wait(30)

    def fallen(self) -> dict[str, str]:
        """What ended by itself, each with what it said last."""
        return {
            name: (self.folder / f"{name}.log").read_text()[-5_000:]
            for name, process in self.running
            if process.poll() is not None
        }

    def stop(self) -> None:
        self.kill("web", "worker", "beat")

    def log_in(self, page: Page, user: User) -> None:
        log_in_at(self.url, page, user)
