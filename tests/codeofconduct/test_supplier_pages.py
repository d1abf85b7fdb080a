"""The supplier's page and what is done from it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from codeofconduct.actions.duplicates import merge_suppliers
from codeofconduct.actions.suppliers import end_identifier, register_supplier, revise_supplier
from codeofconduct.models import DuplicateSuspicion, Supplier, SupplierCommitment, SupplierContact
from portal import clock
from portal.history.models import SystemActor
from tests.codeofconduct.factories_suppliers import (
    CodeVersionFactory,
    CommitmentFactory,
    ContactFactory,
    FacilityFactory,
    IdentifierFactory,
    SupplyLinkFactory,
)
from tests.factories import CategoryFactory, ContractFactory, RegionFactory, SupplierFactory
from tests.files.samples import pdf

pytestmark = pytest.mark.django_db
BY = SystemActor("test")
PERSON = "811228-9874"


def page_of(client, supplier, path="") -> str:
    return client.get(f"/suppliers/{supplier.public_id}/{path}").content.decode()


def contract_of(code: str, **fields):
    return ContractFactory(region=RegionFactory(code=code), **fields)


def test_likely_duplicates_are_shown_before_anything_is_saved(client_of, buyer):
    register_supplier(
        by=BY, name="Norrmed Instrument AB", organisation_number="559999-9082", street="Storgatan 1", city="Östersund"
    )
    told = {"name": "Normed Instrument", "country": "SE", "organisation_number": "559999-9017", "street": "Storgatan 1"}
    client = client_of(buyer)
    page = client.post("/suppliers/new/", told | {"city": "Östersund"})
    assert [each.supplier.name for each in page.context["likely"]] == ["Norrmed Instrument AB"]
    assert "559999-9082 · Östersund" in " ".join(page.content.decode().split())
    assert "liknande namn, samma adress" in page.content.decode() or "similar name" in page.content.decode()
    assert 'value="Normed Instrument"' in page.content.decode()
    assert Supplier.objects.count() == 1
    client.post("/suppliers/new/", told | {"is_another": "on"})
    assert DuplicateSuspicion.objects.get().second.name == "Normed Instrument"


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"country": "SE"}, {"organisation_number"}),
        ({"country": "NO", "other_scheme": "foreign"}, {"other_number"}),
        ({"country": "NO", "other_number": "914791723"}, {"other_scheme"}),
        ({"country": "NO", "other_scheme": "lei", "other_number": "X"}, {"other_number"}),
        ({"country": "XX"}, {"country"}),
        ({"country": "NO", "other_scheme": "foreign", "other_number": "914791724"}, {"other_number"}),
        (
            {"organisation_number": "559999-9017", "other_scheme": "vat", "other_number": "SE559999908201"},
            {"country", "other_number"},
        ),
    ],
)
def test_a_foreign_company_needs_no_swedish_number_but_what_is_typed_is_checked(client_of, buyer, typed, wrong):
    page = client_of(buyer).post("/suppliers/new/", {"name": "Nordfabrik AS", **typed})
    assert set(page.context["form"].errors) == wrong
    assert not Supplier.objects.exists()


@pytest.mark.parametrize("typed", ["914791723", "NO 914 791 723", "no914791723"])
def test_a_foreign_company_is_registered_with_its_own_number(client_of, buyer, typed):
    told = {"name": "Nordfabrik AS", "country": "NO", "other_scheme": "foreign", "other_number": typed}
    client_of(buyer).post("/suppliers/new/", told)
    number = Supplier.objects.get().identifiers.get()
    assert (number.scheme, number.country, number.value) == ("foreign", "NO", "914791723")


def test_who_registers_a_sole_trader_is_told_who_sees_the_number(client_of, secretariat):
    answer = client_of(secretariat).post(
        "/suppliers/new/", {"name": "Vera Ek", "country": "SE", "organisation_number": PERSON}, follow=True
    )
    assert len(answer.context["messages"]) == 2


def test_a_sole_traders_address_is_for_those_who_may_read_the_number(client_of, buyer, neighbour):
    supplier = register_supplier(by=BY, name="Vera Ek", organisation_number=PERSON, street="Kanariegatan 1", city="Åre")
    revise_supplier(by=BY, supplier=supplier, seen=1, parent=None, name="Vera Ek", street="Kanariegatan 2")
    contract_of("23", supplier=supplier)
    for path in ("", "history/"):
        assert "Kanariegatan" in page_of(client_of(buyer), supplier, path)
        assert "Kanariegatan" not in page_of(client_of(neighbour), supplier, path)
        assert PERSON not in page_of(client_of(neighbour), supplier, path)
    assert "Åre" in page_of(client_of(neighbour), supplier)


def test_a_likely_sole_traders_number_is_not_shown_to_who_registers(client_of, neighbour, secretariat):
    register_supplier(by=BY, name="Vera Ek Snickeri", organisation_number=PERSON, city="Åre")
    told = {"name": "Vera Eks Snickeri", "country": "SE", "organisation_number": "559999-9017"}
    pages = [client_of(user).post("/suppliers/new/", told).content.decode() for user in (secretariat, neighbour)]
    assert [(PERSON in page, "Vera Ek Snickeri" in page) for page in pages] == [(True, True), (False, True)]


def test_a_reader_is_told_that_contracts_are_not_for_readers(client_of, reader, neighbour):
    supplier = SupplierFactory()
    contract_of("23", supplier=supplier)
    seen = [page_of(client_of(user), supplier) for user in (reader, neighbour)]
    assert ["din egen region" in page or "din egen regions" in page for page in seen] == [False, True]


def test_others_contracts_are_counted_but_not_shown(client_of, buyer):
    supplier = SupplierFactory()
    contract_of("23", supplier=supplier, title="Eget avtal")
    for code in ("25", "12"):
        contract_of(code, supplier=supplier, title="Hemligt avtal")
    page = client_of(buyer).get(f"/suppliers/{supplier.public_id}/")
    assert ([row.title for row in page.context["page"].rows], page.context["others"]) == (["Eget avtal"], 2)
    assert "Hemligt avtal" not in page.content.decode()


def test_contracts_are_read_page_by_page(client_of, secretariat):
    supplier = SupplierFactory()
    for number in range(25):
        contract_of("23", supplier=supplier, ends_on=date(2029, 1, 1) + timedelta(days=number % 5))
    client, url, seen = client_of(secretariat), f"/suppliers/{supplier.public_id}/", []
    while url:
        page = client.get(url).context["page"]
        seen += page.rows
        url = f"/suppliers/{supplier.public_id}/{page.next_url}" if page.next_url else ""
    assert (len(seen), len({row.pk for row in seen})) == (25, 25)
    assert [row.ends_on for row in seen] == sorted((row.ends_on for row in seen), reverse=True)


def test_contacts_are_for_those_who_work_with_them(client_of, buyer, neighbour, reader):
    supplier = SupplierFactory()
    contract_of("23", supplier=supplier)
    contact = ContactFactory(supplier=supplier, email="kanarie@x.example")
    assert "kanarie@x.example" in page_of(client_of(neighbour), supplier)
    for path in ("", "history/"):
        assert "kanarie@x.example" not in page_of(client_of(reader), supplier, path)
    told = {"name": "Ny", "email": "ny@x.example", "language": "en"}
    url = f"/suppliers/{supplier.public_id}/contacts/new/"
    statuses = [client_of(user).post(url, told).status_code for user in (buyer, neighbour, reader)]
    assert statuses == [302, 403, 403]
    assert SupplierContact.objects.get(email="ny@x.example").created_by.user == buyer
    taken = client_of(buyer).post(url, told | {"email": "KANARIE@x.example"})
    assert set(taken.context["form"].errors) == {"email"}
    edited = {**told, "email": contact.email, "ended_on": "2026-01-31", "version": "1"}
    client_of(buyer).post(f"/contacts/{contact.public_id}/edit/", edited)
    lost = client_of(buyer).post(f"/contacts/{contact.public_id}/edit/", edited | {"name": "Annan"})
    contact.refresh_from_db()
    assert (lost.status_code, contact.name, contact.ended_on) == (409, "Ny", date(2026, 1, 31))
    assert "kanarie@x.example" not in page_of(client_of(neighbour), supplier).partition('id="history"')[0]


def test_a_commitment_has_its_day_and_its_document(client_of, buyer, neighbour, reader):
    supplier, version = SupplierFactory(), CodeVersionFactory()
    contract_of("23", supplier=supplier)
    url = f"/suppliers/{supplier.public_id}/commitments/new/"
    told = {"code_version": version.public_id, "committed_on": "2025-02-03"}
    late = (clock.today() + timedelta(days=1)).isoformat()
    assert set(client_of(buyer).post(url, told | {"committed_on": late}).context["form"].errors) == {"committed_on"}
    for _twice in range(2):
        client_of(buyer).post(url, told | {"document": SimpleUploadedFile("kod.pdf", pdf())})
    commitment = SupplierCommitment.objects.get()
    assert (commitment.committed_on, commitment.document.name) == (date(2025, 2, 3), "kod.pdf")
    url = f"/commitments/{commitment.public_id}/document/"
    assert client_of(reader).get(url).status_code == 403
    assert b"".join(client_of(neighbour).get(url).streaming_content) == commitment.document.read()
    assert "kod.pdf" not in page_of(client_of(reader), supplier)


def test_a_commitment_by_mistake_is_taken_away_by_staff_and_stays_in_the_history(client_of, secretariat, buyer):
    commitment = CommitmentFactory()
    contract_of("23", supplier=commitment.supplier)
    url = f"/commitments/{commitment.public_id}/remove/"
    assert client_of(buyer).post(url).status_code == 403
    assert url in page_of(client_of(secretariat), commitment.supplier)
    assert "2023" in client_of(secretariat).get(url).content.decode()
    assert SupplierCommitment.objects.exists()
    client_of(secretariat).post(url)
    assert not SupplierCommitment.objects.exists()
    assert "togs bort" in page_of(client_of(buyer), commitment.supplier).partition('id="history"')[2]


def test_the_work_list_stands_on_the_start_page_of_staff(client_of, secretariat, buyer):
    for name in ("Norrmed Instrument AB", "Normed Instrument AB"):
        register_supplier(by=BY, name=name)
    seen = ["/suppliers/duplicates/" in client_of(user).get("/").content.decode() for user in (secretariat, buyer)]
    assert seen == [True, False]


def test_what_two_change_at_once_is_compared(client_of, secretariat):
    supplier = SupplierFactory(name="Norrmed AB")
    client, url = client_of(secretariat), f"/suppliers/{supplier.public_id}/edit/"
    told = {"name": "Norrmed AB", "country": "SE", "city": "Åre", "version": "1"}
    assert client.post(url, told).status_code == 302
    lost = client.post(url, told | {"city": "Östersund"})
    assert (lost.status_code, Supplier.objects.get().city) == (409, "Åre")
    assert "Östersund" in lost.content.decode()
    assert client.post(url, told | {"city": "Östersund", "version": "2"}).status_code == 302


@pytest.mark.parametrize("typed", ["Moder AB", "moder ab", "Moder AB ({id})", "{id}"])
def test_a_parent_company_is_named_as_people_name_it(client_of, secretariat, typed):
    supplier, parent = SupplierFactory(), SupplierFactory(name="Moder AB")
    told = {"name": supplier.name, "country": "SE", "version": "1", "parent": typed.format(id=parent.public_id)}
    client_of(secretariat).post(f"/suppliers/{supplier.public_id}/edit/", told)
    supplier.refresh_from_db()
    assert supplier.parent == parent
    assert "Moder AB" in page_of(client_of(secretariat), supplier)
    assert supplier.name in page_of(client_of(secretariat), parent)


def test_a_group_is_no_circle(client_of, secretariat):
    top = SupplierFactory(name="Topp AB")
    middle = SupplierFactory(name="Mitt AB", parent=top)
    bottom = SupplierFactory(name="Botten AB", parent=middle)
    for name in (bottom.name, top.name, "Finns inte AB"):
        page = client_of(secretariat).post(
            f"/suppliers/{top.public_id}/edit/", {"name": top.name, "country": "SE", "version": "1", "parent": name}
        )
        assert set(page.context["form"].errors) == {"parent"}
    top.refresh_from_db()
    assert top.parent is None


def test_a_personal_number_keeps_its_supplier_a_sole_trader(client_of, secretariat):
    supplier = register_supplier(by=BY, name="Vera Ek", organisation_number=PERSON)
    url = f"/suppliers/{supplier.public_id}/edit/"
    page = client_of(secretariat).post(url, {"name": "Vera Ek", "country": "SE", "version": "1"})
    assert set(page.context["form"].errors) == {"is_sole_trader"}


def test_a_personal_number_that_was_taken_away_stays_personal_in_the_history(client_of, secretariat, buyer, neighbour):
    supplier = register_supplier(by=BY, name="Ek AB", organisation_number=PERSON)
    contract_of("23", supplier=supplier)
    end_identifier(by=BY, identifier=supplier.identifiers.get(), ended_on=None)
    told = {"name": "Ek AB", "country": "SE", "version": "1"}
    assert client_of(secretariat).post(f"/suppliers/{supplier.public_id}/edit/", told).status_code == 302
    for path in ("", "history/"):
        seen = [PERSON in page_of(client_of(user), supplier, path) for user in (secretariat, buyer, neighbour)]
        assert seen == [True, True, False]


def test_the_parent_company_is_one_that_still_is(secretariat):
    supplier, parent, keep = SupplierFactory(), SupplierFactory(), SupplierFactory()
    merge_suppliers(by=secretariat, keep=keep, gone=parent)
    with pytest.raises(ValidationError) as refused:
        revise_supplier(by=BY, supplier=supplier, seen=1, parent=parent, name="X")
    assert list(refused.value.message_dict) == ["parent"]
    supplier.refresh_from_db()
    assert supplier.parent is None


def test_numbers_are_added_and_ended_by_staff(client_of, secretariat, buyer):
    supplier = register_supplier(by=BY, name="Norrmed AB", organisation_number="559999-9017")
    contract_of("23", supplier=supplier)
    url = f"/suppliers/{supplier.public_id}/numbers/"
    told = {"scheme": "vat", "value": "SE 559999-9017 01"}
    assert client_of(buyer).post(f"{url}new/", told).status_code == 403
    client = client_of(secretariat)
    assert set(client.post(f"{url}new/", {"scheme": "foreign", "value": "1"}).context["form"].errors) == {"country"}
    client.post(f"{url}new/", told)
    assert supplier.identifiers.get(scheme="vat").value == "SE559999901701"
    ending = {"number": "vat::SE559999901701", "how": "ended"}
    assert set(client.post(f"{url}end/", ending).context["form"].errors) == {"ended_on"}
    client.post(f"{url}end/", ending | {"ended_on": "2026-01-31"})
    assert supplier.identifiers.get(scheme="vat").ended_on == date(2026, 1, 31)
    client.post(f"{url}end/", ending | {"how": "wrong"})
    assert not supplier.identifiers.filter(scheme="vat").exists()


def test_the_organisation_number_stands_first_and_what_no_longer_holds_last(client_of, secretariat):
    supplier = register_supplier(by=BY, name="Norrmed AB", organisation_number="559999-9017")
    ended = IdentifierFactory(supplier=supplier, scheme="se_orgnr", value="559999-9009", ended_on=date(2020, 1, 1))
    duns = IdentifierFactory(supplier=supplier)
    shown = client_of(secretariat).get(f"/suppliers/{supplier.public_id}/").context["identifiers"]
    assert [each.value for each in shown] == ["559999-9017", duns.value, ended.value]


def test_two_are_compared_and_kept_apart_or_merged(client_of, secretariat):
    keep = register_supplier(by=BY, name="Norrmed Instrument AB", organisation_number="559999-9017")
    gone = register_supplier(by=BY, name="Normed Instrument AB")
    contract = contract_of("23", supplier=gone)
    client, pair = client_of(secretariat), DuplicateSuspicion.objects.get()
    assert "Normed Instrument AB" in client.get("/suppliers/duplicates/").content.decode()
    assert client.get("/suppliers/").context["likely"] == 1
    page = client.get(f"/suppliers/duplicates/{pair.public_id}/").content.decode()
    assert f"/suppliers/{gone.public_id}/merge/?into={keep.public_id}" in page
    url = f"/suppliers/{gone.public_id}/merge/?into={keep.public_id}"
    preview = client.get(url)
    assert [(kind.count, kind.there) for kind in preview.context["moving"]] == [(1, 0)]
    assert set(client.post(url).context["form"].errors) == {"is_sure"}
    assert client.post(url, {"is_sure": "on"}).url == f"/suppliers/{keep.public_id}/"
    contract.refresh_from_db()
    assert contract.supplier == keep
    moved = client.get(f"/suppliers/{gone.public_id}/")
    assert (moved.status_code, moved.url) == (301, f"/suppliers/{keep.public_id}/")
    assert client.get(f"/suppliers/{gone.public_id}/edit/").status_code == 404
    assert client.post(url, {"is_sure": "on"}).url == f"/suppliers/{keep.public_id}/"
    assert [row.name for row in client.get("/suppliers/").context["page"].rows] == ["Norrmed Instrument AB"]
    assert [row.name for row in client.get("/suppliers/?q=Normed").context["page"].rows] == ["Norrmed Instrument AB"]
    history = page_of(client, keep, "history/")
    assert "Normed Instrument AB" in history


def test_dismissed_pairs_leave_the_work_list(client_of, secretariat, buyer):
    register_supplier(by=BY, name="Norrmed Instrument AB")
    register_supplier(by=BY, name="Normed Instrument AB")
    pair = DuplicateSuspicion.objects.get()
    url = f"/suppliers/duplicates/{pair.public_id}/dismiss/"
    assert client_of(buyer).post(url).status_code == 404
    assert client_of(buyer).get("/suppliers/duplicates/").status_code == 403
    for _twice in range(2):
        assert client_of(secretariat).post(url).status_code == 302
    assert client_of(secretariat).get("/suppliers/duplicates/").context["page"].rows == []


@pytest.mark.parametrize("into", ["{self}", "Finns inte", "", "\x00", "a" * 400])
def test_a_merge_with_nothing_or_itself_asks_again(client_of, secretariat, into):
    supplier = SupplierFactory()
    url = f"/suppliers/{supplier.public_id}/merge/"
    page = client_of(secretariat).get(url, {"into": into.format(self=supplier.public_id)})
    assert (page.status_code, set(page.context["form"].errors)) == (200, {"into"})


def test_the_list_is_narrowed_by_country_and_group(client_of, secretariat):
    group = SupplierFactory(name="Grupp", country="FI")
    SupplierFactory(name="Dotter", parent=group)
    client = client_of(secretariat)
    for query, names in (({"country": "FI"}, ["Grupp"]), ({"group": group.public_id}, ["Dotter"])):
        assert [row.name for row in client.get("/suppliers/", query).context["page"].rows] == names


@pytest.mark.django_db(transaction=True)  # each write at a moment of its own
@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries(client_of, secretariat, django_assert_num_queries, count):
    supplier, category = SupplierFactory(), CategoryFactory()
    for _number in range(count):
        contract = contract_of("23", supplier=supplier, category=category)
        SupplyLinkFactory(contract=contract, facility=FacilityFactory(supplier=supplier))
        for factory in (ContactFactory, CommitmentFactory, IdentifierFactory):
            factory(supplier=supplier)
        SupplierFactory(parent=supplier)
    for number in range(5):  # so that the latest changes, which the page shows, are alike
        Supplier.objects.filter(pk=supplier.pk).update(city=f"Ort {number}")
    client = client_of(secretariat)
    client.get(f"/suppliers/{supplier.public_id}/")
    with django_assert_num_queries(30):
        client.get(f"/suppliers/{supplier.public_id}/")


def test_merging_keeps_what_was_followed_up_findable(client_of, secretariat):
    keep, gone = SupplierFactory(), SupplierFactory()
    merge_suppliers(by=secretariat, keep=keep, gone=gone)
    page = client_of(secretariat).get("/follow-ups/new/")
    assert list(page.context["form"].fields["supplier"].queryset) == [keep]
