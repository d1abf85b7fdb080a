"""Suppliers, contracts, facilities, contacts, categories and CPV codes as files: in, out, and in again."""

from datetime import date
from pathlib import Path

import pytest
from django.db import transaction

from codeofconduct.models import Supplier, SupplierIdentifier
from codeofconduct.resources import SupplierResource
from portal.exchange.engine.importing import take_file
from portal.exchange.engine.rows import Outcome
from portal.history.models import SystemActor
from tests.exchange.files import csv_file

pytestmark = pytest.mark.django_db
SYSTEM = SystemActor("test")


def bring(resource, path: Path, *, by=SYSTEM) -> Outcome:
    """Import the file as the job does: all of it or nothing."""
    with transaction.atomic():
        outcome = take_file(resource(by=by), path, path.name, writes=True)
        if not outcome.is_fit:
            transaction.set_rollback(True)
    return outcome


def look(resource, path: Path, *, by=SYSTEM) -> Outcome:
    """What the file would do."""
    return take_file(resource(by=by), path, path.name, writes=False)


def counts(outcome: Outcome) -> tuple[int, int, int, int]:
    return outcome.new, outcome.changed, outcome.unchanged, outcome.fault_count


def faults(outcome: Outcome) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.found) for fault in outcome.faults]


def test_suppliers_go_in_and_again_change_nothing(tmp_path):
    path = csv_file(
        tmp_path,
        "Namn;Organisationsnummer;Ort;Land",
        "Norrmed AB;5599999017;Östersund;Sverige",
        "Sydvård AB;556036-0793;Malmö;SE",
        "",
    )
    before = look(SupplierResource, path)
    assert Supplier.objects.count() == 0
    after = bring(SupplierResource, path)
    assert (counts(before), before.digest) == ((2, 0, 0, 0), after.digest)
    assert sorted(SupplierIdentifier.objects.values_list("supplier__name", "value", "supplier__city")) == [
        ("Norrmed AB", "559999-9017", "Östersund"),
        ("Sydvård AB", "556036-0793", "Malmö"),
    ]
    assert counts(bring(SupplierResource, path)) == (0, 0, 2, 0)
