"""The pages of invoicing: what an administrator registers, what is refused, and who reads it."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from funding.models import FundingYear, InvoicingTerms, Payer, VatTreatment
from portal import clock
from regions.models import Region
from tests.exchange.bringing import take_out
from tests.factories import system
from tests.funding.factories import due, moved_to, opened_year, payer_of, text_of

pytestmark = pytest.mark.django_db
PROPOSED = date(2022, 4, 6)
PAGE, TERMS, PAYER, VAT = (
    "/funding/2023/invoicing/",
    "/funding/2023/invoicing/terms/",
    "/funding/regions/23/payer/",
    "/funding/vat/",
)
TERMS_FORM = {"version": "0", "due_on": "2023-02-28", "text": "Finansieringsandel 2023", "reference": "Kansliet"}
PAYER_FORM = {
    "version": "0",
    "valid_from": "2022-01-01",
    "buyer_reference": "ZZ123",
    "peppol_id": "0007:232100-0214",
    "counterparty_code": "9023",
    "text": "",
}
VAT_FORM = {"version": "0", "valid_from": "2022-01-01", "treatment": "rate", "percent": "25", "ground": "Beslut 1"}


@pytest.fixture
def year() -> FundingYear:
    return moved_to(opened_year({"23": 131_418, "25": 249_693}), "decided", taken_on=PROPOSED)


# --- The pages ----------------------------------------------------------------------------------------------


def test_an_admin_registers_all_that_an_invoice_needs(year, admin, client_of):
    client = client_of(admin)
    page = text_of(client.get(PAGE))
    assert "förfallodag saknas" in page
    assert "Peppol-ID" not in page
    for due_on in ("1000-01-01", "9999-12-31"):
        assert "due_on" in client.post(TERMS, TERMS_FORM | {"due_on": due_on}).context["form"].errors
    told = text_of(client.post(TERMS, TERMS_FORM, follow=True))
    assert "Förfallodag och text för 2023 är registrerade." in told
    assert "er referens, Peppol-ID, motpart, momshantering" in told
    assert "är registrerat." in text_of(client.post(PAYER, PAYER_FORM, follow=True))
    assert "Momshanteringen är registrerad." in text_of(client.post(VAT, VAT_FORM, follow=True))
    payer = Payer.objects.get()
    assert (payer.region.code, payer.peppol_id, payer.created_by.user) == ("23", "0007:2321000214", admin)
    treatment = VatTreatment.objects.get()
    assert (treatment.percent, treatment.ground, treatment.valid_from) == (Decimal(25), "Beslut 1", date(2022, 1, 1))
    page = text_of(client.get(PAGE))
    assert "Moms: 25 %" in page
    assert "ZZ123 Peppol 0007:2321000214 motpart 9023 ingenting 131 418 kr 32 854,50 kr 164 272,50 kr" in page


def test_the_peppol_id_is_suggested_by_the_organisation_number(reference_data, admin, client_of):
    form = client_of(admin).get(PAYER).context["form"]
    assert form["peppol_id"].value() == "0007:2321000214"
    payer_of("23", peppol_id="", buyer_reference="A", valid_from=date(2020, 1, 1))
    assert client_of(admin).get(PAYER).context["form"]["peppol_id"].value() == ""


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0007:2321000214", "0007:2321000214"),
        (" 0007 : 232100-0214", "0007:2321000214"),
        ("0088:7300009025701", "0088:7300009025701"),
        ("0088: 7300009025702", None),
    ],
)
def test_a_peppol_id_is_stored_in_one_form(typed, stored, year, admin, client_of):
    client_of(admin).post(PAYER, PAYER_FORM | {"peppol_id": typed})
    found = Payer.objects.first()
    assert (found.peppol_id if found else None) == stored


NUMBER = "Efter 0007: väntas ett organisationsnummer: tio siffror, den sista en kontrollsiffra."
SCHEME = "Skriv schema, kolon och nummer: 0007:2321000214, eller 0088: och ett GLN."


@pytest.mark.parametrize(
    ("path", "body", "field", "value", "sentence"),
    [
        (
            TERMS,
            TERMS_FORM,
            "due_on",
            "2022-04-05",
            "Året föreslogs 6 april 2022. Fakturorna kan inte förfalla dessförinnan.",
        ),
        (TERMS, TERMS_FORM, "due_on", "", "Ange när fakturorna förfaller."),
        (TERMS, TERMS_FORM, "due_on", "i vår", "Skriv datumet som år-månad-dag, till exempel 2026-12-02."),
        (TERMS, TERMS_FORM, "text", " ", "Skriv vad som ska stå på fakturan."),
        (PAYER, PAYER_FORM, "peppol_id", "0007:2321000215", NUMBER),
        (PAYER, PAYER_FORM, "peppol_id", "0007:232100021", NUMBER),
        (PAYER, PAYER_FORM, "peppol_id", "2321000214", SCHEME),
        (PAYER, PAYER_FORM, "peppol_id", "0192:991825827", SCHEME),
        (
            PAYER,
            PAYER_FORM,
            "peppol_id",
            "0088:7300009025702",
            "Det här är inget GLN. Det har tretton siffror, den sista är en kontrollsiffra.",
        ),
        (PAYER, PAYER_FORM, "counterparty_code", "90;23", "Skriv koden med bokstäver och siffror, till exempel 1234."),
        (PAYER, PAYER_FORM, "counterparty_code", "9" * 21, "Skriv högst 20 tecken. Texten har 21."),
        (PAYER, PAYER_FORM, "counterparty_code", "90;" * 10, "Skriv högst 20 tecken. Texten har 30."),
        (PAYER, PAYER_FORM, "valid_from", "", "Skriv från vilken dag det gäller."),
        (VAT, VAT_FORM, "percent", "250", "Momssatsen ska vara mellan 0 och 100 procent."),
        (VAT, VAT_FORM, "percent", "-1", "Momssatsen ska vara mellan 0 och 100 procent."),
        (VAT, VAT_FORM, "percent", "−1", "Momssatsen ska vara mellan 0 och 100 procent."),
        (VAT, VAT_FORM, "percent", "tjugofem", "Skriv satsen i procent med högst en decimal, till exempel 25."),
        (VAT, VAT_FORM, "percent", "5,55", "Skriv satsen i procent med högst en decimal, till exempel 25."),
        (VAT, VAT_FORM, "percent", "٢٥", "Skriv satsen i procent med högst en decimal, till exempel 25."),
        (VAT, VAT_FORM, "percent", "", "Skriv satsen i procent."),
        (VAT, VAT_FORM | {"treatment": "none"}, "percent", "25", "Lämna satsen tom om ingen moms läggs på."),
        (VAT, VAT_FORM, "treatment", "", "Välj hur momsen hanteras."),
        (VAT, VAT_FORM, "ground", "", "Ange lagen eller beslutet."),
        (VAT, VAT_FORM, "valid_from", "2022-13-01", "Skriv datumet som år-månad-dag, till exempel 2026-12-02."),
    ],
)
def test_bad_input_is_a_sentence_at_its_field(path, body, field, value, sentence, reference_data, admin, client_of):
    moved_to(opened_year({}), "decided", taken_on=PROPOSED)
    response = client_of(admin).post(path, body | {field: value})
    form = response.context["form"]
    assert (response.status_code, dict(form.errors)) == (200, {field: [sentence]})
    assert form[field].value() == value
    assert not any(rows.objects.exists() for rows in (InvoicingTerms, Payer, VatTreatment))


def test_a_payer_of_whom_nothing_is_told_is_refused(year, admin, client_of):
    empty = dict.fromkeys(PAYER_FORM, "") | {"version": "0", "valid_from": "2022-01-01"}
    assert list(client_of(admin).post(PAYER, empty).context["form"].errors) == ["buyer_reference"]
    assert not Payer.objects.exists()


def test_a_year_that_was_not_proposed_has_no_due_date(admin, client_of):
    opened_year({"23": 1000})
    form = client_of(admin).post(TERMS, TERMS_FORM).context["form"]
    assert form.non_field_errors() == ["Finansieringsår 2023 har inte föreslagits för regionerna ännu."]
    page = client_of(admin).get(PAGE)
    assert "Året är inte beslutat ännu" in text_of(page)
    assert "invoice_bases/export" not in page.content.decode()


def test_the_database_refuses_what_the_forms_refuse(year):
    region = Region.objects.get(code="23")
    day = clock.today()
    for make, constraint in (
        (
            lambda: Payer.objects.create(region=region, valid_from=day, peppol_id="7:1", created_by=system()),
            "payer_peppol",
        ),
        (
            lambda: VatTreatment.objects.create(valid_from=day, percent=101, ground="x", created_by=system()),
            "vat_treatment_in",
        ),
        (
            lambda: VatTreatment.objects.create(valid_from=day, percent=25, ground="", created_by=system()),
            "vat_treatment_has",
        ),
        (
            lambda: InvoicingTerms.objects.create(funding_year=year, due_on=day, created_by=system()),
            "invoicing_terms_have",
        ),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            make()


# --- Who -----------------------------------------------------------------------------------------------------


def test_a_buyer_reads_the_own_region_alone(year, buyer, neighbour, secretariat, client_of, tmp_path):
    due(year)
    payer_of("23", buyer_reference="KANARIE23")
    payer_of("25", buyer_reference="KANARIE25")
    for person, own, other in ((buyer, "23", "25"), (neighbour, "25", "23")):
        page = text_of(client_of(person).get(PAGE))
        assert (f"KANARIE{own}" in page, f"KANARIE{other}" in page, f"Region {other}" in page) == (True, False, False)
        assert client_of(person).get(f"/funding/regions/{other}/payer/").status_code == 404
        assert f"KANARIE{own}" in text_of(client_of(person).get(f"/funding/regions/{own}/payer/"))
        file = take_out("invoice_bases", tmp_path / f"{own}.csv", by=person).read_text("utf-8-sig")
        assert (f"KANARIE{own}" in file, f"KANARIE{other}" in file) == (True, False)
    page = text_of(client_of(secretariat).get(PAGE))
    assert "KANARIE23" in page
    assert "KANARIE25" in page


def test_a_reader_and_a_coordinator_of_many_regions_read_no_reference(
    year, reader, area_coordinator, stranger, client_of
):
    payer_of("23", buyer_reference="KANARIE23")
    for person in (reader, area_coordinator):
        client = client_of(person)
        assert [client.get(path).status_code for path in (PAGE, TERMS, PAYER, VAT)] == [404, 404, 404, 403]
        assert client.get("/exchange/invoice_bases/export/").status_code in {403, 404}
        assert PAGE not in client.get("/funding/2023/").content.decode()
    assert [client_of(stranger).get(path).status_code for path in (PAGE, TERMS, PAYER, VAT)] == [404] * 4


@pytest.mark.parametrize("role", ["secretariat", "buyer"])
def test_only_an_admin_registers(role, year, request, client_of):
    client = client_of(request.getfixturevalue(role))
    assert client.get(TERMS).status_code == 403
    for path, body in ((TERMS, TERMS_FORM), (PAYER, PAYER_FORM), (VAT, VAT_FORM)):
        assert client.post(path, body).status_code == 403
    assert [client.get(path).context["form"] for path in (PAYER, VAT)] == [None, None]
    assert not any(rows.objects.exists() for rows in (InvoicingTerms, Payer, VatTreatment))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_with_one_and_three_regions(rows, admin, client_of, django_assert_num_queries):
    opened_year({f"2{number}": 1000 for number in range(rows)})
    client = client_of(admin)
    with django_assert_num_queries(5):
        page = client.get(PAGE)
    assert len(page.context["rows"]) == rows
