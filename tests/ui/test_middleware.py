"""What surrounds every answer: what caches may keep, what the log may know."""

import pytest
from structlog.testing import capture_logs

from portal.ui import middleware

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/messages/", "/ui/gallery/", "/not-here"])
def test_no_cache_answers_for_the_portal(client_of, stranger, path):
    assert client_of(stranger).get(path)["Cache-Control"] == "private, no-cache"


def test_log_out_empties_the_browser_of_what_was_read(client_of, stranger):
    client = client_of(stranger)
    assert "Clear-Site-Data" not in client.get("/")
    assert client.post("/account/logout/")["Clear-Site-Data"] == '"cache"'
    assert "Clear-Site-Data" not in client.get("/account/login/")


def test_the_log_holds_no_key_that_logs_in(client, monkeypatch):
    with capture_logs() as lines:
        monkeypatch.setattr(middleware, "log", middleware.structlog.get_logger("portal.request"))
        client.get("/account/password/reset/3-abc123-25baa94a8396a843bd/")
    assert [line["path"] for line in lines] == ["/account/password/reset/3-…/"]
