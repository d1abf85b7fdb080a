"""The register: numbers validated, sole traders' protected, contracts for those they concern."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from codeofconduct.actions.contracts import register_contract
from codeofconduct.actions.suppliers import register_supplier
from codeofconduct.identifiers import is_personal, organisation_number_of
from codeofconduct.models import Contract, ContractCategory, Supplier
from portal.history.models import SystemActor
from regions.models import Region
from tests.factories import CategoryFactory, ClauseVersionFactory, ContractFactory, RegionFactory, SupplierFactory

PERSON = "811228-9874"  # Skatteverket's own example of a personal number


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("232100-0214", "232100-0214"),
        ("2321000214", "232100-0214"),
        (" 232100 0214 ", "232100-0214"),
        ("162321000214", "232100-0214"),
        ("19811228-9874", PERSON),
    ],
)
def test_number_is_read_as_people_write_it(typed, stored):
    assert organisation_number_of(typed) == stored


@pytest.mark.parametrize("typed", ["232100-0215", "12345", "ÅÄÖ", "", "٢٣٢١٠٠٠٢١٤", "232100-0214-1", "0" * 500])
def test_wrong_number_is_refused_with_a_sentence(typed):
    with pytest.raises(ValidationError, match="organisation"):
        organisation_number_of(typed)


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_a_sentence(text):
    try:
        number = organisation_number_of(text)
    except ValidationError:
        return
    assert organisation_number_of(number) == number
    assert len(number) == 11


def test_third_digit_tells_a_person():
    assert is_personal(PERSON)
    assert is_personal(organisation_number_of("19701063-2391"))  # a coordination number: the day and 60
    assert not is_personal("232100-0214")


@pytest.mark.django_db
def test_sole_trader_is_recognised():
    assert register_supplier(by=SystemActor("test"), name="Vera Ek", organisation_number=PERSON).is_sole_trader
    assert not register_supplier(by=SystemActor("test"), name="AB", organisation_number="559999-9017").is_sole_trader


@pytest.mark.django_db
def test_sole_traders_number_is_for_those_who_need_it(client_of, secretariat, buyer, neighbour, reader):
    supplier = register_supplier(by=SystemActor("test"), name="Vera Ek", organisation_number=PERSON)
    ContractFactory(supplier=supplier, region=Region.objects.get(code="23"))
    seen = {}
    for user in (secretariat, buyer, neighbour, reader):
        pages = [f"/suppliers/{supplier.public_id}/", "/suppliers/"]
        seen[user.email] = [PERSON in client_of(user).get(page).content.decode() for page in pages]
        found = "Vera Ek" in client_of(user).get("/suppliers/", {"q": "811228"}).content.decode()
        seen[user.email].append(found)
    assert seen == {
        secretariat.email: [True] * 3,
        buyer.email: [True] * 3,
        neighbour.email: [False] * 3,
        reader.email: [False] * 3,
    }


@pytest.mark.django_db
def test_buyer_registers_supplier_and_contract(client_of, buyer):
    category, clause = CategoryFactory(), ClauseVersionFactory()
    client = client_of(buyer)
    answer = client.post(
        "/suppliers/new/", {"name": "Norrmed AB", "country": "SE", "organisation_number": "559999-9017"}
    )
    supplier = Supplier.objects.get()
    assert answer.url == f"/suppliers/{supplier.public_id}/"
    assert supplier.created_by.user == buyer
    answer = client.post(
        f"/suppliers/{supplier.public_id}/contracts/new/",
        {
            "region": "23",
            "title": "Instrument",
            "categories": [category.public_id],
            "clause_version": clause.public_id,
            "starts_on": "2026-01-01",
            "ends_on": "31/12 2028",
        },
    )
    contract = Contract.objects.get()
    assert answer.url == f"/contracts/{contract.public_id}/"
    assert (contract.region.code, contract.ends_on.isoformat()) == ("23", "2028-12-31")
    assert ContractCategory.objects.get().category == category


@pytest.mark.django_db
def test_wrong_number_keeps_what_was_typed(client_of, buyer):
    page = client_of(buyer).post(
        "/suppliers/new/", {"name": "Norrmed AB", "country": "SE", "organisation_number": "232100-0215"}
    )
    assert "Det här är inget organisationsnummer" in page.content.decode()
    assert 'value="Norrmed AB"' in page.content.decode()
    assert 'value="232100-0215"' in page.content.decode()
    assert not Supplier.objects.exists()


@pytest.mark.django_db
def test_taken_number_names_its_supplier(client_of, buyer):
    register_supplier(by=SystemActor("test"), name="Först AB", organisation_number="559999-9017")
    page = client_of(buyer).post(
        "/suppliers/new/", {"name": "Sedan AB", "country": "SE", "organisation_number": "5599999017"}
    )
    assert "Först AB har redan det numret." in page.content.decode()
    assert Supplier.objects.count() == 1


@pytest.mark.django_db
def test_buyer_registers_for_the_own_region_alone(client_of, buyer, neighbour):
    supplier, category, clause = SupplierFactory(), CategoryFactory(), ClauseVersionFactory()
    page = client_of(buyer).post(
        f"/suppliers/{supplier.public_id}/contracts/new/",
        {
            "region": "25",
            "title": "Instrument",
            "categories": [category.public_id],
            "clause_version": clause.public_id,
            "starts_on": "2026-01-01",
            "ends_on": "2025-12-31",
        },
    )
    assert set(page.context["form"].errors) == {"region", "ends_on"}
    assert not Contract.objects.exists()


@pytest.mark.django_db
def test_contracts_are_seen_by_those_they_concern(secretariat, buyer, neighbour, reader, stranger, area_coordinator):
    own = ContractFactory(region=Region.objects.get(code="23"))
    other = ContractFactory(region=Region.objects.get(code="25"))
    seen = {
        user.email: set(Contract.objects.visible_to(user)) for user in (secretariat, buyer, neighbour, reader, stranger)
    }
    assert seen == {
        secretariat.email: {own, other},
        buyer.email: {own},
        neighbour.email: {other},
        reader.email: set(),
        stranger.email: set(),
    }
    assert set(Contract.objects.visible_to(area_coordinator)) == set()


@pytest.mark.django_db
def test_area_coordinator_sees_the_categories_of_the_group(reference_data, person):
    from codeofconduct.models import PurchaseCategory

    far = RegionFactory(code="12")
    owned = ContractFactory(region=far, category=PurchaseCategory.objects.get(name="Kirurgiska instrument"))
    ContractFactory(region=far, category=PurchaseCategory.objects.get(name="Livsmedel"))
    within = ContractFactory(region=Region.objects.get(code="22"))
    assert set(Contract.objects.visible_to(person("area_coordinator", "A"))) == {owned, within}


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_list_and_page_take_the_same_queries(client_of, secretariat, django_assert_num_queries, count):
    supplier = SupplierFactory()
    for _number in range(count):
        ContractFactory(supplier=supplier, category=CategoryFactory())
        register_supplier(
            by=SystemActor("test"), name="Fler AB", organisation_number=f"559999-9{['017', '082', '157'][_number]}"
        )
    client = client_of(secretariat)
    client.get("/suppliers/")
    with django_assert_num_queries(6):
        client.get("/suppliers/")


@pytest.mark.django_db
def test_long_register_is_read_page_by_page_without_loss(client_of, secretariat):
    for number in range(45):
        SupplierFactory(name=f"Leverantör {number % 9}")
    client, url, names, pages = client_of(secretariat), "/suppliers/", [], 0
    while url:
        page = client.get(url).context["page"]
        names += [supplier.public_id for supplier in page.rows]
        pages += 1
        url = f"/suppliers/{page.next_url}" if page.next_url else ""
    assert (pages, len(names), len(set(names))) == (3, 45, 45)
    back = client.get(f"/suppliers/{page.previous_url}").context["page"]
    assert [supplier.public_id for supplier in back.rows] == names[20:40]


@pytest.mark.django_db
@pytest.mark.parametrize("cursor", ["x", "bnVsbA==", "WzEsMl0=", "%00", "a" * 5000])
def test_broken_cursor_shows_the_first_page(client_of, secretariat, cursor):
    SupplierFactory(name="Första AB")
    page = client_of(secretariat).get("/suppliers/", {"after": cursor})
    assert (page.status_code, len(page.context["page"].rows)) == (200, 1)


@pytest.mark.django_db
def test_whose_a_personal_number_is_cannot_be_asked_by_registering_it(client_of, secretariat, neighbour):
    register_supplier(by=SystemActor("test"), name="Vera Ek", organisation_number=PERSON)
    form = {"name": "Någon annan", "country": "SE", "organisation_number": PERSON}
    pages = [client_of(user).post("/suppliers/new/", form).content.decode() for user in (secretariat, neighbour)]
    assert ["Vera Ek" in page for page in pages] == [True, False]
    assert "En annan leverantör har redan det numret." in pages[1]


@pytest.mark.django_db
@pytest.mark.parametrize("scheme", ["vat", "foreign"])
def test_no_number_of_a_sole_trader_is_for_everybody(client_of, neighbour, scheme):
    """A sole trader's VAT number holds the personal number."""
    supplier = register_supplier(by=SystemActor("test"), name="Vera Ek", organisation_number=PERSON)
    supplier.identifiers.create(scheme=scheme, value="SE811228987401", country="DE" if scheme == "foreign" else "")
    assert "SE811228987401" not in client_of(neighbour).get(f"/suppliers/{supplier.public_id}/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_contract_sent_twice_at_once_is_one_contract(reference_data, buyer):
    category, clause, supplier = CategoryFactory(), ClauseVersionFactory(), SupplierFactory()
    together = threading.Barrier(2)

    def register(_number: int) -> str:
        together.wait()
        try:
            return register_contract(
                by=buyer,
                region=Region.objects.get(code="23"),
                supplier=supplier,
                title="Instrument",
                clause_version=clause,
                categories=[category],
                starts_on=date(2026, 1, 1),
                ends_on=date(2028, 12, 31),
            ).public_id
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        made = set(threads.map(register, range(2)))
    assert made == set(Contract.objects.values_list("public_id", flat=True))
    assert len(made) == 1
