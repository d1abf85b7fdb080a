"""Facilities and chains: in order, without loops, and confidential ones for those whose contract they serve."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from codeofconduct.actions.chain import add_facility, link_facility, remove_link, revise_facility, revise_link
from codeofconduct.actions.duplicates import merge_suppliers
from codeofconduct.models import Facility, SupplyLink
from codeofconduct.presentation.chain import Node, tree_of
from portal.history.models import SystemActor
from portal.history.versions import StaleVersionError
from tests.codeofconduct.factories_suppliers import FacilityFactory, SupplyLinkFactory
from tests.factories import CategoryFactory, ContractFactory, RegionFactory, SupplierFactory

pytestmark = pytest.mark.django_db
BY = SystemActor("test")
STAGE = "processing"


def contract_of(code: str, **fields):
    return ContractFactory(region=RegionFactory(code=code), **fields)


def test_a_chain_is_a_tree():
    contract = ContractFactory()
    first, second = SupplyLinkFactory(contract=contract), SupplyLinkFactory(contract=contract)
    child = SupplyLinkFactory(contract=contract, parent=first, tier=2)
    grandchild = SupplyLinkFactory(contract=contract, parent=child, tier=5)
    assert tree_of([first, second, child, grandchild]) == [
        Node(first, [Node(child, [Node(grandchild)])]),
        Node(second),
    ]


def test_what_a_facility_delivers_to_is_nearer_in_the_same_contract():
    contract, other = ContractFactory(), ContractFactory()
    near, elsewhere = SupplyLinkFactory(contract=contract, tier=2), SupplyLinkFactory(contract=other, tier=1)
    facility = FacilityFactory(supplier=contract.supplier)
    for parent, tier in ((near, 2), (near, 1), (elsewhere, 3)):
        with pytest.raises(ValidationError) as refused:
            link_facility(by=BY, contract=contract, facility=facility, tier=tier, stage=STAGE, parent=parent)
        assert list(refused.value.message_dict) == ["parent"]
    child = link_facility(by=BY, contract=contract, facility=facility, tier=3, stage=STAGE, parent=near)
    with pytest.raises(ValidationError):
        revise_link(by=BY, link=near, seen=near.version, tier=3, stage=STAGE)
    with pytest.raises(ValidationError):
        remove_link(by=BY, link=near)
    remove_link(by=BY, link=child)
    remove_link(by=BY, link=near)
    assert list(SupplyLink.objects.filter(contract=contract)) == []


def test_the_database_holds_the_order_by_itself():
    contract = ContractFactory()
    near = SupplyLinkFactory(contract=contract, tier=2)
    child = SupplyLinkFactory(contract=contract, tier=3, parent=near)
    for write in (
        lambda: SupplyLinkFactory(contract=contract, tier=2, parent=near),
        lambda: SupplyLinkFactory(contract=ContractFactory(), tier=5, parent=near),
        lambda: SupplyLink.objects.filter(pk=near.pk).update(tier=3),
        lambda: SupplyLink.objects.filter(pk=child.pk).update(tier=1),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def test_the_same_link_again_is_the_same_and_another_of_the_same_product_is_refused():
    contract = ContractFactory()
    facility = FacilityFactory(supplier=contract.supplier)
    told = {"contract": contract, "facility": facility, "stage": STAGE, "product": "Tyg"}
    link = link_facility(by=BY, tier=1, **told)
    assert link_facility(by=BY, tier=1, **told) == link
    with pytest.raises(ValidationError) as refused:
        link_facility(by=BY, tier=2, **told)
    assert list(refused.value.message_dict) == ["product"]


def test_a_facility_of_another_supplier_is_refused():
    with pytest.raises(ValidationError) as refused:
        link_facility(by=BY, contract=ContractFactory(), facility=FacilityFactory(), tier=1, stage=STAGE)
    assert list(refused.value.message_dict) == ["facility"]


def test_one_os_id_is_one_facility_of_a_supplier():
    facility = FacilityFactory(os_id="CN2021250D1DTN7")
    with pytest.raises(ValidationError) as refused:
        add_facility(
            by=BY, supplier=facility.supplier, name="Annan", country="CN", stage=STAGE, os_id="CN2021250D1DTN7"
        )
    assert list(refused.value.message_dict) == ["os_id"]


def test_a_facility_that_someone_else_saved_is_not_overwritten():
    facility = FacilityFactory()
    facts = {"name": "Nytt", "country": "CN", "stage": STAGE}
    revise_facility(by=BY, facility=facility, seen=1, **facts)
    with pytest.raises(StaleVersionError):
        revise_facility(by=BY, facility=facility, seen=1, **facts | {"name": "Annat"})
    assert Facility.objects.get().name == "Nytt"


def test_confidential_facilities_are_for_those_whose_contract_they_serve(
    client_of, secretariat, buyer, neighbour, reader
):
    supplier = SupplierFactory()
    contract = contract_of("23", supplier=supplier)
    SupplyLinkFactory(contract=contract, facility=FacilityFactory(supplier=supplier, name="Kanariefabriken"))
    FacilityFactory(supplier=supplier, name="Öppna fabriken", is_confidential=False)
    contract_of("25", supplier=supplier)
    pages = ["/suppliers/facilities/", "/suppliers/facilities/?q=Kanarie", f"/suppliers/{supplier.public_id}/"]
    pages.append(f"/suppliers/{supplier.public_id}/chain/")
    seen = {
        user.email: [
            (word in client_of(user).get(page).content.decode()) for page in pages for word in ("Kanariefabriken",)
        ]
        for user in (secretariat, buyer, neighbour, reader)
    }
    assert seen == {
        secretariat.email: [True] * 4,
        buyer.email: [True] * 4,
        neighbour.email: [False] * 4,
        reader.email: [False] * 4,
    }
    assert "Öppna fabriken" in client_of(reader).get("/suppliers/facilities/").content.decode()


def test_a_buyer_registers_a_facility_with_the_contract_it_serves(client_of, buyer):
    contract = contract_of("23")
    client, url = client_of(buyer), f"/suppliers/{contract.supplier.public_id}/facilities/new/"
    told = {"name": "Väveriet", "country": "IN", "stage": STAGE, "is_confidential": "on", "tier": "2", "product": "Tyg"}
    refused = client.post(url, told)
    assert set(refused.context["form"].errors) == {"contract"}
    assert not Facility.objects.exists()
    answer = client.post(url, told | {"contract": contract.public_id, "os_id": "cn2021250d1dtn7"})
    facility = Facility.objects.get()
    assert answer.url == f"/suppliers/facilities/{facility.public_id}/"
    link = facility.supply_links.get()
    assert (facility.os_id, facility.is_confidential) == ("CN2021250D1DTN7", True)
    assert (link.contract, link.tier, link.product, link.stage) == (contract, 2, "Tyg", STAGE)


def test_a_buyer_does_not_offer_others_contracts(client_of, buyer):
    own = contract_of("23")
    foreign = contract_of("25", supplier=own.supplier, title="Hemligt")
    page = client_of(buyer).get(f"/suppliers/{own.supplier.public_id}/facilities/new/")
    assert list(page.context["form"].fields["contract"].queryset) == [own]
    assert "Hemligt" not in page.content.decode()
    assert client_of(buyer).get(f"/contracts/{foreign.public_id}/chain/new/").status_code == 404


def test_what_is_confidential_stays_so_unless_staff_lift_it(client_of, buyer, secretariat):
    link = SupplyLinkFactory(contract=contract_of("23"))
    facility = link.facility
    url = f"/suppliers/facilities/{facility.public_id}/edit/"
    told = {"name": "Väveriet", "country": "IN", "stage": STAGE}
    client_of(buyer).post(url, told | {"version": 1})
    facility.refresh_from_db()
    assert (facility.name, facility.is_confidential) == ("Väveriet", True)
    client_of(secretariat).post(url, told | {"version": 2})
    facility.refresh_from_db()
    assert facility.is_confidential is False


def test_a_chain_is_built_and_taken_apart_through_the_pages(client_of, buyer):
    contract = contract_of("23")
    near = SupplyLinkFactory(contract=contract)
    facility = FacilityFactory(supplier=contract.supplier, is_confidential=False)
    client, url = client_of(buyer), f"/contracts/{contract.public_id}/chain/new/"
    page = client.get(f"{url}?facility={facility.public_id}&parent={near.public_id}")
    assert page.context["form"]["facility"].value() == facility.public_id
    told = {"facility": facility.public_id, "tier": "2", "stage": STAGE, "parent": near.public_id}
    assert client.post(url, told).url == f"/contracts/{contract.public_id}/"
    link = SupplyLink.objects.get(tier=2)
    assert link.parent == near
    again = client.post(f"/supply-links/{link.public_id}/edit/", {"tier": "3", "stage": STAGE, "version": "1"})
    assert again.url == f"/contracts/{contract.public_id}/"
    link.refresh_from_db()
    assert (link.tier, link.parent) == (3, None)
    lost = client.post(f"/supply-links/{link.public_id}/edit/", {"tier": "4", "stage": STAGE, "version": "1"})
    assert lost.status_code == 409
    client.post(f"/supply-links/{link.public_id}/remove/")
    assert list(contract.supply_links.all()) == [near]


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_take_the_same_queries(client_of, secretariat, django_assert_num_queries, count):
    supplier, category = SupplierFactory(), CategoryFactory()
    for _number in range(count):
        contract = contract_of("23", supplier=supplier, category=category)
        near = SupplyLinkFactory(contract=contract)
        SupplyLinkFactory(contract=contract, parent=near, tier=2)
    facility = FacilityFactory(supplier=supplier)
    for contract in supplier.contracts.all():
        SupplyLinkFactory(contract=contract, facility=facility, tier=3)
    client = client_of(secretariat)
    client.get("/suppliers/facilities/")
    for url, queries in (
        ("/suppliers/facilities/", 4),
        (f"/suppliers/{supplier.public_id}/chain/", 6),
        (f"/suppliers/facilities/{facility.public_id}/", 14),
    ):
        with django_assert_num_queries(queries):
            client.get(url)


def test_facilities_left_behind_by_a_merge_are_not_listed(client_of, secretariat):
    keep = FacilityFactory(os_id="CN2021250D1DTN7", name="Behållen")
    gone = FacilityFactory(os_id="CN2021250D1DTN7", name="Kvarlämnad")
    merge_suppliers(by=secretariat, keep=keep.supplier, gone=gone.supplier)
    assert "Kvarlämnad" not in client_of(secretariat).get("/suppliers/facilities/").content.decode()
    assert client_of(secretariat).get(f"/suppliers/facilities/{gone.public_id}/").status_code == 404
