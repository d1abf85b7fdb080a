import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.jobs import registry
from portal.jobs.registry import JobKind, Output


@pytest.fixture
def kind() -> Callable[..., JobKind]:
    """`kind("report", run)`: registered for the length of the test; without `run` it makes a small text file."""
    before = dict(registry._kinds)

    def make(key: str = "report", run=None, **rest) -> JobKind:
        made = JobKind(
            key, "A report", run or (lambda job, progress: Output("report.txt", b"text", "text/plain")), **rest
        )
        registry.register(made)
        return made

    yield make
    registry._kinds.clear()
    registry._kinds.update(before)


@pytest.fixture
def wake_ups(settings) -> Callable[[str], int]:
    """`wake_ups(public_id)`: how many messages for this job lie in the queue of the worker for documents."""
    folder = Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_out"])

    def count(public_id: str) -> int:
        bodies = (json.loads(path.read_text())["body"] for path in folder.glob("*.pdf.msg"))
        return sum(json.loads(base64.b64decode(body))[0] == [public_id] for body in bodies)

    return count
