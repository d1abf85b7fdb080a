"""Who writes to several years at once, or opens one, takes turns with the others: nobody is refused, nothing is missed."""

from datetime import date
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction

from funding.actions.decisions import withdraw_decision
from funding.actions.rates import correct_rate, register_rate
from funding.models import Contribution, FundingYear, OutcomeEntry, Payment, Rate
from funding.queries.opening import parts_of_rate
from funding.resources import PaymentResource
from funding.resources.budget import OutcomeResource
from portal.history.models import SystemActor
from tests.exchange.bringing import bring
from tests.funding.budgets import budget_line
from tests.funding.factories import decided, moved_to, opened_year
from tests.funding.turns import Other

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
SYSTEM = SystemActor("test")
FILES = {
    "payments": ("år;region;fakturanr;fakturadatum;belopp", "{};23;{};2026-02-01;10", PaymentResource, Payment),
    "outcomes": (
        "år;budgetrad;bokföringsdatum;belopp;verifikation",
        "{0};Löner;{0}-01-31;10;{1}",
        OutcomeResource,
        OutcomeEntry,
    ),
}


@pytest.fixture
def years():
    found = [opened_year({"23": 1_000}, year=2023), opened_year({}, year=2024)]
    for year in found:
        budget_line(year)
        moved_to(year, "proposed", taken_on=date(2022, 1, 10))
    return found


def ledger(kind: str, folder: Path) -> Path:
    """A file whose later year comes first."""
    heading, line, _resource, _model = FILES[kind]
    path = folder / "bok.csv"
    path.write_text("\n".join((heading, line.format(2024, 1), line.format(2023, 2))), encoding="utf-8")
    return path


def both_at_once(kind: str, path: Path) -> list[Exception]:
    """A decision is registered and the file let in, both while somebody holds the first year. What they failed with."""
    with transaction.atomic():
        FundingYear.objects.select_for_update().get(year=2023)
        decision = Other(lambda: decided("23", amount_ore=500_00))
        decision.until_it_waits()
        file = Other(lambda: bring(kind, path))
        file.until_it_waits(2)
    return [error for error in (decision.ended(), file.ended()) if error]


@pytest.mark.parametrize("kind", FILES)
def test_a_file_and_a_decision_of_the_same_years_wait_for_each_other(kind, years, tmp_path):
    assert both_at_once(kind, ledger(kind, tmp_path)) == []
    assert FILES[kind][3].objects.count() == 2
    assert list(Contribution.objects.values_list("decision__amount_ore", flat=True)) == [500_00, 500_00]


@pytest.mark.parametrize("kind", FILES)
def test_in_the_order_of_the_file_one_of_them_would_have_failed(kind, years, tmp_path, monkeypatch):
    """The negative control."""
    monkeypatch.setattr(FILES[kind][2], "begin", lambda self: None)
    (failed,) = both_at_once(kind, ledger(kind, tmp_path))
    assert isinstance(failed, OperationalError)
    assert "deadlock" in str(failed)


def decision_of(year: int) -> int | None:
    return Contribution.objects.values_list("decision__amount_ore", flat=True).get(funding_year__year=year)


def opened_2025() -> None:
    opened_year({}, year=2025)


def registered() -> None:
    decided("23", amount_ore=500_00)


def withdrawn() -> None:
    decision = Contribution.objects.get(funding_year__year=2023).decision
    withdraw_decision(by=SYSTEM, decision=decision, reason="Fel")


@pytest.mark.parametrize(("standing", "writes", "expected"), [(False, registered, 500_00), (True, withdrawn, None)])
@pytest.mark.parametrize("opens_first", [True, False])
def test_a_year_that_is_opened_meanwhile_follows_the_decision(standing, writes, expected, opens_first, years):
    if standing:
        registered()
    first, second = (opened_2025, writes) if opens_first else (writes, opened_2025)
    with transaction.atomic():
        first()
        other = Other(second)
        other.until_it_waits()
    assert other.ended() is None
    assert {year: decision_of(year) for year in (2023, 2024, 2025)} == dict.fromkeys((2023, 2024, 2025), expected)


def test_the_parts_of_a_rate_are_not_those_of_its_correction():
    """The rate is corrected just before its parts are read: they are none of the rate that the year is opened at."""
    values = {"valid_from_year": 2023, "source": "RS/29/2022"}
    rate = register_rate(by=SYSTEM, ore_per_inhabitant=100, parts=[("Kod", 60), ("Miljö", 40)], **values)
    corrected = []

    def wrapper(execute, sql, params, many, context):
        if 'FROM "funding_ratepart"' in sql and not corrected:
            corrected.append(sql)
            correction = [("Kod", 70), ("Klimat", 50)]
            Other(
                lambda: correct_rate(
                    by=SYSTEM, rate=rate, version=1, ore_per_inhabitant=120, parts=correction, **values
                )
            ).ended()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        parts = parts_of_rate(2023, 100)
    assert (Rate.objects.get().ore_per_inhabitant, parts) == (120, [])
    assert [part.name for part in parts_of_rate(2023, 120)] == ["Kod", "Klimat"]
    assert parts_of_rate(2022, 120) == []
