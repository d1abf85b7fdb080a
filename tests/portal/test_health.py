import pytest

from portal.celery import app

pytestmark = pytest.mark.django_db


def test_a_living_process_says_so(client):
    assert client.get("/livez").content == b"ok"


def test_ready_when_database_cache_and_queue_answer(client):
    assert (client.get("/readyz").status_code, client.get("/readyz").content) == (200, b"ok")


def test_not_ready_names_the_part_and_nothing_more(client, monkeypatch):
    monkeypatch.setattr(app.conf, "broker_url", "redis://:hemligt@127.0.0.1:1")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"queue")
