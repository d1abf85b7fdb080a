"""What the database itself guarantees of the money's figures, whoever writes."""

from decimal import ROUND_HALF_UP, Decimal

import pgtrigger
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funding.models import HIGHEST_ORE, HIGHEST_POPULATION, Basis, Contribution, FundingYear, Rate
from tests.database import connect_as_owner
from tests.factories import RegionFactory, system
from tests.funding.factories import DAY, MEMO, opened_year

pytestmark = pytest.mark.django_db


def whole_kronor(population: int, ore: int) -> int:
    """The memo's rule, said once more without integers: whole kronor, half a krona upwards; in öre."""
    kronor = (Decimal(population) * Decimal(ore) / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return int(kronor) * 100


def new_basis(year: FundingYear, **values) -> Basis:
    defaults = {
        "region": RegionFactory(code="23"),
        "ore_per_inhabitant": year.ore_per_inhabitant,
        "created_by": system(),
    }
    return Basis.objects.create(funding_year=year, **{**defaults, **MEMO, **values})


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ore=st.integers(0, HIGHEST_ORE),
    populations=st.lists(st.integers(1, HIGHEST_POPULATION), min_size=1, max_size=20),
)
def test_the_databases_rounding_is_the_rule_of_the_memo(ore, populations):
    with transaction.atomic():
        year = opened_year({"25": 7}, ore=ore)
        region = RegionFactory(code="23")
        common = {"funding_year": year, "region": region, "ore_per_inhabitant": ore, "created_by": system()}
        Basis.objects.bulk_create(Basis(**common, **MEMO | {"population": each}) for each in populations)
        computed = Basis.objects.filter(region=region).order_by("pk").values_list("computed_ore", flat=True)
        assert list(computed) == [whole_kronor(each, ore) for each in populations]
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("population", "ore", "kronor"), [(131_418, 100, 131_418), (101, 50, 51), (99, 50, 50), (1, 49, 0), (1, 50, 1)]
)
def test_half_a_krona_goes_up(population, ore, kronor):
    basis = new_basis(opened_year({"25": 7}, ore=ore), population=population)
    basis.refresh_from_db()
    assert basis.computed_ore == kronor * 100 == whole_kronor(population, ore)


@pytest.mark.parametrize("field", ["population", "source", "ore_per_inhabitant", "reference_date"])
def test_a_basis_is_frozen(field):
    opened_year({"23": 1000})
    changed = {"population": 5, "source": "other", "ore_per_inhabitant": 5, "reference_date": "2020-01-01"}
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Basis.objects.update(**{field: changed[field]})
    assert list(Basis.objects.values_list("population", "source", "ore_per_inhabitant", "reference_date")) == [
        (1000, "SCB", 100, DAY)
    ]


def test_a_basis_is_never_removed():
    opened_year({"23": 1000})
    with (
        pytest.raises(DatabaseError, match="Cannot update or delete"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM funding_basis")
    assert Basis.objects.count() == 1


@pytest.mark.parametrize("trigger", ["funding.Basis:frozen", "funding.FundingYear:frozen_at_opening"])
def test_the_application_cannot_switch_the_freezing_off(trigger):
    opened_year({"23": 1000})
    model, field = (Basis, "population") if "Basis" in trigger else (FundingYear, "ore_per_inhabitant")
    with pgtrigger.ignore(trigger), pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        model.objects.update(**{field: 5})


@pytest.mark.django_db(transaction=True)
def test_without_the_trigger_the_figure_would_change():
    """The negative control of the two above."""
    opened_year({"23": 1000})
    with connect_as_owner(connection.settings_dict["NAME"]) as owner:
        owner.execute("ALTER TABLE funding_basis DISABLE TRIGGER USER")
        try:
            Basis.objects.update(population=5)
        finally:
            owner.execute("ALTER TABLE funding_basis ENABLE TRIGGER USER")
    assert Basis.objects.get().population == 5


@pytest.mark.parametrize(
    "changed",
    [
        {"year": 2024},
        {"ore_per_inhabitant": 50},
        {"rate_source": "x"},
        {"rate_parts": [{"name": "x", "ore_per_inhabitant": 100}]},
        {"basis_date": "2020-12-31"},
    ],
)
def test_what_a_year_was_opened_with_is_frozen(changed):
    opened_year({"23": 1000})
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        FundingYear.objects.update(**changed)


def test_a_basis_has_the_rate_of_its_year():
    year = opened_year({"23": 1000})
    with pytest.raises(IntegrityError, match="basis_has_the_rate_of_its_year"), transaction.atomic():
        new_basis(year, ore_per_inhabitant=50)


def test_a_contribution_stands_on_a_basis_of_its_own_region_and_year():
    opened_year({"23": 1000, "25": 2000})
    opened_year({}, year=2024)
    other_region = Basis.objects.get(region__code="25", funding_year__year=2023)
    other_year = Basis.objects.get(region__code="23", funding_year__year=2024)
    for number, foreign in enumerate((other_region, other_year)):
        free = Contribution.objects.exclude(basis=foreign)
        Contribution.objects.filter(basis=foreign).delete() if number == 0 else None
        with pytest.raises(IntegrityError), transaction.atomic():
            free.filter(region__code="23", funding_year__year=2023).update(basis=foreign)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"population": 0}, "basis_population_in_range"),
        ({"population": 20_000_001}, "basis_population_in_range"),
        ({"source": ""}, "basis_has_source"),
        ({"undated_reason": ""}, "basis_dated_or_explained"),
        ({"reference_date": DAY}, "basis_dated_or_explained"),
    ],
)
def test_a_basis_that_breaks_a_rule_is_refused_by_the_database(values, constraint):
    year = opened_year({"25": 7})
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        new_basis(year, **values)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"ore_per_inhabitant": -1}, "rate_in_range"),
        ({"valid_from_year": 1999}, "rate_year_in_range"),
        ({"source": ""}, "rate_has_source"),
        ({"valid_from_year": 2023}, "valid_from_year"),
    ],
)
def test_a_rate_that_breaks_a_rule_is_refused_by_the_database(reference_data, values, constraint):
    valid = {"valid_from_year": 2030, "ore_per_inhabitant": 110, "source": "Beslut", "created_by": system()}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Rate.objects.create(**valid | values)
