"""A region's contributions of all years, in current and in fixed prices."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    DecimalField,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, Round

from funding.models import Contribution, ContributionQuerySet, FundingYear, PriceIndexFigure, PriceIndexQuerySet
from funding.queries.figures import contributions_with_figures
from regions.models import Region, User


def price_indices() -> PriceIndexQuerySet:
    """All figures, the latest year first. `counts` is False of those that a later one replaced."""
    counting = Q(pk__in=PriceIndexFigure.objects.counting().values("pk"))
    counts = ExpressionWrapper(counting, output_field=BooleanField())
    return PriceIndexFigure.objects.select_related("created_by").annotate(counts=counts)


@dataclass(frozen=True)
class PriceLevel:
    """The index by which fixed prices are told. `figures`: by year, those of funding years alone."""

    figures: Mapping[int, PriceIndexFigure]

    @property
    def base(self) -> PriceIndexFigure:
        """Of the year in whose prices the others are told: the latest of them."""
        return self.figures[max(self.figures)]

    @property
    def sources(self) -> list[PriceIndexFigure]:
        """A figure of each source and day of retrieval, the first year first."""
        by_source = {(each.source, each.retrieved_on): each for _year, each in sorted(self.figures.items())}
        return list(by_source.values())


def price_level(until: int | None = None) -> PriceLevel | None:
    """For the years that have been opened, up to `until`; None where no index is loaded for any of them. One query.

    The series with figures for most of these years; of several the one of which a figure for them was registered last.
    """
    years = FundingYear.objects.all() if until is None else FundingYear.objects.filter(year__lte=until)
    series: dict[str, dict[int, PriceIndexFigure]] = defaultdict(dict)
    for each in PriceIndexFigure.objects.counting().filter(year__in=years.values("year")):
        series[each.series][each.year] = each
    return PriceLevel(max(series.values(), key=_weight)) if series else None


def _weight(figures: Mapping[int, PriceIndexFigure]) -> tuple[int, datetime, int]:
    """How many years they are of, and when the last of them was registered."""
    return len(figures), *max((each.created_at, each.pk) for each in figures.values())


@dataclass(frozen=True)
class StatementYear:
    """A year of a region: the contribution with its amounts, what it owes in fixed prices (`fixed_ore`, None without an
    index of the year), and how much more it owes in current prices than the year before (`owed_difference_ore`, None where
    that is not there). The contribution's own `difference_ore` is the change of what is computed.
    """

    contribution: Contribution
    fixed_ore: int | None
    owed_difference_ore: int | None


@dataclass(frozen=True)
class Statement:
    """A region's years, the first one first, and their sums (öre). `fixed_ore` sums the years that have an index."""

    region: Region
    years: Sequence[StatementYear] = ()
    level: PriceLevel | None = None
    sums: Mapping[str, int | None] = field(default_factory=dict)

    @property
    def without_index(self) -> list[int]:
        """The years that fixed prices leave out."""
        return [each.contribution.funding_year.year for each in self.years if each.fixed_ore is None]


def statement_of(region: Region) -> Statement:
    """Of the region, over all years that have been opened. Two queries."""
    level = price_level()
    return next(iter(_statements(_rows(level).filter(region=region), level)), Statement(region, level=level))


def statement_rows(user: User | None = None) -> ContributionQuerySet:
    """The years of all statements that the user may see, as `Statement.years` tells them, with `base_year` of fixed prices."""
    level = price_level()
    base_year = Value(level.base.year if level else None, IntegerField())
    return _rows(level, user).annotate(base_year=Case(When(fixed_ore__isnull=False, then=base_year)))


def statements(year: FundingYear) -> dict[str, Statement]:
    """Of every region with a contribution, by county code, up to the year. Two queries."""
    level = price_level(until=year.year)
    return {
        each.region.code: each for each in _statements(_rows(level).filter(funding_year__year__lte=year.year), level)
    }


SUMMED = ("computed_ore", "decided_ore", "owed_ore", "invoiced_ore", "paid_ore", "fixed_ore")


def _rows(level: PriceLevel | None, user: User | None = None) -> ContributionQuerySet:
    """With `fixed_ore`: owed × index of the base year ÷ index of the year, in whole kronor, 50 öre upwards; and with
    `owed_difference_ore`.
    """
    before: QuerySet[Any] = Contribution.objects.with_amounts().filter(
        region=OuterRef("region"), funding_year__year=OuterRef("funding_year__year") - 1
    )
    rows = contributions_with_figures(user).annotate(
        fixed_ore=_in_fixed_prices(level), owed_difference_ore=F("owed_ore") - Subquery(before.values("owed_ore"))
    )
    return rows.order_by("region__code", "funding_year__year")


def _in_fixed_prices(level: PriceLevel | None) -> Cast:
    if level is None:
        return Cast(Value(None), BigIntegerField())
    decimal = DecimalField(max_digits=24, decimal_places=4)
    ratio = Case(
        *(When(funding_year__year=year, then=Value(each.value, decimal)) for year, each in level.figures.items()),
        default=None,
        output_field=decimal,
    )
    base = Value(level.base.value, decimal)
    return Cast(Round(Cast(F("owed_ore"), decimal) * base / ratio / 100) * 100, BigIntegerField())


def _statements(rows: ContributionQuerySet, level: PriceLevel | None) -> Iterable[Statement]:
    """One statement of SQL makes the amounts and, region by region, their sums."""
    sums = {f"sum_{name}": Window(Sum(name), partition_by="region") for name in SUMMED}
    by_region: dict[int, list[Contribution]] = defaultdict(list)
    for each in rows.annotate(**sums):
        by_region[each.region_id].append(each)
    for own in by_region.values():
        told = vars(own[-1])
        total = {name: None if told[f"sum_{name}"] is None else int(told[f"sum_{name}"]) for name in SUMMED}
        years = [StatementYear(each, vars(each)["fixed_ore"], vars(each)["owed_difference_ore"]) for each in own]
        yield Statement(own[0].region, years, level, total)
