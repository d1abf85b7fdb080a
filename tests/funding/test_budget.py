"""The budget's actions and sums: what is written, what is refused and why, and that every figure is the same everywhere."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from funding.actions.budget import correct_outcome, revise_line, withdraw_outcome
from funding.enums import ForecastRule
from funding.models import HIGHEST_AMOUNT_ORE, BudgetLine, FundingYear, OutcomeEntry
from funding.queries.budget import Difference, Standing, budget_of, lines_with_outcome, outcome_by_month, standing_of
from portal import clock
from portal.history.versions import StaleVersionError
from tests.funding.budgets import BY, WAGES, audit_of_2023, budget_line, budget_year, spent
from tests.funding.factories import moved_to, opened_year

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    return budget_year()


@pytest.fixture
def line(year):
    return budget_line(year)


def refused(action, *args, **kwargs) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as caught:
        action(*args, **kwargs)
    error = caught.value
    return error.message_dict if hasattr(error, "error_dict") else {"": error.messages}


def revised(line, **values) -> BudgetLine:
    held = {name: getattr(line, name) for name in ("version", "text", "budget_ore", "forecast_rule", "forecast_ore")}
    return revise_line(by=BY, line=line, **{**held, "revised_reason": "Nytt beslut", **values})


def corrected(entry, **values) -> OutcomeEntry:
    held = {name: getattr(entry, name) for name in ("version", "line", "booked_on", "amount_ore", "voucher", "text")}
    return correct_outcome(by=BY, entry=entry, **{**held, **values})


# --- Lines ------------------------------------------------------------------------------------------------


def test_a_line_keeps_what_was_decided_beside_what_it_is_revised_to(line):
    revised(line, budget_ore=250_000_00)
    line.refresh_from_db()
    assert (line.decided_ore, line.budget_ore, line.revised_reason, line.version) == (
        200_000_00,
        250_000_00,
        "Nytt beslut",
        2,
    )
    assert list(line.events.order_by("pgh_id").values_list("budget_ore", flat=True)) == [200_000_00, 250_000_00]


def test_a_line_is_in_the_budget_once(year, line):
    assert refused(budget_line, year, "löner") == {"text": ["Året har redan en rad med den texten."]}
    other = budget_line(year, "Resor")
    assert refused(revised, other, text=WAGES) == {"text": ["Året har redan en rad med den texten."]}
    budget_line(opened_year({}, year=2024), WAGES)
    assert BudgetLine.objects.count() == 3


def test_a_year_has_one_line_of_audits(year):
    budget_line(year, "Revisioner", kind="audits")
    assert list(refused(budget_line, year, "Fler revisioner", kind="audits")) == ["kind"]


@pytest.mark.parametrize(
    "values",
    [
        {"budget_ore": -1},
        {"budget_ore": HIGHEST_AMOUNT_ORE + 1},
        {"text": ""},
        {"source": ""},
        {"forecast_ore": 5},
        {"forecast_rule": ForecastRule.TYPED},
        {"forecast_rule": "gissning"},
        {"kind": "guld"},
    ],
)
def test_a_bad_line_is_not_written(values, year):
    assert refused(budget_line, year, **values)
    assert not BudgetLine.objects.exists()


def test_revising_takes_a_reason(line):
    assert refused(revised, line, revised_reason="") == {"revised_reason": ["Skriv varför raden ändras."]}


def test_of_two_who_revise_a_line_the_second_is_told(line):
    revised(line, budget_ore=1)
    with pytest.raises(StaleVersionError) as lost:
        revised(line, budget_ore=2)
    assert lost.value.stored.budget_ore == BudgetLine.objects.get().budget_ore == 1


# --- Outcome ----------------------------------------------------------------------------------------------


def test_outcomes_and_credits_sum_on_their_line(year, line):
    other = budget_line(year, "Resor", kind="other")
    spent(line, 500_00), spent(line, -120_50, "4002"), spent(other, 7_00, "4003")
    assert [(each.text, each.outcome_ore) for each in budget_of(year).lines] == [(WAGES, 379_50), ("Resor", 7_00)]
    assert budget_of(year).outcome_ore == 386_50


def test_a_corrected_entry_counts_as_it_stands_and_its_history_tells_what_it_was(year, line):
    other, entry = budget_line(year, "Resor"), spent(line, 500_00)
    corrected(entry, line=other, amount_ore=600_00, booked_on=date(2023, 3, 1), voucher="4009", text="")
    entry.refresh_from_db()
    assert (entry.line, entry.amount_ore, entry.voucher, entry.version) == (other, 600_00, "4009", 2)
    assert list(entry.events.order_by("pgh_id").values_list("amount_ore", flat=True)) == [500_00, 600_00]
    assert budget_of(year).outcome_ore == 600_00


def test_a_withdrawn_entry_counts_no_more_and_frees_its_voucher(year, line):
    entry = spent(line, 500_00)
    withdraw_outcome(by=BY, entry=entry, reason="Fel kostnadsställe")
    assert budget_of(year).outcome_ore == 0
    assert refused(withdraw_outcome, by=BY, entry=entry, reason="Igen") == {"": ["Posten är redan återkallad."]}
    assert refused(corrected, entry, amount_ore=1) == {"": ["Posten är redan återkallad."]}
    spent(line, 500_00)
    assert (OutcomeEntry.objects.count(), budget_of(year).outcome_ore) == (2, 500_00)


def test_withdrawing_takes_a_reason(line):
    assert list(refused(withdraw_outcome, by=BY, entry=spent(line, 1), reason="")) == ["reason"]


def test_of_two_who_correct_an_entry_the_second_is_told(line):
    entry = spent(line, 500_00)
    corrected(entry, amount_ore=1)
    with pytest.raises(StaleVersionError) as lost:
        corrected(entry, amount_ore=2)
    assert lost.value.stored.amount_ore == 1


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"amount_ore": 0}, "__all__"),
        ({"amount_ore": HIGHEST_AMOUNT_ORE + 1}, "__all__"),
        ({"amount_ore": -HIGHEST_AMOUNT_ORE - 1}, "__all__"),
        ({"voucher": ""}, "voucher"),
        ({"booked_on": date(2022, 12, 31)}, "booked_on"),
        ({"booked_on": date(2024, 1, 1)}, "booked_on"),
    ],
)
def test_a_bad_outcome_is_refused_at_its_place(values, where, line):
    assert list(refused(spent, line, **{"amount_ore": 5, **values})) == [where]
    entry = spent(line, 1, "4002")
    assert list(refused(corrected, entry, **values)) == [where]
    assert OutcomeEntry.objects.get().amount_ore == 1


def test_a_day_to_come_is_refused(year):
    this_year = opened_year({}, year=clock.today().year)
    tomorrow = clock.today() + timedelta(days=1)
    if tomorrow.year == this_year.year:
        assert list(refused(spent, budget_line(this_year), 5, booked_on=tomorrow)) == ["booked_on"]


def test_a_voucher_counts_once_and_the_sentence_says_where_it_is(year, line):
    spent(line, 5)
    sentence = "Verifikation 4001 är redan införd, på raden Löner. Rätta den posten i stället."
    assert refused(spent, budget_line(year, "Resor"), 5) == {"voucher": [sentence]}
    spent(budget_line(opened_year({}, year=2024)), 5)
    assert OutcomeEntry.objects.count() == 2


def test_an_entry_stays_within_its_year(line):
    other = budget_line(opened_year({}, year=2024))
    assert refused(corrected, spent(line, 5), line=other) == {"": ["Välj en rad för 2023."]}


def test_a_closed_year_takes_no_budget_and_no_outcome(year, line):
    entry = spent(line, 5)
    moved_to(year, "closed")
    sentence = {"": ["Finansieringsår 2023 är stängt, så dess budget och utfall står fast."]}
    for action in (
        lambda: budget_line(year, "Resor"),
        lambda: revised(line, budget_ore=1),
        lambda: spent(line, 5, "4002"),
        lambda: corrected(entry, amount_ore=6),
        lambda: withdraw_outcome(by=BY, entry=entry, reason="Fel"),
    ):
        assert refused(action) == sentence


# --- Audits -----------------------------------------------------------------------------------------------


def test_the_outcome_of_audits_are_their_invoices_and_nothing_is_entered(year):
    audits = budget_line(year, "Revisioner", 100_000_00, kind="audits")
    audit_of_2023(price_ore=90_000_00, actual_ore=85_000_00)
    audit_of_2023(price_ore=40_000_00)
    audit_of_2023(price_ore=7_00, payer="supplier")
    figures = budget_of(year)
    [row] = figures.lines
    assert (row.outcome_ore, row.committed_ore, row.foreseen_ore) == (85_000_00, 40_000_00, 125_000_00)
    assert figures.difference == Difference(25_000_00, Decimal("0.25"))
    assert "hämtas från deras fakturor" in refused(spent, audits, 5)[""][0]


def test_audits_without_a_budget_line_are_told_beside_the_sums(year, line):
    audit_of_2023(price_ore=90_000_00, actual_ore=85_000_00)
    audit_of_2023(price_ore=40_000_00)
    figures = budget_of(year)
    assert (figures.outcome_ore, figures.committed_ore, figures.foreseen_ore) == (0, 0, 0)
    assert (figures.unbudgeted_ore, figures.budget_ore) == (125_000_00, 200_000_00)


# --- Figures ----------------------------------------------------------------------------------------------


def test_the_budget_stands_beside_what_the_regions_owe(year):
    budget_line(year, "Allt", 381_747_00)
    assert (budget_of(year).owed_ore, budget_of(year).balance_ore) == (381_747_00, 0)
    budget_line(year, "Och lite till", 1)
    assert (budget_of(year).balance_ore, budget_of(year).missing_ore) == (-1, 1)


def test_a_year_without_lines_has_sums_of_nothing(year):
    figures = budget_of(year)
    assert (figures.budget_ore, figures.outcome_ore, figures.used, figures.difference.share) == (0, 0, None, None)
    assert outcome_by_month(year, budget_of(year)) == []


def test_the_months_sum_to_the_outcome(year, line):
    for day, amount in ((date(2023, 3, 1), 5), (date(2023, 1, 31), 7), (date(2023, 3, 31), -2)):
        spent(line, amount, str(day), booked_on=day)
    withdraw_outcome(by=BY, entry=spent(line, 100, "fel"), reason="Fel")
    audit_of_2023(price_ore=4, actual_ore=40, invoiced_on=date(2023, 11, 30))
    audit_of_2023(price_ore=5)
    assert months_of(year) == [(1, 7, 0, 7), (3, 3, 0, 10)]
    assert budget_of(year).outcome_ore == 10
    budget_line(year, "Revisioner", 100, kind="audits")
    audit_of_2023(price_ore=4, actual_ore=30, invoiced_on=date(2023, 3, 31))
    assert months_of(year) == [(1, 7, 0, 7), (3, 3, 30, 40), (11, 0, 40, 80)]
    assert (budget_of(year).outcome_ore, budget_of(year).booked_ore) == (80, 10)


def months_of(year) -> list[tuple]:
    """The month, what was booked, what audits cost, and both from the beginning of the year."""
    months = outcome_by_month(year, budget_of(year))
    return [(each.first and each.first.month, each.booked_ore, each.audits_ore, each.so_far_ore) for each in months]


def test_the_sums_are_those_that_sql_gives(year, line):
    """A second way, by the tables alone."""
    other = budget_line(year, "Resor", 3_33, kind="other")
    for number, amount in enumerate((5_55, -1_11, 900_00_01)):
        spent(other if number else line, amount, str(number))
    figures = budget_of(year)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(budget_ore), sum(decided_ore) FROM funding_budgetline")
        assert cursor.fetchone() == (figures.budget_ore, figures.decided_ore)
        cursor.execute("SELECT sum(amount_ore) FROM funding_outcomeentry WHERE withdrawn_at IS NULL")
        assert cursor.fetchone() == (figures.outcome_ore,)
    assert figures.foreseen_ore == sum(each.foreseen_ore for each in figures.lines)


@pytest.mark.parametrize(("year_number", "gone"), [(2016, 366), (2023, 365), (2100, 0)])
def test_a_year_that_has_ended_or_is_to_come_has_all_or_none_of_its_days(year_number, gone):
    assert standing_of(FundingYear(year=year_number)).days_gone == gone


def test_today_is_a_day_gone():
    standing = standing_of(FundingYear(year=clock.today().year))
    assert standing.days_gone == clock.today().timetuple().tm_yday
    assert standing.has_ended == (standing.days_gone == standing.days)


# --- Forecast: through the database, on one line of audits, whose outcome is the standing's -------------------


def foreseen(standing: Standing, **values) -> int:
    BudgetLine.objects.update(**values)
    return lines_with_outcome([standing]).get().foreseen_ore


def standing(outcome: int, ordered: int, gone: int, days: int = 365) -> Standing:
    return Standing(2023, {1: outcome}, ordered, gone, days)


@pytest.mark.parametrize(
    ("held", "forecast_ore", "expected"),
    [
        (standing(100_00, 0, 73), None, 500_00),
        (standing(100_00, 450_00, 73), None, 550_00),
        (standing(100_49, 0, 73), None, 502_00),
        (standing(0, 0, 0), None, 200_000_00),
        (standing(0, 0, 1), None, 0),
        (standing(100_49, 3, 365), None, 100_52),
        (standing(-100_00, 0, 73), None, -100_00),
        (standing(100_00, 0, 73), 300_00, 300_00),
        (standing(100_00, 250_00, 73), 300_00, 350_00),
        (standing(100_00, 0, 365), 300_00, 100_00),
    ],
)
def test_the_forecast_follows_the_rule_on_the_page(held, forecast_ore, expected, year):
    budget_line(year, "Revisioner", kind="audits")
    rule = ForecastRule.PACE if forecast_ore is None else ForecastRule.TYPED
    assert foreseen(held, forecast_rule=rule, forecast_ore=forecast_ore) == expected


ORE = st.integers(-HIGHEST_AMOUNT_ORE * 40, HIGHEST_AMOUNT_ORE * 40)


@settings(max_examples=150)
@given(
    outcome=ORE,
    ordered=st.integers(0, HIGHEST_AMOUNT_ORE),
    gone=st.integers(0, 365),
    typed=st.booleans(),
    data=st.data(),
)
def test_a_forecast_is_never_less_than_what_is_known_and_ends_there(outcome, ordered, gone, typed, data):
    if not BudgetLine.objects.exists():
        budget_line(budget_year(), "Revisioner", kind="audits")
    own = data.draw(st.integers(0, HIGHEST_AMOUNT_ORE)) if typed else None
    rule = ForecastRule.TYPED if typed else ForecastRule.PACE
    found = foreseen(standing(outcome, ordered, gone), forecast_rule=rule, forecast_ore=own)
    known = outcome + ordered
    assert found >= known
    if gone == 365:
        assert found == known
    elif typed:
        assert found == max(known, own)
    elif gone:
        assert found == known or abs(found * gone - outcome * 365) <= 50 * gone


# --- The database's own guard ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda: BudgetLine.objects.update(decided_ore=5), "Cannot"),
        (lambda: BudgetLine.objects.update(kind="audits"), "Cannot"),
        (lambda: BudgetLine.objects.update(budget_ore=-1), "budget_line_in_range"),
        (lambda: BudgetLine.objects.update(forecast_ore=5), "budget_line_forecast_as_its_rule"),
        (lambda: BudgetLine.objects.all().delete(), "Cannot"),
        (lambda: OutcomeEntry.objects.all().delete(), "Cannot"),
        (lambda: OutcomeEntry.objects.update(amount_ore=0), "outcome_of_something"),
        (lambda: OutcomeEntry.objects.update(booked_on=date(2022, 1, 1)), "fits_its_line"),
        (lambda: OutcomeEntry.objects.update(line=BudgetLine.objects.get(kind="audits")), "fits_its_line"),
        (lambda: OutcomeEntry.objects.update(withdrawn_reason="x"), "outcome_withdrawn_with_reason"),
        (lambda: OutcomeEntry.objects.update(voucher=""), "outcome_has_voucher"),
    ],
)
def test_the_database_keeps_the_rules_whoever_writes(change, rule, year, line):
    spent(line, 5)
    if "fits" in rule:
        budget_line(year, "Revisioner", kind="audits")
    with pytest.raises((DatabaseError, IntegrityError, Exception), match=rule), transaction.atomic():
        change()


def test_what_is_withdrawn_stays_withdrawn(line):
    withdraw_outcome(by=BY, entry=spent(line, 5), reason="Fel")
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        OutcomeEntry.objects.update(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
