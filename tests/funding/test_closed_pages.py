"""What a closed year's pages answer: no link to a form, one sentence in its place, and nothing lost of what was sent."""

from datetime import date

import pytest
from django.urls import reverse

from funding.actions.briefs import save_brief_text
from funding.models import Basis, BudgetLine, FundingYear, InvoicingTerms, OutcomeEntry, RegionDecision
from tests.funding.budgets import BY, budget_line, spent
from tests.funding.factories import decided, due, moved_to, opened_year, text_of
from tests.funding.test_briefs import TEXTS

pytestmark = pytest.mark.django_db
CLOSED = "Finansieringsår 2023 är stängt, så här kan inget ändras. Två administratörer tillsammans kan öppna det igen."
YEAR = "/funding/2023/"
# The name of each page with a form, and the page that would lead there.
FORMS = {
    "brief-edit": YEAR,
    "invoicing-terms": f"{YEAR}invoicing/",
    "basis-enter": f"{YEAR}regions/23/",
    "decision-register": f"{YEAR}regions/23/",
    "decision-withdraw": f"{YEAR}regions/23/",
    "line-add": f"{YEAR}budget/",
    "line-revise": "line",
    "outcome-enter": "line",
    "outcome-correct": "line",
    "outcome-withdraw": "line",
}


# These pages are read all the same.
READ = {"brief-edit", "invoicing-terms"}


@pytest.fixture
def year() -> FundingYear:
    """Proposed and decided, with a decision, terms, texts, a line and an entry."""
    year = moved_to(opened_year({"23": 131_418, "25": 249_693}), "proposed", taken_on=date(2022, 4, 6))
    decided("23", amount_ore=13_141_800)
    due(year)
    save_brief_text(by=BY, funding_year=year, seen=1, **TEXTS)
    spent(budget_line(year), 500_00)
    return moved_to(year, "decided")


def address(name: str) -> str:
    line, entry = BudgetLine.objects.get(), OutcomeEntry.objects.get()
    rest = {
        "basis-enter": ["23"],
        "decision-register": ["23"],
        "decision-withdraw": ["23", RegionDecision.objects.get().public_id],
        "line-revise": [line.public_id],
        "outcome-enter": [line.public_id],
        "outcome-correct": [entry.public_id],
        "outcome-withdraw": [entry.public_id],
    }
    return reverse(f"funding:{name}", args=[2023, *rest.get(name, [])])


def leading(name: str) -> str:
    return BudgetLine.objects.get().get_absolute_url() if FORMS[name] == "line" else FORMS[name]


def form_in(page: str) -> bool:
    """Beside the forms of the frame: search, language, leaving."""
    return '<form class="form"' in page


@pytest.mark.parametrize("name", [each for each in FORMS if each != "basis-enter"])
def test_a_decided_years_form_is_offered_and_a_closed_ones_is_not(name, year, admin, client_of):
    """The control is the year itself before it is closed."""
    client, at = client_of(admin), address(name)
    assert at in client.get(leading(name)).text
    page = client.get(at)
    assert (page.status_code, form_in(page.text), CLOSED in text_of(page)) == (200, True, False)
    moved_to(year, "closed")
    assert (at in client.get(leading(name)).text) == (name in READ)
    page = client.get(at)
    assert (page.status_code, form_in(page.text), text_of(page).count(CLOSED)) == (200, False, 1)


def test_a_closed_years_basis_is_not_offered_either(admin, client_of):
    year = opened_year({"23": 131_418})
    at, client = reverse("funding:basis-enter", args=[2023, "23"]), client_of(admin)
    assert at in client.get(FORMS["basis-enter"]).text
    moved_to(year, "closed")
    assert at not in client.get(FORMS["basis-enter"]).text
    page = client.get(at)
    assert (page.status_code, form_in(page.text), text_of(page).count(CLOSED)) == (200, False, 1)


@pytest.mark.parametrize("name", FORMS)
def test_what_is_sent_all_the_same_is_refused_and_kept_to_copy(name, year, admin, client_of):
    """Of a page that was opened before the year was closed."""
    moved_to(year, "closed")
    sent = dict.fromkeys(
        ("text", "reason", "source", "voucher", "background_sv", "registration_number"), "Det jag skrev\ni två rader"
    )
    page = client_of(admin).post(address(name), sent | {"version": "1", "kind": "training"})
    assert (page.status_code, form_in(page.text)) == (409, False)
    told = text_of(page)
    assert told.count(CLOSED) == 1
    assert "Din text, inte sparad" in told
    assert "Det jag skrev i två rader" in told
    counts = [rows.objects.count() for rows in (Basis, BudgetLine, InvoicingTerms, OutcomeEntry, RegionDecision)]
    assert counts == [2, 1, 1, 1, 1]
    assert RegionDecision.objects.get().withdrawn_at is None


@pytest.mark.parametrize("name", FORMS)
def test_who_may_not_change_an_open_year_is_refused_in_a_closed_one_for_that_reason(name, year, reader, client_of):
    moved_to(year, "closed")
    assert client_of(reader).get(address(name)).status_code == (404 if name == "invoicing-terms" else 403)


def test_a_closed_years_texts_and_terms_can_still_be_read(year, admin, client_of):
    moved_to(year, "closed")
    assert TEXTS["background_sv"] in text_of(client_of(admin).get(address("brief-edit")))
    assert "Finansieringsandel 2023" in text_of(client_of(admin).get(address("invoicing-terms")))
