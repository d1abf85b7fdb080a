"""The budget's page is of one moment, says whose the forecast is, and its months lead to the outcome."""

import threading
from datetime import date

import pytest
from django.db import connection
from django.http import QueryDict

from funding.actions.briefs import save_brief_text
from funding.actions.budget import correct_outcome, revise_line
from funding.documents.brief import DECISION_BRIEF
from funding.models import BudgetLine, FundingYear, OutcomeEntry
from funding.queries.briefs import TEXT_FIELDS
from funding.queries.budget import Standing, lines_with_outcome
from funding.queries.moment import one_moment
from funding.resources.budget import lines_listed
from funding.resources.statements import spending_listed, statements_listed
from tests.funding.budgets import BY, WAGES, audit_of_2023, budget_line, budget_year, spent
from tests.funding.factories import moved_to, paid, text_of

BUDGET = "/funding/2023/budget/"


# --- One moment -----------------------------------------------------------------------------------------------


def elsewhere(act) -> None:
    """Done and committed by someone else."""

    def with_own_connection() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=with_own_connection)
    thread.start()
    thread.join()


def just_before(table, act):
    """A wrapper of the connection that lets someone else act when the table is about to be read."""
    acted = []

    def wrapper(execute, sql, params, many, context):
        if table in sql and not acted:
            acted.append(sql)
            elsewhere(act)
        return execute(sql, params, many, context)

    return connection.execute_wrapper(wrapper)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_lines_and_months_of_the_page_are_of_one_moment(admin, client_of):
    line = budget_line(budget_year())
    spent(line, 100_00)
    client = client_of(admin)
    with just_before('EXTRACT(MONTH FROM "funding_outcomeentry"', lambda: spent(line, 500_00, "4002")):
        context = client.get(BUDGET).context
    assert (context["figures"].outcome_ore, context["months"][-1].so_far_ore) == (100_00, 100_00)
    context = client.get(BUDGET).context
    assert (context["figures"].outcome_ore, context["months"][-1].so_far_ore) == (600_00, 600_00)


def lines_of_the_file() -> list[int]:
    return [line.outcome_ore for line in lines_listed(BY, QueryDict()).rows]


def statements_of_the_file() -> list[int]:
    return [row.paid_ore for row in statements_listed(BY, QueryDict("region=23")).rows]


def spending_of_the_file() -> list[int]:
    return [place.cost.actual_ore for place in spending_listed(BY, QueryDict()).rows]


def texts_of_the_brief() -> list[bool]:
    texts = DECISION_BRIEF.prepare(FundingYear.objects.get()).texts
    return [text == "Nytt" for name, text in texts.items() if name == "background_sv"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize(
    ("read", "table", "act", "before", "after"),
    [
        (
            lines_of_the_file,
            '"outcome_ore"',
            lambda: spent(BudgetLine.objects.get(), 500_00, "4002"),
            [100_00],
            [600_00],
        ),
        (statements_of_the_file, '"fixed_ore"', lambda: paid("23", "F-1", 500_00, paid_ore=7_00), [0], [7_00]),
        (
            spending_of_the_file,
            "followups_audit",
            lambda: audit_of_2023(actual_ore=5_00),
            [],
            [5_00],
        ),
        (
            texts_of_the_brief,
            "funding_brieftext",
            lambda: save_brief_text(
                by=BY, funding_year=FundingYear.objects.get(), seen=0, **dict.fromkeys(TEXT_FIELDS, "Nytt")
            ),
            [False],
            [True],
        ),
    ],
)
def test_what_goes_out_is_of_one_moment(read, table, act, before, after):
    spent(budget_line(budget_year()), 100_00)
    with just_before(table, act):
        assert read() == before
    assert read() == after


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_page_of_a_line_lists_what_its_outcome_counts(admin, client_of):
    line = budget_line(budget_year())
    spent(line, 100_00)
    client, told = client_of(admin), []
    with just_before('ORDER BY "funding_outcomeentry"."id"', lambda: spent(line, 500_00, "4002")):
        for _moment in range(2):
            context = client.get(line.get_absolute_url()).context
            told.append((context["line"].outcome_ore, [each.amount_ore for each in context["page"].rows]))
    assert told == [(100_00, [100_00]), (600_00, [500_00, 100_00])]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_is_read_inside_does_not_see_what_comes_between():
    """And what is read after it does: the control."""
    line = budget_line(budget_year())
    with one_moment():
        before = OutcomeEntry.objects.filter(line=line).count()
        elsewhere(lambda: spent(line, 1, "4001"))
        assert OutcomeEntry.objects.filter(line=line).count() == before == 0
    elsewhere(lambda: spent(line, 1, "4002"))
    assert OutcomeEntry.objects.filter(line=line).count() == 2


# --- Whose the forecast is ------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days_gone", "own_ore", "is_own"),
    [(100, 900_00, True), (100, 400_00, False), (365, 900_00, False), (0, 900_00, True)],
    ids=["under way", "more is spent", "ended", "to come"],
)
def test_a_typed_forecast_is_called_our_own_only_where_it_counts(days_gone, own_ore, is_own):
    spent(budget_line(budget_year(), forecast_rule="typed", forecast_ore=own_ore), 500_00)
    line = lines_with_outcome([Standing(2023, {}, 0, days_gone, 365)]).get()
    assert line.has_own_forecast == is_own
    assert line.foreseen_ore == (own_ore if is_own else 500_00)


@pytest.mark.django_db
def test_the_pages_of_a_year_that_has_ended_show_the_outcome_instead(admin, client_of, settings):
    spent(budget_line(budget_year(), forecast_rule="typed", forecast_ore=900_00), 500_00)
    client, line = client_of(admin), BudgetLine.objects.get(text=WAGES).get_absolute_url()
    ended = "Året är slut: i stället för en prognos räknas det som är förbrukat och beställt."
    told, of_line = text_of(client.get(BUDGET)), text_of(client.get(line))
    assert ("900 kr egen" in told, "egen" in told.split("Så räknas")[0], ended in of_line) == (False, False, True)
    settings.PORTAL_NOW = "2023-06-30T09:00"
    told, of_line = text_of(client.get(BUDGET)), text_of(client.get(line))
    assert ("900 kr egen" in told, ended in of_line) == (True, False)


# --- The history of a line ------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_history_of_a_line_tells_its_amounts_in_kronor_and_who_it_was(language, admin, client_of):
    line = budget_line(budget_year(), budget_ore=50_000_00)
    values = {"text": WAGES, "forecast_rule": "pace", "forecast_ore": None, "revised_reason": "Ny tjänst"}
    revise_line(by=admin, line=line, version=1, budget_ore=60_000_00, **values)
    entry = spent(line, 500_00)
    values = {"booked_on": entry.booked_on, "voucher": entry.voucher, "text": entry.text}
    correct_outcome(by=admin, entry=entry, version=1, line=line, amount_ore=600_50, **values)
    client = client_of(admin)
    admin.language = language
    admin.save()
    told = text_of(client.get(line.get_absolute_url()))
    expected = {
        "sv": ("budget 50 000 kr → blev 60 000 kr", "belopp 500 kr → blev 600,50 kr"),
        "en": ("budget SEK 50,000 → became SEK 60,000", "amount SEK 500 → became SEK 600.50"),
    }
    assert [text for text in expected[language] if text.lower() not in told.lower()] == []
    assert "öre)" not in told
    assert str(admin) in told


# --- Months and audits ----------------------------------------------------------------------------------------


def foot_of(page) -> str:
    return text_of(page).partition("under 2023 månad för månad")[2].partition("Så räknas")[0]


@pytest.mark.django_db
def test_the_months_and_the_audits_make_the_outcome_of_an_open_and_a_closed_year(admin, client_of):
    year, client = budget_year(), client_of(admin)
    spent(budget_line(year), 500_00, booked_on=date(2023, 3, 3))
    assert "Mars 500 kr 500 kr Utfall 500 kr 500 kr" in foot_of(client.get(BUDGET))
    budget_line(year, "Revisioner", 100_000_00, kind="audits")
    audit_of_2023(price_ore=90_000_00, actual_ore=85_000_00)
    rest = "Mars 500 kr 0 kr 500 kr Maj 0 kr 85 000 kr 85 500 kr Utfall 500 kr 85 000 kr 85 500 kr"
    assert rest in foot_of(client.get(BUDGET))
    moved_to(year, "closed")
    audit_of_2023(price_ore=1_00, actual_ore=1_00)
    assert rest in foot_of(client.get(BUDGET))
