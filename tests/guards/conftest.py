import io
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import transaction

from tests.guards.world import MISSING, OWN, World, build


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """Built once, in a transaction around all tests of this file; each of them rolls back what it did."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_reference_data", stdout=io.StringIO())
        made = build()
        made.objects["year"] = {OWN: 2023, MISSING: 2099}
        yield made
        transaction.set_rollback(True)
