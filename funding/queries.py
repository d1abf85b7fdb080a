"""Reads of the money's figures. Sums are made here, in SQL, and nowhere else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce

from funding.models import Basis, Contribution, FundingReport, FundingYear, Rate
from portal import clock
from portal.jobs.enums import JobState
from portal.jobs.models import Job
from portal.search.ordering import swedish
from regions.enums import Standing
from regions.models import PopulationFigure, Region, User
from regions.permissions import access_of

REPORT_JOB = "funding_report"


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


def rate_of(year: int) -> Rate | None:
    """The registered rate that holds in the year; None before the first."""
    return Rate.objects.filter(valid_from_year__lte=year).order_by("valid_from_year").last()


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
    """31 December two years before, which is decided on in the year between; else the latest complete date."""
    complete = [each.day for each in dates if each.is_complete]
    usual = date(year - 2, 12, 31)
    return next((day for day in complete if day <= usual), complete[0] if complete else None)


def figures_on(day: date) -> dict[int, PopulationFigure]:
    """By region id the figure of the date to stand on: a final one before a preliminary, then the one last registered."""
    finality = Case(When(standing=Standing.FINAL, then=Value(0)), default=Value(1), output_field=IntegerField())
    figures = (
        PopulationFigure.objects.filter(reference_date=day)
        .order_by("region_id", finality, "-created_at", "-pk")
        .distinct("region_id")
    )
    return {figure.region_id: figure for figure in figures}


def earlier_bases(contribution: Contribution) -> QuerySet[Basis]:
    """The bases that this contribution stood on before, the latest first."""
    return (
        contribution.funding_year.bases.filter(region=contribution.region)
        .exclude(pk=contribution.basis_id)
        .select_related("created_by")
        .order_by("-created_at", "-pk")
    )


def reports_of(year: FundingYear, user: User) -> QuerySet[FundingReport]:
    """The year's exported reports, the latest first."""
    return FundingReport.objects.visible_to(user).filter(funding_year=year).select_related("file", "created_by")


def pending_report_job(year: FundingYear, user: User) -> Job | None:
    """The user's own latest export of the year, unless it became a report: waiting, working or failed."""
    job = (
        Job.objects.visible_to(user).filter(kind=REPORT_JOB, subject=year.public_id).order_by("created_at", "pk").last()
    )
    return job if job and job.state != JobState.DONE else None


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
