"""Rates, and the dates of population figures that a year can be opened on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from django.db.models import Count, QuerySet

from funding.models import FundingYear, Rate, RatePart
from portal import clock
from regions.models import PopulationFigure, Region


def rates() -> QuerySet[Rate]:
    """Every registered rate with its parts, the first one first."""
    return Rate.objects.prefetch_related("parts")


def rate_of(year: int) -> Rate | None:
    """The registered rate that holds in the year; None before the first."""
    return Rate.objects.filter(valid_from_year__lte=year).order_by("valid_from_year").last()


def parts_of_rate(year: int, ore_per_inhabitant: int | None) -> list[RatePart]:
    """What the rate (öre) pays for in the year, as the registered rate names it today; none where that is another.

    One statement, so that a rate and the parts of its correction are never taken for each other's.
    """
    holding = Rate.objects.filter(valid_from_year__lte=year).order_by("-valid_from_year")
    return list(RatePart.objects.filter(rate=holding.values("pk")[:1], rate__ore_per_inhabitant=ore_per_inhabitant))


def next_year_to_open() -> int:
    """This year, or the first after it that is not open yet."""
    opened = set(FundingYear.objects.values_list("year", flat=True))
    return next(year for year in count(clock.today().year) if year not in opened)


@dataclass(frozen=True)
class BasisDate:
    """A date of population figures, and for how many of all regions there is one."""

    day: date
    regions: int
    all_regions: int

    @property
    def is_complete(self) -> bool:
        return self.regions == self.all_regions


def basis_dates() -> list[BasisDate]:
    """Every date with a figure, the latest first."""
    total = Region.objects.count()
    counted = PopulationFigure.objects.values("reference_date").annotate(regions=Count("region", distinct=True))
    return [
        BasisDate(row["reference_date"], row["regions"], total)
        for row in counted.order_by("-reference_date").values("reference_date", "regions")
    ]


def suggested_basis_date(year: int, dates: Sequence[BasisDate]) -> date | None:
    """31 December of the year before, or the latest complete date before that; else the latest complete date of all."""
    complete = [each.day for each in dates if each.is_complete]
    usual = FundingYear(year=year).usual_basis_date
    return next((day for day in complete if day <= usual), complete[0] if complete else None)
