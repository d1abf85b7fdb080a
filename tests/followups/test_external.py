"""Results that others made: registered, read, corrected, found, and used by the same rules as our own."""

import csv
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from codeofconduct.models import Facility
from followups.models import ExternalResult, ResultBody
from followups.queries.reuse import existing_for
from portal.home.queries import found
from tests.exchange.bringing import take_out
from tests.factories import ContractFactory, RegionFactory, SupplierFactory, system
from tests.followups.pages import page
from tests.followups.reuse_things import BodyFactory, ExternalResultFactory

pytestmark = pytest.mark.django_db
LIST = reverse("followups:external-result-list")
BODIES = reverse("followups:body-list")
PDF = (Path(__file__).parent / "one_page.pdf").read_bytes()


@pytest.fixture
def contract(buyer):
    return ContractFactory(region=RegionFactory(code="23"), supplier=SupplierFactory(name="Norrmed AB"))


@pytest.fixture
def typed(contract):
    return {
        "body": BodyFactory().public_id,
        "auditor": "Revisorerna AB",
        "carried_out_on": "2024-05-31",
        "method": "office_audit",
        "terms_level": "advanced",
        "terms": "",
        "light": "green",
        "action_plan_on": "",
        "category": "",
        "facility": "",
        "summary": "Allt i ordning",
        "sharing_tier": "regions",
        "region": "23",
    }


def register_page(supplier):
    return reverse("followups:external-result-register", args=[supplier.public_id])


def test_a_buyer_registers_a_result_with_its_document(client_of, buyer, neighbour, reader, contract, typed):
    answer = client_of(buyer).post(
        register_page(contract.supplier), typed | {"document": SimpleUploadedFile("Rapport.pdf", PDF)}
    )
    result = ExternalResult.objects.get()
    assert answer["Location"] == page("external-result-detail", result)
    assert (result.region.code, result.created_by.user, result.body.name) == ("23", buyer, "Adda")
    assert "Allt i ordning" in client_of(neighbour).get(page("external-result-detail", result)).text
    document = page("external-result-document", result)
    assert b"".join(client_of(neighbour).get(document).streaming_content) == PDF
    assert client_of(reader).get(document).status_code == 404
    ExternalResult.objects.update(sharing_tier="public")
    assert b"".join(client_of(reader).get(document).streaming_content) == PDF


def test_what_is_kept_to_the_region_is_nobody_elses(client_of, buyer, neighbour, reader, secretariat, contract, typed):
    client_of(buyer).post(register_page(contract.supplier), typed | {"sharing_tier": "concerned"})
    result = ExternalResult.objects.get()
    addresses = [
        page(f"external-result-{what}", result) for what in ("detail", "edit", "withdraw", "document", "reuse")
    ]
    for other in (neighbour, reader):
        assert {client_of(other).get(address).status_code for address in addresses} == {404}
        supplier = reverse("codeofconduct:supplier-detail", args=[contract.supplier.public_id])
        assert "Adda" not in client_of(other).get(supplier).text
        assert result not in [each.result for each in existing_for(other, contract.supplier, "office_audit")]
    assert client_of(secretariat).get(addresses[0]).status_code == 200


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"body": ""}, "body"),
        ({"carried_out_on": "2999-01-01"}, "carried_out_on"),
        ({"carried_out_on": "i våras"}, "carried_out_on"),
        ({"method": "gissning"}, "method"),
        ({"terms_level": ""}, "terms_level"),
        ({"region": "25"}, "region"),
        ({"sharing_tier": "alla"}, "sharing_tier"),
        ({"summary": "a\x00b"}, "summary"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(client_of, buyer, contract, typed, changed, field):
    answer = client_of(buyer).post(register_page(contract.supplier), typed | changed)
    assert list(answer.context["form"].errors) == [field]
    assert "Revisorerna AB" in answer.text
    assert not ExternalResult.objects.exists()


def test_a_document_that_is_no_pdf_is_refused(client_of, buyer, contract, typed):
    typed |= {"document": SimpleUploadedFile("rapport.pdf", b"MZ program")}
    answer = client_of(buyer).post(register_page(contract.supplier), typed)
    assert list(answer.context["form"].errors) == ["document"]


def test_who_may_not_register(client_of, reader, area_coordinator, stranger, contract):
    address = register_page(contract.supplier)
    answers = [client_of(user).get(address).status_code for user in (reader, area_coordinator, stranger)]
    assert answers == [403, 403, 404]


def test_two_who_correct_at_once_get_a_comparison(client_of, buyer, neighbour, secretariat, contract, typed):
    client_of(buyer).post(register_page(contract.supplier), typed)
    result = ExternalResult.objects.get()
    address = page("external-result-edit", result)
    assert client_of(neighbour).get(address).status_code == 403
    mine = {name: value for name, value in typed.items() if name != "region"} | {"version": 1}
    client_of(secretariat).post(address, mine | {"summary": "Kansliets text"})
    lost = client_of(buyer).post(address, mine | {"summary": "Min text", "light": "red"})
    assert lost.status_code == 409
    assert "Min text" in lost.text
    assert "Kansliets" in lost.text
    result.refresh_from_db()
    assert (result.summary, result.light, result.version) == ("Kansliets text", "green", 2)


def test_a_withdrawn_result_counts_for_nothing_and_can_be_read(client_of, buyer, contract, typed):
    client_of(buyer).post(register_page(contract.supplier), typed)
    result = ExternalResult.objects.get()
    assert existing_for(buyer, contract.supplier, "office_audit")[0].may_reuse
    client_of(buyer).post(page("external-result-withdraw", result), {"version": 1, "reason": "Fel leverantör"})
    assert existing_for(buyer, contract.supplier, "office_audit") == []
    assert "Fel leverantör" in client_of(buyer).get(page("external-result-detail", result)).text
    assert client_of(buyer).get(page("external-result-edit", result)).status_code == 403


def test_what_is_not_green_needs_a_dated_plan(buyer, contract):
    result = ExternalResultFactory(supplier=contract.supplier, light="yellow")
    assert not existing_for(buyer, contract.supplier, "office_audit")[0].may_reuse
    ExternalResult.objects.filter(pk=result.pk).update(action_plan_on="2030-01-01")
    assert existing_for(buyer, contract.supplier, "office_audit")[0].may_reuse


def test_a_facility_stays_unnamed_to_those_who_may_not_see_it(client_of, neighbour, secretariat, contract):
    facility = Facility.objects.create(
        supplier=contract.supplier,
        name="Hemliga fabriken",
        country="CN",
        stage="final_manufacture",
        created_by=system(),
    )
    result = ExternalResultFactory(supplier=contract.supplier, facility=facility, method="factory_audit")
    address = page("external-result-detail", result)
    assert "Hemliga fabriken" in client_of(secretariat).get(address).text
    assert "Hemliga fabriken" not in client_of(neighbour).get(address).text


def test_a_facility_of_the_chain_brings_its_results_for_a_factory_audit(buyer, contract):
    facts = {"country": "CN", "stage": "final_manufacture", "os_id": "CN2021250D1DTN7", "is_confidential": False}
    Facility.objects.create(supplier=contract.supplier, name="Suzhou", created_by=system(), **facts)
    other = SupplierFactory(name="Annan AB")
    there = Facility.objects.create(supplier=other, name="Suzhou Works", created_by=system(), **facts)
    ExternalResultFactory(supplier=other, facility=there, method="factory_audit")
    (seen,) = existing_for(buyer, contract.supplier, "factory_audit")
    assert (seen.facts.via, seen.via, seen.may_reuse) == ("facility", "Suzhou Works", True)
    assert not existing_for(buyer, contract.supplier, "office_audit")[0].may_reuse


def test_results_are_listed_narrowed_and_found(client_of, buyer, contract):
    ExternalResultFactory(supplier=contract.supplier, summary="Barnarbete uteslutet")
    ExternalResultFactory(
        supplier=SupplierFactory(name="Östervik AB"), body=BodyFactory(name="HUS"), sharing_tier="concerned"
    )
    ExternalResultFactory(supplier=SupplierFactory(name="Ängsvik AB"), body=BodyFactory(name="amfori"))
    client = client_of(buyer)

    def names(query=""):
        return [result.supplier.name for result in client.get(LIST + query).context["page"].rows]

    assert sorted(names()) == ["Norrmed AB", "Ängsvik AB"]
    assert names("?q=norrmed") == ["Norrmed AB"]
    assert names(f"?body={ResultBody.objects.get(name='amfori').public_id}") == ["Ängsvik AB"]
    assert sorted(names("?body=%00&method=x")) == ["Norrmed AB", "Ängsvik AB"]
    hits = [hit for section in found(buyer, text="barnarbete").sections for hit in section.group.hits]
    assert [hit.url for hit in hits] == [
        page("external-result-detail", ExternalResult.objects.get(summary__startswith="Barn"))
    ]


def test_the_file_holds_what_its_reader_sees(tmp_path, neighbour, contract):
    ExternalResultFactory(supplier=contract.supplier)
    ExternalResultFactory(
        supplier=SupplierFactory(name="Hemlig AB"), sharing_tier="concerned", region=RegionFactory(code="23")
    )
    path = take_out("external-results", tmp_path / "ut.csv", by=neighbour)
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    assert [row["Leverantör"] for row in rows] == ["Norrmed AB"]


def test_bodies_are_the_secretariats_rows(client_of, secretariat, buyer, contract, typed):
    assert client_of(buyer).get(BODIES).status_code == 403
    client = client_of(secretariat)
    typed_body = {"name": "Norska partnern", "kind": "abroad", "country": "no"}
    client.post(BODIES, typed_body)
    body = ResultBody.objects.get(name="Norska partnern")
    assert body.country == "NO"
    assert list(client.post(BODIES, typed_body).context["form"].errors) == ["name"]
    assert list(client.post(BODIES, typed_body | {"country": "1"}).context["form"].errors) == ["country"]
    client.post(reverse("followups:body-offer", args=[body.public_id]))
    answer = client_of(buyer).post(register_page(contract.supplier), typed | {"body": body.public_id})
    assert list(answer.context["form"].errors) == ["body"]


def test_reference_data_has_the_bodies_once(reference_data):
    names = set(ResultBody.objects.values_list("name", flat=True))
    assert {"Adda", "Sykehusinnkjøp", "HUS", "SMETA (Sedex)", "amfori BSCI"} <= names
