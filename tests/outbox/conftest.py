import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection

from portal.outbox import journal
from portal.outbox.actions import queue_mail
from portal.outbox.models import Message
from tests.outbox.sink import Sink


@pytest.fixture
def maildir(tmp_path, settings) -> Path:
    """The machine without a relay: mail goes into the journal itself."""
    settings.EMAIL_BACKEND = journal.MAILDIR_BACKEND
    settings.OUTBOX_JOURNAL = str(tmp_path / "mail")
    return tmp_path / "mail"


@pytest.fixture
def sink(tmp_path, settings) -> Iterator[Sink]:
    """A relay that copies what it accepts into the journal."""
    sink = Sink(tmp_path / "journal")
    sink.controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    settings.EMAIL_TIMEOUT = 5
    settings.OUTBOX_JOURNAL = str(sink.folder)
    yield sink
    sink.released.set()
    sink.controller.stop()


@pytest.fixture
def queued(db) -> Callable[..., Message]:
    """`queued(subject="…")`: a message in the outbox, due now."""

    def queue(**fields) -> Message:
        fields = {"to": "someone@test.example", "subject": "Hej", "body": "Text på svenska", "kind": "test"} | fields
        return queue_mail(**fields)

    return queue


@pytest.fixture
def at_once() -> Callable[[Callable[[], object], int], list[object]]:
    """`at_once(work, 2)`: the results of running it in so many threads, each with a connection of its own."""

    def run(work: Callable[[], object], threads: int) -> list[object]:
        results: list[object] = []
        start = threading.Barrier(threads)

        def one() -> None:
            try:
                start.wait(10)
                results.append(work())
            finally:
                connection.close()

        running = [threading.Thread(target=one) for _number in range(threads)]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join(30)
        assert len(results) == threads
        return results

    return run
