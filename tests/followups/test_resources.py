"""The list of follow-ups as a file."""

import csv

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.exchange.bringing import take_out
from tests.factories import RegionFactory, SupplierFactory
from tests.followups.factories import CorrectiveActionFactory, FindingFactory, FollowUpFactory

pytestmark = pytest.mark.django_db


def told(folder, *, by, query: str = "") -> list[dict[str, str]]:
    path = take_out("follow-ups", folder / "ut.csv", by=by, query=query)
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))


def test_a_file_holds_the_list_as_it_is_narrowed(tmp_path, secretariat):
    late = FollowUpFactory(supplier=SupplierFactory(name="Ängsmed AB"), state="follow_up_audit")
    CorrectiveActionFactory(finding=FindingFactory(follow_up=late), days=-3)
    FollowUpFactory(supplier=SupplierFactory(name="Norrmed AB"))
    rows = told(tmp_path, by=secretariat)
    assert [row["Leverantör"] for row in rows] == ["Norrmed AB", "Ängsmed AB"]
    assert [(row["Trafikljus"], row["Iakttagelser"], row["Åtgärder"]) for row in rows][1] == (
        "Röd: åtgärd försenad",
        "1",
        "1",
    )
    assert [row["Leverantör"] for row in told(tmp_path, by=secretariat, query="state=planned")] == ["Norrmed AB"]


def test_a_file_holds_only_what_its_reader_sees(tmp_path, buyer, reader):
    FollowUpFactory(supplier=SupplierFactory(name="Norrmed AB"), lead_region=RegionFactory(code="25"))
    FollowUpFactory(supplier=SupplierFactory(name="Delad AB"), sharing_tier="regions")
    assert {row["Leverantör"] for row in told(tmp_path, by=reader)} == {"Delad AB"}


def test_queries_do_not_grow_with_rows(tmp_path, secretariat):
    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            told(tmp_path, by=secretariat)
        return len(queries)

    FindingFactory()
    counted()
    first = counted()
    FindingFactory.create_batch(2)
    assert counted() == first
