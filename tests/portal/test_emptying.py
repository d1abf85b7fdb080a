"""What stands after a transactional test: nothing but what migrating made, behind triggers that are on."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connection

from funding.models import Contribution, FundingYear, Payment
from regions.models import Region
from tests import database
from tests.funding.factories import moved_to, opened_year, paid

pytestmark = pytest.mark.django_db(transaction=True)


def flush() -> None:
    call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


def triggers_that_are_off() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgenabled <> 'O'")
        return cursor.fetchall()


def test_nothing_is_left_but_what_migrating_made():
    year = opened_year({"23": 131_418})
    paid("23", "1", 100)
    moved_to(year, "closed")
    flush()
    models = FundingYear, Contribution, Payment, Region, Region.pgh_event_model
    assert [model.__name__ for model in models if model.objects.exists()] == []
    assert ContentType.objects.exists()
    assert triggers_that_are_off() == []


def test_when_emptying_fails_all_is_as_before():
    Region.objects.create(code="23", name="Region Jämtland Härjedalen", organisation_number="232100-0214")
    with database.connect_as_owner(connection.settings_dict["NAME"]) as owner:
        # What the project does not know of, and what thus stays, points at the region.
        owner.execute("CREATE TABLE unknown (region bigint REFERENCES regions_region)")
        try:
            owner.execute("INSERT INTO unknown SELECT id FROM regions_region")
            with pytest.raises(CommandError, match="couldn't be flushed"):
                flush()
            assert Region.objects.exists()
            assert triggers_that_are_off() == []
        finally:
            owner.execute("DROP TABLE unknown")
