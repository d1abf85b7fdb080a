"""The budget's pages: who sees and does what, what each says to bad input, and what two editors are told."""

from datetime import date

import pytest
from django.urls import reverse

from funding.actions.budget import revise_line, withdraw_outcome
from funding.models import BudgetLine, OutcomeEntry
from tests.factories import CategoryFactory, RegionFactory
from tests.followups.audit_factories import FacilityFactory
from tests.followups.factories import FollowUpFactory
from tests.funding.budgets import BY, WAGES, audit_of_2023, budget_line, budget_year, spent
from tests.funding.factories import moved_to, text_of

pytestmark = pytest.mark.django_db
BUDGET = "/funding/2023/budget/"
SPENDING = "/funding/2023/budget/spending/"
ADD = "/funding/2023/budget/lines/new/"
LINE_FORM = {
    "kind": "training",
    "text": "Kurs",
    "budget_ore": "50 000",
    "source": "Styrgruppen",
    "forecast_rule": "pace",
    "forecast_ore": "",
}
REVISION = {
    "version": "1",
    "text": WAGES,
    "budget_ore": "210 000",
    "forecast_rule": "pace",
    "forecast_ore": "",
    "revised_reason": "Ny tjänst",
}
OUTCOME = {"booked_on": "2023-02-28", "amount_ore": "48 250,50", "voucher": "4001", "text": "Löner februari"}
TEXT = "Konsultfirman Hemlig AB"


@pytest.fixture
def year():
    return budget_year()


@pytest.fixture
def line(year):
    return budget_line(year)


def at(line, page="detail") -> str:
    return reverse("funding:outcome-enter" if page == "enter" else f"funding:line-{page}", args=[2023, line.public_id])


def of(entry, page) -> str:
    return reverse(f"funding:outcome-{page}", args=[2023, entry.public_id])


def test_a_year_without_lines_speaks_of_no_share_of_its_budget(year, reader, client_of):
    page = text_of(client_of(reader).get(BUDGET))
    assert "ytterligare 0 kr är beställt" in page
    assert ("av budgeten" in page, "som den beslutades" in page) == (False, False)


# --- Who ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["admin", "secretariat", "buyer", "area_coordinator", "reader"])
def test_all_with_a_role_see_the_sums_and_the_secretariat_alone_the_vouchers(role, line, request, client_of):
    spent(line, 48_250_50, text=TEXT)
    client, is_staff = client_of(request.getfixturevalue(role)), role in {"admin", "secretariat"}
    page = text_of(client.get(BUDGET))
    assert "48 250,50 kr" in page
    assert "Vart gick pengarna till revisioner 2023?" in text_of(client.get(SPENDING))
    assert (TEXT in page, at(line) in client.get(BUDGET).content.decode()) == (False, is_staff)
    detail = client.get(at(line))
    assert (detail.status_code, TEXT in text_of(detail)) == (200, True) if is_staff else (403, False)
    assert BUDGET in client.get("/funding/2023/").content.decode()


def test_the_secretariat_enters_and_the_administrator_sets(line, secretariat, admin, reader, client_of):
    entry = spent(line, 5)
    for user, enters, sets in ((reader, 403, 403), (secretariat, 200, 403), (admin, 200, 200)):
        client = client_of(user)
        for url in (at(line, "enter"), of(entry, "correct"), of(entry, "withdraw")):
            assert client.get(url).status_code == enters, url
        for url in (ADD, at(line, "revise")):
            assert client.get(url).status_code == sets, url
            assert client.post(url, {}).status_code == sets, url
    assert (BudgetLine.objects.count(), OutcomeEntry.objects.get().version) == (1, 1)


def test_pages_are_in_english_too(line, person, client_of):
    client = client_of(person("reader", language="en"))
    assert "Is the money enough in 2023?" in text_of(client.get(BUDGET))
    assert "Where did the money for audits go in 2023?" in text_of(client.get(SPENDING))


def test_a_closed_year_is_read_only(year, line, admin, client_of):
    entry, client = spent(line, 5), client_of(admin)
    moved_to(year, "closed")
    for url in (ADD, at(line, "revise"), at(line, "enter"), of(entry, "correct"), of(entry, "withdraw")):
        assert (client.get(url).status_code, client.post(url, OUTCOME).status_code) == (200, 409), url
    assert "Finansieringsåret är stängt, så dess budget och utfall står fast." in text_of(client.get(at(line)))


# --- What is written ----------------------------------------------------------------------------------------


def test_an_admin_sets_and_revises_a_line(year, admin, client_of):
    client = client_of(admin)
    page = text_of(client.post(ADD, LINE_FORM, follow=True))
    assert "Raden ”Kurs” finns i budgeten." in page
    line = BudgetLine.objects.get()
    assert (line.kind, line.decided_ore, line.created_by.user) == ("training", 50_000_00, admin)
    values = REVISION | {"text": "Kurser", "forecast_rule": "typed", "forecast_ore": "60 000"}
    client.post(at(line, "revise"), values)
    line.refresh_from_db()
    assert (line.text, line.budget_ore, line.decided_ore, line.forecast_ore) == ("Kurser", 21000000, 5000000, 6000000)
    page = text_of(client.get(BUDGET))
    assert "Ändrad: Ny tjänst" in page
    assert "beslutat 50 000 kr" in page


def test_the_secretariat_enters_corrects_and_withdraws(line, secretariat, client_of):
    client, other = client_of(secretariat), budget_line(line.funding_year, "Resor")
    assert "48 250,50 kr enligt verifikation 4001 är infört." in text_of(
        client.post(at(line, "enter"), OUTCOME, follow=True)
    )
    entry = OutcomeEntry.objects.get()
    assert (entry.amount_ore, entry.created_by.user, entry.origin) == (48_250_50, secretariat, "typed")
    form = client.get(of(entry, "correct")).context["form"]
    assert (form["amount_ore"].value(), form["line"].value()) == ("48250,50", line.public_id)
    client.post(of(entry, "correct"), OUTCOME | {"version": "1", "amount_ore": "−500", "line": other.public_id})
    entry.refresh_from_db()
    assert (entry.amount_ore, entry.line) == (-500_00, other)
    page = text_of(client.post(of(entry, "withdraw"), {"reason": "Fel kostnadsställe"}, follow=True))
    assert "återkallad" in page
    assert "Fel kostnadsställe" in page
    again = client.post(of(entry, "withdraw"), {"reason": "Igen"})
    assert again.context["form"].non_field_errors() == ["Posten är redan återkallad."]


# --- Bad input ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"budget_ore": "-1"}, {"budget_ore": ["Beloppet kan inte vara mindre än 0."]}),
        ({"budget_ore": "mycket"}, {"budget_ore": ["Skriv ett belopp i kronor, till exempel 131 418 eller 1,50."]}),
        ({"budget_ore": "9" * 30}, {"budget_ore": ["Beloppet får vara högst 100 000 000 kr."]}),
        ({"budget_ore": ""}, {"budget_ore": ["Skriv radens budget, eller 0."]}),
        ({"text": ""}, {"text": ["Skriv vad pengarna ska gå till."]}),
        ({"text": "löner"}, {"text": ["Året har redan en rad med den texten."]}),
        ({"source": " "}, {"source": ["Ange beslutet som ger budgeten."]}),
        ({"kind": "guld"}, {"kind": None}),
        ({"kind": "audits"}, {"kind": ["Året har redan en rad för revisioner. Ändra den i stället."]}),
        ({"forecast_ore": "5"}, {"forecast_ore": ["Välj egen prognos ovan, eller lämna fältet tomt."]}),
        (
            {"forecast_rule": "typed"},
            {"forecast_ore": ["Skriv din egen prognos, eller välj dagarna som gått ovan."]},
        ),
    ],
)
def test_a_bad_line_is_a_sentence_at_its_field(changed, errors, year, line, admin, client_of):
    budget_line(year, "Revisioner", kind="audits")
    response = client_of(admin).post(ADD, LINE_FORM | changed)
    found = dict(response.context["form"].errors)
    assert list(found) == list(errors)
    assert [text for text in errors.values() if text] in ([], list(found.values()))
    assert response.context["form"]["source"].value() == (LINE_FORM | changed)["source"]
    assert BudgetLine.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"amount_ore": "0"}, {"amount_ore": ["Skriv ett annat belopp än 0."]}),
        ({"amount_ore": ""}, {"amount_ore": ["Skriv beloppet."]}),
        ({"amount_ore": "många"}, {"amount_ore": ["Skriv ett belopp i kronor, till exempel 131 418 eller 1,50."]}),
        ({"amount_ore": "-" + "9" * 30}, {"amount_ore": ["Beloppet får vara högst 100 000 000 kr."]}),
        ({"booked_on": "2022-12-31"}, {"booked_on": ["Skriv ett datum under 2023."]}),
        ({"booked_on": "i våras"}, {"booked_on": ["Skriv datumet som år-månad-dag, till exempel 2026-12-02."]}),
        ({"voucher": ""}, {"voucher": ["Skriv verifikationens nummer."]}),
        (
            {"voucher": "3999"},
            {"voucher": ["Verifikation 3999 är redan införd, på raden Löner. Rätta den posten i stället."]},
        ),
    ],
)
def test_a_bad_outcome_is_a_sentence_at_its_field(changed, errors, line, secretariat, client_of):
    spent(line, 5, "3999")
    response = client_of(secretariat).post(at(line, "enter"), OUTCOME | changed)
    assert dict(response.context["form"].errors) == errors
    assert {name: response.context["form"][name].value() for name in changed} == changed
    assert OutcomeEntry.objects.count() == 1


def test_nothing_is_entered_on_the_line_of_audits(year, secretariat, client_of):
    audits = budget_line(year, "Revisioner", kind="audits")
    response = client_of(secretariat).post(at(audits, "enter"), OUTCOME)
    assert "hämtas från deras fakturor" in response.context["form"].non_field_errors()[0]
    assert at(audits, "enter") not in client_of(secretariat).get(at(audits)).content.decode()


# --- Two editors --------------------------------------------------------------------------------------------


def test_a_line_revised_meanwhile_is_a_409_that_keeps_what_was_typed(line, admin, client_of):
    revise_line(
        by=BY,
        line=line,
        version=1,
        text=WAGES,
        budget_ore=1_00,
        forecast_rule="pace",
        forecast_ore=None,
        revised_reason="Före",
    )
    client = client_of(admin)
    response = client.post(at(line, "revise"), REVISION)
    assert response.status_code == 409
    assert "210 000 kr" in text_of(response)
    again = {name: response.context["form"][name].value() for name in REVISION}
    assert again == REVISION | {"version": "2"}
    assert client.post(at(line, "revise"), again).status_code == 302
    assert BudgetLine.objects.get().budget_ore == 210_000_00


def test_an_entry_corrected_meanwhile_is_a_409(line, secretariat, client_of):
    entry, client = spent(line, 5), client_of(secretariat)
    form = OUTCOME | {"version": "1", "line": line.public_id}
    assert client.post(of(entry, "correct"), form).status_code == 302
    response = client.post(of(entry, "correct"), form | {"amount_ore": "7"})
    assert (response.status_code, OutcomeEntry.objects.get().amount_ore) == (409, 48_250_50)


# --- Figures ------------------------------------------------------------------------------------------------


def test_over_budget_is_said_in_words(line, reader, client_of):
    spent(line, 250_000_00)
    page = client_of(reader).get(BUDGET)
    assert "50 000 kr över budget skillnaden är 25 % av budgeten" in text_of(page)
    assert "tile-late" in page.content.decode()
    assert "181 747 kr andelarna minus budgeten överskott: andelarna räcker" in text_of(page)


def test_what_went_to_another_region_is_not_for_its_neighbour(year, buyer, neighbour, reader, client_of):
    home = RegionFactory(code="23")
    audit_of_2023(actual_ore=30_000_00, follow_up=FollowUpFactory(lead_region=home))
    for user, seen in ((buyer, ["23"]), (neighbour, ["25"]), (reader, ["23", "25"])):
        spending = client_of(user).get(SPENDING).context["spending"]
        assert [each.region.code for each in spending.regions] == seen
        assert len(spending.places) == ("23" in seen)
        assert spending.total.actual_ore == 30_000_00


def test_a_budget_above_the_contributions_is_not_in_balance(year, reader, client_of):
    budget_line(year, "Allt", 400_000_00)
    assert "inte i balans: 18 253 kr saknas" in text_of(client_of(reader).get(BUDGET))


def test_what_went_back_to_the_regions(year, reader, client_of):
    home, other = RegionFactory(code="23"), RegionFactory(code="25")
    textile, surgery = CategoryFactory(name="Textil"), CategoryFactory(name="Kirurgi")
    for region, category, ore in ((home, textile, 30_000_00), (home, surgery, 10_000_00), (other, textile, 40_000_00)):
        audit_of_2023(actual_ore=ore, follow_up=FollowUpFactory(lead_region=region, category=category))
    at_home = FollowUpFactory(lead_region=home, category=textile)
    facility = FacilityFactory(supplier=at_home.supplier)
    audit_of_2023(price_ore=5_000_00, kind="factory", follow_up=at_home, facility=facility)
    audit_of_2023(follow_up=FollowUpFactory(lead_region=home, category=surgery))
    response = client_of(reader).get(SPENDING)
    spending = response.context["spending"]
    assert [(each.label, each.actual_ore, each.ordered_ore, each.unpriced) for each in spending.categories] == [
        ("Kirurgi", 10_000_00, 0, 1),
        ("Textil", 70_000_00, 5_000_00, 0),
    ]
    assert [(each.region.code, each.cost.actual_ore, each.owed_ore) for each in spending.regions] == [
        ("23", 40_000_00, 132_054_00),
        ("25", 40_000_00, 249_693_00),
    ]
    kinds = {each.label: (each.audits, each.invoiced, each.average_ore) for each in spending.kinds}
    assert kinds == {"kontorsrevision": (4, 3, 26_666_66), "fabriksrevision": (1, 0, None)}
    assert [(place, region.name) for place, region, _cost in spending.places] == [
        ("Kirurgi", home.name),
        ("Textil", home.name),
        ("Textil", other.name),
    ]
    page = text_of(response)
    assert "80 000 kr har fakturerats för revisioner ytterligare 5 000 kr är beställt" in page
    assert f"{home.name} 4 40 000 kr 50 % 132 054 kr 30,3 %" in page
    assert sum(each.actual_ore for _place, _region, each in spending.places) == spending.total.actual_ore == 80_000_00


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_ask_no_more_for_more_rows(rows, year, secretariat, client_of, django_assert_num_queries):
    first = budget_line(year)
    for number in range(rows):
        budget_line(year, f"Rad {number}")
        for month in range(1, rows + 1):
            spent(first, 5, f"{number}-{month}", booked_on=date(2023, month, 3))
        category = CategoryFactory(name=f"Kategori {number}")
        follow_up = FollowUpFactory(lead_region=RegionFactory(code="23"), category=category)
        audit_of_2023(actual_ore=100, follow_up=follow_up)
    withdraw_outcome(by=BY, entry=OutcomeEntry.objects.first(), reason="Fel")
    client = client_of(secretariat)
    for url, queries in ((BUDGET, 8), (SPENDING, 7), (at(first), 15)):
        with django_assert_num_queries(queries):
            assert client.get(url).status_code == 200
