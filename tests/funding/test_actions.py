"""Opening a year and entering a basis: what is written, and when nothing is."""

import threading
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import translation

from funding.actions.bases import enter_basis
from funding.actions.years import open_year
from funding.models import Basis, Contribution, FundingYear, Rate
from funding.queries.figures import year_figures
from portal.history.models import SystemActor, actor_of
from portal.history.versions import StaleVersionError
from regions.enums import Standing
from regions.models import PopulationFigure, Region
from tests.database import connect_as_owner
from tests.funding.factories import DAY, MEMO, moved_to, opened_year, population_figure

SYSTEM = SystemActor("test")
VALUES = {"year": 2023, "ore_per_inhabitant": 100, "rate_source": "RS/29/2022", "basis_date": DAY}


def contribution_of(code: str) -> Contribution:
    return Contribution.objects.select_related("basis", "funding_year").get(region__code=code)


def test_reference_rates_are_the_memos(reference_data):
    assert list(Rate.objects.values_list("valid_from_year", "ore_per_inhabitant")) == [
        (2016, 40),
        (2018, 50),
        (2023, 100),
    ]


def test_opening_freezes_a_basis_for_each_of_the_21_regions(reference_data, admin):
    year = open_year(by=admin, **VALUES)
    assert (year.state, year.opened_by.user, year.rounding) == ("open", admin, "whole_kronor")
    frozen = Basis.objects.filter(funding_year=year).select_related("region", "figure")
    assert {(b.region.code, b.population, b.reference_date, b.source, b.standing) for b in frozen} == {
        (f.region.code, f.count, DAY, f.source, f.standing)
        for f in PopulationFigure.objects.filter(reference_date=DAY).select_related("region")
    }
    assert (frozen.count(), year.contributions.count()) == (21, 21)
    assert year_figures(year).sum_ore == 1_045_232_600


def test_the_memos_basis_gives_the_memos_amount_and_sum(reference_data, admin):
    year = open_year(by=admin, **VALUES)
    before = contribution_of("23").basis
    basis = enter_basis(by=admin, contribution=contribution_of("23"), version=1, **MEMO)
    now = contribution_of("23")
    assert (now.basis, now.version, basis.computed_ore, basis.is_exception) == (basis, 2, 13_141_800, True)
    before.refresh_from_db()
    assert (before.population, before.computed_ore, before.is_exception) == (132_054, 13_205_400, False)
    assert year_figures(year).sum_ore == 1_045_169_000


def test_a_final_figure_goes_before_a_preliminary_and_the_last_before_the_first(db):
    population_figure("23", 100, source="early", standing=Standing.FINAL)
    population_figure("23", 200, source="corrected", standing=Standing.FINAL)
    population_figure("23", 300, source="quick")
    open_year(by=SYSTEM, **VALUES)
    assert contribution_of("23").basis.source == "corrected"


def test_regions_without_a_figure_are_named_and_nothing_is_opened(reference_data, admin):
    PopulationFigure.objects.filter(reference_date=DAY, region__code__in=["05", "20"]).delete()
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        open_year(by=admin, **VALUES)
    assert refused.value.message_dict == {
        "basis_date": [
            "The year was not opened: on this date there is no population figure for "
            "Region Dalarna and Region Östergötland."
        ]
    }
    assert not FundingYear.objects.exists()
    assert not Basis.objects.exists()


def test_without_regions_there_is_nothing_to_open(db):
    with pytest.raises(ValidationError):
        open_year(by=SYSTEM, **VALUES)
    assert not FundingYear.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ore_per_inhabitant": -1}, "__all__"),
        ({"ore_per_inhabitant": 501}, "__all__"),
        ({"year": 2009}, "__all__"),
        ({"rate_source": ""}, "rate_source"),
    ],
)
def test_a_value_that_breaks_a_rule_opens_nothing(db, changed, field):
    population_figure("23", 100)
    with pytest.raises(ValidationError) as refused:
        open_year(by=SYSTEM, **VALUES | changed)
    assert list(refused.value.message_dict) == [field]
    assert not FundingYear.objects.exists()


def test_a_year_is_opened_once(db):
    opened_year({"23": 100})
    with pytest.raises(ValidationError) as refused:
        open_year(by=SYSTEM, **VALUES)
    assert refused.value.message_dict == {"year": ["Det här finansieringsåret är redan öppnat."]}
    assert (FundingYear.objects.count(), Contribution.objects.count()) == (1, 1)


def race_to_open() -> list[list[str]]:
    """Two administrators begin to open the same year before either has. Their errors."""
    for code in ("23", "25"):
        population_figure(code, 1000)
    actor_of(SYSTEM)
    together, errors = threading.Barrier(2, timeout=10), []

    def attempt() -> None:
        try:
            with transaction.atomic():
                Region.objects.count()
                together.wait()
                open_year(by=SYSTEM, **VALUES)
            errors.append([])
        except ValidationError as refused:
            errors.append(list(refused.message_dict))
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(errors)


def without_turns(monkeypatch) -> None:
    """Neither sees the other's row before both have looked."""
    monkeypatch.setattr("funding.actions.years.lock_years", lambda: None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("in_turn", [True, False])
def test_of_two_who_open_a_year_at_once_one_gets_the_sentence(in_turn, monkeypatch):
    if not in_turn:
        without_turns(monkeypatch)
    assert race_to_open() == [[], ["year"]]
    assert (FundingYear.objects.count(), Basis.objects.count(), Contribution.objects.count()) == (1, 2, 2)


@pytest.mark.django_db(transaction=True)
def test_without_the_unique_year_both_would_have_opened_it(monkeypatch):
    """The negative control: nobody waits, the constraint is off, and the look before it blind."""
    without_turns(monkeypatch)
    with connect_as_owner(connection.settings_dict["NAME"]) as owner:
        owner.execute("ALTER TABLE funding_fundingyear DROP CONSTRAINT funding_fundingyear_year_key")
        try:
            monkeypatch.setattr(FundingYear._meta.get_field("year"), "_unique", False)
            assert race_to_open() == [[], []]
            assert FundingYear.objects.count() == 2
        finally:
            connection.close()
            owner.execute("DELETE FROM funding_contribution")
            owner.execute("ALTER TABLE funding_basis DISABLE TRIGGER USER")
            owner.execute("DELETE FROM funding_basis")
            owner.execute("ALTER TABLE funding_basis ENABLE TRIGGER USER")
            owner.execute("DELETE FROM funding_fundingyear")
            owner.execute("ALTER TABLE funding_fundingyear ADD CONSTRAINT funding_fundingyear_year_key UNIQUE (year)")


def test_a_basis_from_an_old_page_changes_nothing(db, admin):
    opened_year({"23": 1000})
    enter_basis(by=admin, contribution=contribution_of("23"), version=1, **MEMO)
    with pytest.raises(StaleVersionError) as lost:
        enter_basis(by=admin, contribution=contribution_of("23"), version=1, **MEMO | {"population": 5})
    assert lost.value.stored.version == 2
    assert contribution_of("23").basis.population == 131_418
    assert Basis.objects.count() == 2


@pytest.mark.parametrize("state", ["proposed", "decided", "closed"])
def test_a_year_that_is_no_longer_open_keeps_its_bases(db, admin, state):
    year = opened_year({"23": 1000})
    moved_to(year, state)
    with pytest.raises(ValidationError):
        enter_basis(by=admin, contribution=contribution_of("23"), version=1, **MEMO)
    assert (Basis.objects.count(), contribution_of("23").version) == (1, 1)


@pytest.mark.parametrize(
    "changed",
    [
        {"population": 0},
        {"population": 20_000_001},
        {"source": ""},
        {"undated_reason": ""},
        {"reference_date": date(2022, 1, 1)},
        {"standing": "certain"},
    ],
)
def test_a_basis_that_breaks_a_rule_is_not_written(db, admin, changed):
    opened_year({"23": 1000})
    with pytest.raises(ValidationError):
        enter_basis(by=admin, contribution=contribution_of("23"), version=1, **MEMO | changed)
    assert (Basis.objects.count(), contribution_of("23").version) == (1, 1)


def test_history_tells_who_moved_the_contribution(db, admin):
    opened_year({"23": 1000})
    first = contribution_of("23").basis
    second = enter_basis(by=admin, contribution=contribution_of("23"), version=1, **MEMO)
    events = Contribution.pgh_event_model.objects.order_by("pgh_id").values_list("pgh_label", "basis_id", "version")
    assert list(events) == [("insert", first.pk, 1), ("update", second.pk, 2)]
    assert second.created_by.user == admin
