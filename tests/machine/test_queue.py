"""The queue in a folder: what a worker finds there can be read, however slowly it was written."""

import json
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from portal.celery import app


@pytest.fixture
def channel(tmp_path):
    """A channel as the portal's own configuration makes it, in a folder of its own."""
    folders = {name: str(tmp_path) for name in ("data_folder_in", "data_folder_out", "control_folder")}
    with Connection(app.conf.broker_url, transport_options=folders) as connection:
        yield connection.channel()


def test_a_message_that_is_being_written_is_not_yet_there(channel, tmp_path, monkeypatch):
    seen = []
    rename = Path.rename

    def look_first(file: Path, whole: Path) -> Path:
        with pytest.raises(Empty):
            channel._get("pdf")
        seen.append(json.loads(file.read_text(encoding="utf-8")))
        return rename(file, whole)

    monkeypatch.setattr(Path, "rename", look_first)
    channel._put("pdf", {"body": "räknat"})
    assert seen == [{"body": "räknat"}]
    assert channel._get("pdf") == {"body": "räknat"}
    assert list(tmp_path.iterdir()) == []


def test_the_oldest_message_comes_first_and_each_queue_has_its_own(channel):
    for number in range(3):
        channel._put("pdf", {"number": number})
    channel._put("celery", {"number": 9})
    assert [channel._get("pdf")["number"] for _look in range(3)] == [0, 1, 2]
    assert channel._size("celery") == 1
    with pytest.raises(Empty):
        channel._get("pdf")
