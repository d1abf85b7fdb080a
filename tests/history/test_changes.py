"""What was done to rows is read from the history: by whom, from what to what, page by page."""

from datetime import date

import pghistory
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from codeofconduct.models import Contract, ContractCategory, Supplier, SupplierContact
from portal.history.models import SystemActor, actor_of
from portal.history.queries import Ever, FieldChange, changes_of
from tests.factories import CategoryFactory, ContractFactory, RegionFactory, SupplierFactory

pytestmark = pytest.mark.django_db


def contact(supplier: Supplier, **fields) -> SupplierContact:
    told = {"name": "Eva Ek", "email": "eva@norrmed.example", "created_by": actor_of(SystemActor("test"))}
    return SupplierContact.objects.create(supplier=supplier, **told | fields)


def save(row, *, by=None, **fields) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    with pghistory.context(user=by.public_id if by else None):
        row.save(update_fields=list(fields))


def test_a_change_says_what_stood_before(buyer):
    supplier, parent = SupplierFactory(name="Norrmed AB"), SupplierFactory(name="Moder AB")
    save(supplier, by=buyer, city="Åre", is_sole_trader=True, parent=parent, version=2)
    changed, registered = changes_of(supplier).rows
    assert (changed.label, changed.name, changed.who) == ("update", "Norrmed AB", "buyer 0")
    assert {(each.before, each.after) for each in changed.fields} == {(None, "Åre"), (False, True), (None, "Moder AB")}
    assert (registered.label, registered.name, registered.who, registered.fields) == ("insert", "Norrmed AB", "", [])


def test_rows_of_one_statement_are_each_told_with_who_brought_them(secretariat):
    contract = ContractFactory()
    categories = [CategoryFactory(name="Handskar"), CategoryFactory(name="Munskydd")]
    with pghistory.context(user=secretariat.public_id):
        ContractCategory.objects.bulk_create(
            ContractCategory(contract=contract, category=category) for category in categories
        )
    told = ContractCategory.pgh_event_model.objects.order_by("pgh_id")
    assert [(row.pgh_label, row.category_id, row.contract_id, row.pgh_obj_id) for row in told] == [
        ("insert", pair.category_id, contract.pk, pair.pk) for pair in ContractCategory.objects.order_by("pk")
    ]
    assert {row.pgh_context["user"] for row in told} == {secretariat.public_id}


def test_labels_and_choices_are_told_in_words(secretariat):
    person = contact(SupplierFactory())
    save(person, by=secretariat, language="en", ended_on=date(2026, 3, 1))
    assert changes_of(person).rows[0].fields == [
        FieldChange("language", "språk", "Svenska", "Engelska"),
        FieldChange("ended_on", "sista dag", None, date(2026, 3, 1)),
    ]


def test_what_was_taken_away_is_told_with_its_name():
    contract = ContractFactory(category=CategoryFactory(), region=RegionFactory(name="Region Norrbotten", code="25"))
    ContractCategory.objects.filter(contract=contract).delete()
    rows = changes_of(Ever(ContractCategory, contract=contract)).rows
    assert [(row.label, row.name) for row in rows] == [
        ("delete", f"{contract.title} (Region Norrbotten) – Kirurgiska instrument"),
        ("insert", f"{contract.title} (Region Norrbotten) – Kirurgiska instrument"),
    ]


def test_what_a_reader_may_not_see_is_left_out(secretariat):
    person = contact(SupplierFactory())
    save(person, by=secretariat, email="ny@norrmed.example")
    save(person, by=secretariat, role="Chef", telephone="063-1")
    rows = changes_of(person, without={"suppliercontact.email", "telephone"}).rows
    assert [[each.after for each in row.fields] for row in rows] == [["Chef"], []]
    assert "ny@norrmed.example" not in str(rows)


def test_names_are_kept_from_those_who_may_not_read_them(secretariat):
    supplier = SupplierFactory()
    save(supplier, by=secretariat, city="Åre")
    assert [row.who for row in changes_of(supplier, by_name=False).rows] == ["Användare", ""]


def test_older_changes_follow_page_by_page_without_loss():
    supplier = SupplierFactory()
    people = [contact(supplier, email=f"e{number}@norrmed.example") for number in range(4)]
    for number in range(5):
        save(supplier, city=f"Ort {number}")
    told, before = [], ""
    while True:
        page = changes_of(supplier, SupplierContact.objects.all(), size=3, before=before)
        told += page.rows
        before = page.older
        if not before:
            break
    whole = changes_of(supplier, *people, size=100).rows
    assert (len(told), told) == (10, whole)


@pytest.mark.parametrize("cursor", ["x", "~~", "2026-01-01~a~1", "2026-01-01T00:00:00+00:00~x~" + "9" * 40, "\x00"])
def test_a_broken_cursor_is_the_first_page(cursor):
    supplier = SupplierFactory()
    assert changes_of(supplier, before=cursor) == changes_of(supplier)


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(count, secretariat):
    for _number in range(count):
        contract = ContractFactory()
        save(contract, by=secretariat, title="Nytt")
        save(contract, by=secretariat, supplier=SupplierFactory())
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert len(changes_of(Contract.objects.all(), Supplier.objects.all()).rows) == 5 * count
    assert len(queries) == 11
