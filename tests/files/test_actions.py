"""Stored files: where they lie, what the row says, how they are served, and what a rollback leaves."""

import hashlib
import os
import time

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import override_settings

from portal.files.actions import remove_orphans, store_file
from portal.files.enums import ScanState
from portal.files.models import StoredFile
from portal.files.responses import serve
from portal.history.models import SystemActor

CONTENT = b"%PDF-1.7 something"


@pytest.fixture(autouse=True)
def own_storage(tmp_path, settings):
    storages = {**settings.STORAGES}
    storages["default"] = {
        **storages["default"],
        "OPTIONS": {"location": str(tmp_path), "file_permissions_mode": 0o600},
    }
    with override_settings(STORAGES=storages):
        yield tmp_path


def store(name: str = "Intyg åäö.pdf") -> StoredFile:
    return store_file(by=SystemActor("test"), name=name, content=CONTENT, media_type="application/pdf")


@pytest.mark.django_db
def test_file_lies_under_a_random_path_that_only_the_server_reads(own_storage):
    stored = store()
    assert "Intyg" not in stored.path
    assert stored.path != store().path
    assert (own_storage / stored.path).read_bytes() == CONTENT
    assert oct((own_storage / stored.path).stat().st_mode)[-3:] == "600"


@pytest.mark.django_db
def test_row_says_what_is_stored(buyer):
    stored = store_file(by=buyer, name="../b.pdf", content=CONTENT, media_type="application/pdf")
    stored.refresh_from_db()
    assert (stored.name, stored.size, stored.sha256) == ("b.pdf", 18, hashlib.sha256(CONTENT).hexdigest())
    assert stored.scan_state == ScanState.NOT_SCANNED
    assert stored.created_by.user == buyer
    assert stored.read() == CONTENT


@pytest.mark.django_db
def test_serving_is_a_private_download_that_nothing_guesses_about():
    response = serve(store())
    assert b"".join(response.streaming_content) == CONTENT
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Intyg%20%C3%A5%C3%A4%C3%B6.pdf"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Length"] == "18"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "private, no-store"
    response.close()


@pytest.mark.django_db
def test_quote_in_the_name_does_not_break_the_header():
    response = serve(store('a".pdf; x="b.pdf'), inline=True)
    assert response["Content-Disposition"] == 'inline; filename="a\\".pdf; x=\\"b.pdf"'
    response.close()


@pytest.mark.django_db(transaction=True)
def test_sweep_takes_what_a_rollback_left_and_nothing_else():
    kept = store()
    with transaction.atomic():
        rolled_back = store()
        young = store()
        transaction.set_rollback(True)
    yesterday = time.time() - 90_000
    for stored in (kept, rolled_back):
        os.utime(default_storage.path(stored.path), (yesterday, yesterday))
    assert remove_orphans() == 1
    assert [default_storage.exists(stored.path) for stored in (kept, rolled_back, young)] == [True, False, True]
