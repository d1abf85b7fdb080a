"""Every change knows where it came from, whoever made it: a page, a task or a command."""

import io

import pytest
from django.core.management import call_command

from funding.models import Rate
from regions.models import Membership, Region

pytestmark = pytest.mark.django_db


def contexts(model: type) -> list[dict | None]:
    """Of the model's events, each once."""
    return list(model.pgh_event_model.objects.order_by().values_list("pgh_context", flat=True).distinct())


def test_reference_data_comes_from_its_command(reference_data):
    assert contexts(Region) == contexts(Rate) == [{"command": "load_reference_data"}]


def test_an_account_comes_from_its_command(reference_data):
    account = ("create_account", "ny@test.example", "--name=Ny", "--role=admin")
    call_command(*account, stdout=io.StringIO())
    assert contexts(Membership) == [{"command": "create_account"}]
