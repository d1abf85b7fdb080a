"""A fixed sum split by inhabitants: always to the öre, and by the figures alone."""

from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from funding.actions.bases import enter_basis
from funding.actions.years import open_year
from funding.enums import Rounding
from funding.models import Basis, Contribution, FundingYear
from funding.queries.figures import contributions_with_figures, year_figures
from funding.splitting import split
from portal.history.models import SystemActor
from regions.models import Region
from tests.factories import system
from tests.funding.factories import DAY, MEMO, opened_year, population_figure, text_of

SUMS = st.integers(0, 10**12)
PEOPLE = st.lists(st.integers(1, 20_000_000), min_size=1, max_size=25)


def check(total: int, counts: list[int]) -> None:
    """Every rule of the method, said once more with fractions."""
    people = {f"{number:02d}": count for number, count in enumerate(counts)}
    shares = split(total, people)
    assert sum(shares.values()) == total
    exact = {code: Fraction(total * count, sum(counts)) for code, count in people.items()}
    for code, share in shares.items():
        assert share in {int(exact[code]), int(exact[code]) + 1}
        for other in people:
            if people[code] > people[other]:
                assert share >= shares[other]
            gained, lost = share > int(exact[code]), shares[other] == int(exact[other])
            if gained and lost:
                mine, theirs = exact[code] % 1, exact[other] % 1
                assert (mine, people[code]) >= (theirs, people[other])
    assert split(total, dict(reversed(people.items()))) == shares


@settings(max_examples=200)
@given(total=SUMS, counts=PEOPLE)
def test_the_shares_sum_to_the_ore_and_follow_the_method(total, counts):
    check(total, counts)


@pytest.mark.long
@settings(max_examples=100_000)
@given(total=SUMS, counts=PEOPLE)
def test_a_hundred_thousand_splits(total, counts):
    check(total, counts)


@pytest.mark.parametrize(
    ("total", "people", "shares"),
    [
        (100, {"01": 1, "03": 1, "04": 1}, {"01": 34, "03": 33, "04": 33}),
        (1, {"25": 5, "23": 5}, {"25": 0, "23": 1}),
        (5, {"01": 1, "03": 3}, {"01": 1, "03": 4}),
        (2, {"01": 1, "03": 3}, {"01": 0, "03": 2}),
        (0, {"01": 1}, {"01": 0}),
    ],
)
def test_at_equal_remainders_more_inhabitants_go_first_and_then_the_lower_code(total, people, shares):
    assert split(total, people) == shares


@pytest.mark.parametrize(("total", "people"), [(-1, {"01": 1}), (1, {}), (1, {"01": 0}), (1, {"01": -1, "03": 2})])
def test_what_cannot_be_split_is_refused(total, people):
    with pytest.raises(ValueError, match=r"split|empty"):
        split(total, people)


# --- A year of a fixed sum ----------------------------------------------------------------------------------

FORM = {
    "year": "2023",
    "ore_per_inhabitant": "100",
    "rate_source": "RS/1/2022",
    "basis_date": "2021-12-31",
    "rounding": "largest_remainder",
    "budget_ore": "1 000,01",
}


def year_of_a_sum(budget_ore: int, populations: dict[str, int], **values) -> FundingYear:
    for code, count in populations.items():
        population_figure(code, count)
    return open_year(
        by=SystemActor("test"),
        year=2023,
        ore_per_inhabitant=None,
        rate_source="RS/1/2022",
        basis_date=DAY,
        rounding=Rounding.LARGEST_REMAINDER,
        budget_ore=budget_ore,
        **values,
    )


def shares() -> dict[str, int]:
    return {each.region.code: each.computed_ore for each in contributions_with_figures()}


@pytest.mark.django_db
def test_a_year_splits_its_sum_and_splits_it_anew_by_another_basis(admin):
    year = year_of_a_sum(100_01, {"12": 1, "23": 1, "25": 1})
    assert shares() == {"12": 3334, "23": 3334, "25": 3333}
    contribution = Contribution.objects.get(region__code="23")
    enter_basis(by=admin, contribution=contribution, version=1, **MEMO | {"population": 2})
    assert shares() == split(100_01, {"12": 1, "23": 2, "25": 1}) == {"12": 2500, "23": 5001, "25": 2500}
    assert year_figures(year).sum_ore == 100_01


@pytest.mark.django_db
def test_a_year_without_rounding_is_to_the_ore():
    population_figure("23", 101)
    open_year(
        by=SystemActor("test"),
        year=2023,
        ore_per_inhabitant=33,
        rate_source="x",
        basis_date=DAY,
        rounding=Rounding.EXACT,
    )
    assert shares() == {"23": 3333}


def settled(change) -> None:
    """Make the change, and have what waits for the end of the transaction asked at once."""
    with transaction.atomic(), connection.cursor() as cursor:
        change()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda: Contribution.objects.filter(region__code="23").update(share_ore=1),
        lambda: Contribution.objects.filter(region__code="23").delete(),
    ],
)
def test_the_database_keeps_the_sum(change):
    year_of_a_sum(100_01, {"23": 1, "25": 1})
    with pytest.raises(DatabaseError, match="shares_sum_to_the_sum"):
        settled(change)


@pytest.mark.django_db
def test_a_year_with_a_rate_has_no_shares_and_no_basis_without_its_rate():
    year = opened_year({"23": 1000})
    with pytest.raises(DatabaseError, match="shares_sum_to_the_sum"):
        settled(lambda: Contribution.objects.update(share_ore=1))
    with pytest.raises(DatabaseError, match="rate_of_its_year"), transaction.atomic():
        Basis.objects.create(
            funding_year=year,
            region=Region.objects.get(code="23"),
            created_by=system(),
            ore_per_inhabitant=None,
            **MEMO,
        )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values",
    [
        {"rounding": Rounding.WHOLE_KRONOR, "ore_per_inhabitant": None},
        {"rounding": Rounding.WHOLE_KRONOR, "ore_per_inhabitant": 100, "budget_ore": 5},
        {"rounding": Rounding.LARGEST_REMAINDER, "ore_per_inhabitant": 100, "budget_ore": 5},
        {"rounding": Rounding.LARGEST_REMAINDER, "ore_per_inhabitant": None, "budget_ore": 0},
    ],
)
def test_a_year_has_a_rate_or_a_sum(values):
    population_figure("23", 100)
    with pytest.raises(ValidationError):
        open_year(by=SystemActor("test"), year=2023, rate_source="x", basis_date=DAY, **values)
    assert not FundingYear.objects.exists()


@pytest.mark.django_db
def test_an_admin_opens_a_year_of_a_fixed_sum_and_the_rule_is_printed(admin, client_of):
    population_figure("23", 1000)
    population_figure("25", 2000)
    text = text_of(client_of(admin).post("/funding/open/", FORM, follow=True))
    year = FundingYear.objects.get()
    assert (year.budget_ore, year.ore_per_inhabitant, year.rounding) == (100_001, None, "largest_remainder")
    assert shares() == {"23": 33_334, "25": 66_667}
    assert "1 000,01 kr fast summa, fördelad efter invånare" in text
    assert "vid lika rester fler invånare före färre, därefter efter länskod" in text
    assert "333,34 kr" in text
    assert "1 000 invånare, del av 1 000,01 kr" in text_of(client_of(admin).get("/funding/2023/regions/23/"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"budget_ore": ""}, "budget_ore", "Skriv summan som ska fördelas."),
        ({"budget_ore": "0"}, "budget_ore", "Skriv summan som ska fördelas."),
        ({"budget_ore": "1 045 169 000"}, "budget_ore", "Beloppet får vara högst 100 000 000 kr."),
        ({"budget_ore": "-5"}, "budget_ore", "Beloppet kan inte vara mindre än 0."),
        ({"rate_source": ""}, "rate_source", "Ange beslutet som ger summan."),
        ({"rounding": "whole_kronor"}, "budget_ore", "Välj att en fast summa fördelas, eller lämna fältet tomt."),
    ],
)
def test_bad_input_about_a_sum_is_a_sentence(changed, field, sentence, admin, client_of):
    population_figure("23", 1000)
    form = client_of(admin).post("/funding/open/", FORM | changed).context["form"]
    assert dict(form.errors) == {field: [sentence]}
    assert not FundingYear.objects.exists()
