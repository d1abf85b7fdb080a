"""Registering for invoices what others have registered meanwhile, what holds already, and what is a slip."""

from datetime import date, timedelta

import pytest

from funding.actions.invoicing import LostRace, register_payer, register_terms
from funding.models import FundingYear, InvoicingTerms, Payer, VatTreatment
from portal import clock
from portal.history.models import SystemActor
from regions.models import Region
from tests.funding.factories import DUE, due, moved_to, opened_year, payer_of, text_of, vat
from tests.funding.test_invoicing_pages import PAYER, PAYER_FORM, PROPOSED, TERMS, TERMS_FORM, VAT, VAT_FORM

pytestmark = pytest.mark.django_db
BY = SystemActor("test")
HOLDS = "Inget har ändrats: det här är vad som redan gäller."
FAR = "Dagen ligger mer än 10 år bort. Skriv dagen som det gäller från."


@pytest.fixture(autouse=True)
def year() -> FundingYear:
    return moved_to(opened_year({"23": 131_418, "25": 249_693}), "decided", taken_on=PROPOSED)


def typed_of(response) -> dict[str, str]:
    """What the page's form holds, as a browser would send it."""
    return {bound.name: "" if bound.value() is None else str(bound.value()) for bound in response.context["form"]}


# --- Two at once ----------------------------------------------------------------------------------------------


def test_terms_that_another_registered_meanwhile_are_not_replaced(year, admin, person, client_of):
    due(year, text="Först")
    mine, theirs = client_of(admin), client_of(person("admin"))
    typed = typed_of(mine.get(TERMS)) | {"text": "Min text"}
    assert typed["version"] == "1"
    assert theirs.post(TERMS, typed | {"text": "Deras text", "due_on": "2023-03-31"}).status_code == 302
    lost = mine.post(TERMS, typed)
    assert lost.status_code == 409
    page = text_of(lost)
    assert "Någon annan hann spara före dig" in page
    for told in ("Min text", "Deras text", "28 februari 2023", "31 mars 2023"):
        assert told in page
    assert "Kansliet" not in [each.mine for each in lost.context["comparisons"]]
    assert InvoicingTerms.objects.first().text == "Deras text"
    again = typed_of(lost)
    assert (again["version"], again["text"]) == ("2", "Min text")
    assert mine.post(TERMS, again).status_code == 302
    assert [each.text for each in InvoicingTerms.objects.all()] == ["Min text", "Deras text", "Först"]


def test_a_payer_that_another_registered_meanwhile_is_not_hidden(admin, person, client_of):
    mine, theirs = client_of(admin), client_of(person("admin"))
    typed = typed_of(mine.get(PAYER)) | {"buyer_reference": "MIN"}
    assert theirs.post(PAYER, typed | {"buyer_reference": "DERAS"}).status_code == 302
    lost = mine.post(PAYER, typed)
    assert (lost.status_code, typed_of(lost)["buyer_reference"]) == (409, "MIN")
    assert [(each.mine, each.theirs) for each in lost.context["comparisons"]] == [("MIN", "DERAS")]
    assert [each.buyer_reference for each in Payer.objects.all()] == ["DERAS"]
    assert mine.post(PAYER, typed_of(lost)).status_code == 302
    assert [each.buyer_reference for each in Payer.objects.all()] == ["MIN", "DERAS"]


def test_a_vat_treatment_that_another_registered_meanwhile_is_not_hidden(admin, person, client_of):
    mine, theirs = client_of(admin), client_of(person("admin"))
    typed = typed_of(mine.get(VAT)) | VAT_FORM
    assert theirs.post(VAT, typed | {"ground": "Deras grund"}).status_code == 302
    lost = mine.post(VAT, typed)
    assert (lost.status_code, typed_of(lost)["ground"]) == (409, "Beslut 1")
    assert [(each.mine, each.theirs) for each in lost.context["comparisons"]] == [("Beslut 1", "Deras grund")]
    assert VatTreatment.objects.count() == 1
    assert mine.post(VAT, typed_of(lost) | {"treatment": "rate"}).status_code == 302


@pytest.mark.parametrize(("path", "body"), [(TERMS, TERMS_FORM), (PAYER, PAYER_FORM), (VAT, VAT_FORM)])
def test_pressed_twice_it_is_said_that_it_holds_already(path, body, admin, client_of):
    """Nobody else was first."""
    client = client_of(admin)
    typed = typed_of(client.get(path)) | {name: value for name, value in body.items() if name != "version"}
    assert client.post(path, typed).status_code == 302
    again = client.post(path, typed)
    assert (again.status_code, HOLDS in text_of(again)) == (200, True)


def test_another_regions_payer_is_no_race(admin, client_of):
    typed = typed_of(client_of(admin).get(PAYER)) | {"buyer_reference": "MIN"}
    payer_of("25")
    assert client_of(admin).post(PAYER, typed).status_code == 302


def test_without_a_page_there_is_no_race(year):
    """An import or a command comes without having seen any."""
    due(year)
    with pytest.raises(LostRace):
        register_terms(by=BY, funding_year=year, due_on=DUE, text="Ny", seen=0)
    register_terms(by=BY, funding_year=year, due_on=DUE, text="Ny")
    payer_of("23")
    region = Region.objects.get(code="23")
    with pytest.raises(LostRace):
        register_payer(by=BY, region=region, valid_from=clock.today(), text="Ny", seen=0)
    register_payer(by=BY, region=region, valid_from=clock.today(), text="Ny", seen=1)


@pytest.mark.parametrize(("path", "body"), [(TERMS, TERMS_FORM), (PAYER, PAYER_FORM), (VAT, VAT_FORM)])
@pytest.mark.parametrize("version", ["", "-1", "x"])
def test_a_form_that_does_not_say_what_it_saw_is_refused(path, body, version, admin, client_of):
    response = client_of(admin).post(path, body | {"version": version})
    assert "Sidan var för gammal för att spara från" in text_of(response)
    assert not InvoicingTerms.objects.exists()
    assert not Payer.objects.exists()
    assert not VatTreatment.objects.exists()


# --- What holds already ---------------------------------------------------------------------------------------


def test_the_terms_form_begins_with_those_that_count(year, admin, client_of):
    due(year, text="Först")
    due(year, text="Sedan", due_on=date(2023, 3, 31), reference="Karin")
    page = client_of(admin).get(TERMS)
    assert typed_of(page) == {"version": "2", "due_on": "2023-03-31", "text": "Sedan", "reference": "Karin"}
    for written in ('value="2023-03-31"', 'value="Sedan"', 'value="Karin"'):
        assert written in page.content.decode()


def test_what_holds_already_is_not_registered_again(year, admin, client_of):
    due(year)
    payer_of("23")
    vat("25", valid_from=date(2022, 1, 1))
    client = client_of(admin)
    terms = client.post(TERMS, typed_of(client.get(TERMS))).context["form"]
    payer = client.post(PAYER, typed_of(client.get(PAYER))).context["form"]
    treatment = client.post(VAT, VAT_FORM | {"version": "1", "valid_from": "2024-01-01"}).context["form"]
    assert terms.non_field_errors() == [HOLDS]
    assert (dict(payer.errors), dict(treatment.errors)) == ({"valid_from": [HOLDS]},) * 2
    assert payer["buyer_reference"].value() == "REF23"
    assert [rows.objects.count() for rows in (InvoicingTerms, Payer, VatTreatment)] == [1, 1, 1]


def test_the_same_from_an_earlier_day_and_after_another_is_a_change(admin, client_of):
    payer_of("23", valid_from=date(2022, 1, 1), buyer_reference="A")
    payer_of("23", valid_from=date(2023, 1, 1), buyer_reference="B")
    client, same = client_of(admin), {"peppol_id": "0007:2321000214", "counterparty_code": "9023", "text": ""}
    for version, (day, reference, status) in enumerate(
        [("2024-01-01", "A", 302), ("2021-01-01", "A", 302), ("2022-06-01", "A", 200)], start=2
    ):
        body = same | {"version": version, "valid_from": day, "buyer_reference": reference}
        assert client.post(PAYER, body).status_code == status, day


# --- Slips ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "body"), [(PAYER, PAYER_FORM), (VAT, VAT_FORM)])
def test_a_day_more_than_ten_years_away_is_refused_at_its_field(path, body, admin, client_of):
    client, today = client_of(admin), clock.today()
    for far in ("9999-12-31", "1000-01-01", f"{today.year + 11}-01-01", f"{today.year - 11}-12-31"):
        form = client.post(path, body | {"valid_from": far}).context["form"]
        assert (dict(form.errors), form["valid_from"].value()) == ({"valid_from": [FAR]}, far)
    assert not Payer.objects.exists()
    assert not VatTreatment.objects.exists()
    near = today.replace(day=1) + timedelta(days=365 * 9)
    assert client.post(path, body | {"valid_from": near.isoformat()}).status_code == 302
