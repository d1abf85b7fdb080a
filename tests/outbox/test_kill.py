"""A worker is killed (`kill -9`) at the worst moments. One mail arrives, whatever happens."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from portal.outbox import tasks
from portal.outbox.enums import State
from portal.outbox.models import Message

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

PROJECT = Path(__file__).resolve().parent.parent.parent
LEASE_S = 2
PATIENCE_S = 30


@pytest.fixture
def worker(sink) -> Iterator[Callable[[Message], subprocess.Popen]]:
    """`worker(message)`: a process of its own that delivers it through the sink, on the database of the tests."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = os.environ | {
        "DATABASE_URL": database,
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        "OUTBOX_JOURNAL": str(sink.folder),
        "OUTBOX_LEASE_S": str(LEASE_S),
    }
    started = []

    def start(message: Message) -> subprocess.Popen:
        command = [sys.executable, "-m", "tests.outbox.worker", message.public_id]
        started.append(subprocess.Popen(command, cwd=PROJECT, env=environment))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def kill_when_reached(process: subprocess.Popen, sink) -> None:
    assert sink.reached.wait(PATIENCE_S), "the worker never reached the relay"
    process.kill()
    assert process.wait() == -9
    sink.stall = ""
    sink.released.set()


def sweep_until_settled(message: Message) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        tasks.sweep()
        message.refresh_from_db()
        if message.state not in {State.SENDING, State.QUEUED}:
            return
        time.sleep(0.2)


def test_a_worker_that_lives_sends(queued, sink, worker):
    message = queued()
    assert worker(message).wait(PATIENCE_S) == 0
    message.refresh_from_db()
    assert (message.state, len(sink.mails)) == (State.SENT, 1)


def test_killed_after_the_relay_accepted(queued, sink, worker):
    sink.stall = "DATA"
    message = queued()
    kill_when_reached(worker(message), sink)
    message.refresh_from_db()
    assert (message.state, len(sink.mails)) == (State.SENDING, 1)
    sweep_until_settled(message)
    assert (message.state, message.attempts, len(sink.mails)) == (State.SENT, 1, 1)


def test_killed_before_the_relay_had_the_text(queued, sink, worker):
    sink.stall = "RCPT"
    message = queued()
    kill_when_reached(worker(message), sink)
    assert sink.mails == []
    sweep_until_settled(message)
    assert (message.state, message.attempts, len(sink.mails)) == (State.SENT, 2, 1)


def test_control_without_the_look_up_nobody_knows(queued, sink, worker, settings):
    sink.stall = "DATA"
    message = queued()
    kill_when_reached(worker(message), sink)
    settings.OUTBOX_JOURNAL = ""
    sweep_until_settled(message)
    assert (message.state, len(sink.mails)) == (State.IN_DOUBT, 1)


def test_control_with_an_empty_journal_the_mail_would_go_out_twice(queued, sink, worker, settings, maildir_empty):
    sink.stall = "DATA"
    message = queued()
    kill_when_reached(worker(message), sink)
    settings.OUTBOX_JOURNAL = str(maildir_empty)
    sweep_until_settled(message)
    assert (message.state, len(sink.mails)) == (State.SENT, 2)


@pytest.fixture
def maildir_empty(tmp_path) -> Path:
    """A journal into which nobody copies anything."""
    folder = tmp_path / "elsewhere"
    for name in ("tmp", "new", "cur"):
        (folder / name).mkdir(parents=True)
    return folder
