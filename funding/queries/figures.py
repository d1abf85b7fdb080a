"""A year's figures. Sums of money are made here, in SQL, and nowhere else."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import BigIntegerField, Count, OuterRef, QuerySet, Subquery, Sum, Value, Window
from django.db.models.functions import Coalesce

from funding.models import Basis, Contribution, FundingYear
from portal.search.ordering import swedish
from regions.models import User
from regions.permissions import access_of


@dataclass(frozen=True)
class YearFigures:
    """A year's contributions in Swedish order, each with `region` and `basis`, and their sums, of one moment."""

    contributions: Sequence[Contribution]
    sum_ore: int
    population: int

    @property
    def regions_counted(self) -> int:
        return len(self.contributions)

    @property
    def exceptions(self) -> list[Contribution]:
        return [contribution for contribution in self.contributions if contribution.basis.is_exception]


def year_figures(year: FundingYear) -> YearFigures:
    """What page, PDF and attached file all show. One statement, so that rows and sum cannot come from two moments."""
    contributions = list(
        Contribution.objects.filter(funding_year=year)
        .select_related("region", "basis", "basis__created_by")
        .annotate(sum_ore=Window(Sum("basis__computed_ore")), sum_population=Window(Sum("basis__population")))
        .order_by(swedish("region__name"), "region__code")
    )
    if not contributions:
        return YearFigures((), 0, 0)
    return YearFigures(contributions, int(contributions[0].sum_ore), int(contributions[0].sum_population))


@dataclass(frozen=True)
class YearSums:
    """A year with the sum of its contributions (öre), its inhabitants, and how many regions they are of."""

    year: FundingYear
    sum_ore: int
    population: int
    regions_counted: int


def years_visible_to(user: User, **conditions: object) -> list[YearSums]:
    """The latest first; with `conditions` only those that meet them. One statement."""
    years = (
        FundingYear.objects.visible_to(user)
        .filter(**conditions)
        .annotate(
            sum_ore=Coalesce(Sum("contributions__basis__computed_ore"), Value(0), output_field=BigIntegerField()),
            population=Coalesce(Sum("contributions__basis__population"), Value(0)),
            regions_counted=Count("contributions"),
        )
    )
    return [YearSums(year, year.sum_ore, year.population, year.regions_counted) for year in years]


def earlier_bases(contribution: Contribution) -> QuerySet[Basis]:
    """The bases that this contribution stood on before, the latest first."""
    return (
        contribution.funding_year.bases.filter(region=contribution.region)
        .exclude(pk=contribution.basis_id)
        .select_related("created_by")
        .order_by("-created_at", "-pk")
    )


def latest_contributions(regions: Sequence[int] | frozenset[int]) -> list[Contribution]:
    """Of each of the regions (ids) the contribution of the latest year that has one."""
    latest = (
        Contribution.objects.filter(region=OuterRef("region"))
        .order_by("-funding_year__year")
        .values("funding_year")[:1]
    )
    return list(
        Contribution.objects.filter(region__in=regions)
        .filter(funding_year=Subquery(latest))
        .select_related("region", "basis", "funding_year")
        .order_by(swedish("region__name"), "region__code")
    )


def own_contributions(user: User) -> list[Contribution]:
    """Those of the regions that the user works for today."""
    regions = access_of(user).regions
    return latest_contributions(regions) if regions else []
