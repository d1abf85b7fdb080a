"""A year's figures. Sums of money are made here, in SQL, and nowhere else."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import (
    Aggregate,
    BigIntegerField,
    Case,
    Count,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce

from funding.enums import YearState
from funding.models import Basis, Contribution, ContributionQuerySet, FundingYear
from portal.search.ordering import swedish
from regions.models import User
from regions.permissions import access_of


@dataclass(frozen=True)
class YearFigures:
    """A year's contributions in Swedish order and their sums, of one moment. The single source of the year's numbers.

    Each contribution has `region`, `basis` (persons), `decision` and the amounts of `with_amounts` and `with_difference` (öre).
    `sum_ore`: what is computed; `decided_ore`: what the `decided` regions that have decided will pay; `owed_ore`: what is
    decided and, where nothing is, what is computed; `invoiced_ore` and `paid_ore`: as the ledger says. `unpaid_ore`: what
    each region still lacks, which no other region's `overpaid_ore` makes less. `difference_ore`: of the regions that had a
    contribution in the year before, None where none had. `population`: persons.
    """

    contributions: Sequence[Contribution] = ()
    sum_ore: int = 0
    population: int = 0
    decided_ore: int = 0
    decided: int = 0
    owed_ore: int = 0
    invoiced_ore: int = 0
    paid_ore: int = 0
    unpaid_ore: int = 0
    overpaid_ore: int = 0
    difference_ore: int | None = None

    @property
    def regions_counted(self) -> int:
        return len(self.contributions)

    def share_of(self, contribution: Contribution) -> Decimal:
        """See `share_of_sum`."""
        return share_of_sum(contribution, self.sum_ore)

    @property
    def exceptions(self) -> list[Contribution]:
        return [contribution for contribution in self.contributions if contribution.basis.is_exception]

    @property
    def undecided(self) -> list[Contribution]:
        """Those whose decision is missing."""
        return [contribution for contribution in self.contributions if contribution.decided_ore is None]

    @property
    def not_paid(self) -> list[Contribution]:
        """Those that have not paid all that they owe."""
        return [contribution for contribution in self.contributions if contribution.unpaid_ore]

    @property
    def differing(self) -> list[Contribution]:
        """Those whose decision says another amount than the computed one."""
        return [each for each in self.contributions if each.decided_ore not in (None, each.computed_ore)]


def share_of_sum(contribution: Contribution, sum_ore: int) -> Decimal:
    """Its part of the year's computed sum (öre), 0 to 1; 0 where nobody pays anything."""
    return Decimal(contribution.computed_ore) / sum_ore if sum_ore else Decimal(0)


def contributions_with_figures(user: User | None = None) -> ContributionQuerySet:
    """Contributions with their amounts and what these stand on, in Swedish order; those that `user` may see, if one asks."""
    rows = Contribution.objects.all() if user is None else Contribution.objects.visible_to(user)
    return (
        rows.with_amounts()
        .with_difference()
        .select_related("funding_year", "region", "basis", "basis__created_by", "decision")
        .order_by(swedish("region__name"), "region__code")
    )


def contributions_with_sums(user: User | None = None) -> ContributionQuerySet:
    """The same, each with `sum_ore`: what is computed for its year. Only to be narrowed to whole years."""
    return contributions_with_figures(user).annotate(sum_ore=Window(Sum("computed_ore"), partition_by="funding_year"))


def year_figures(year: FundingYear) -> YearFigures:
    """What pages, files and documents all show. One statement, so that rows and sums cannot come from two moments."""
    contributions = list(
        contributions_with_figures()
        .filter(funding_year=year)
        .annotate(
            sum_ore=Window(Sum("computed_ore")),
            sum_population=Window(Sum("basis__population")),
            sum_decided=Coalesce(Window(Sum("decided_ore")), Value(0), output_field=BigIntegerField()),
            decided=Window(Count("decided_ore")),
            sum_owed=Window(Sum("owed_ore")),
            sum_invoiced=Window(Sum("invoiced_ore")),
            sum_paid=Window(Sum("paid_ore")),
            sum_unpaid=Window(Sum("unpaid_ore")),
            sum_overpaid=Window(Sum("overpaid_ore")),
            sum_difference=Window(Sum("difference_ore")),
        )
    )
    if not contributions:
        return YearFigures()
    sums = vars(contributions[0])
    return YearFigures(
        contributions,
        sum_ore=int(sums["sum_ore"]),
        population=int(sums["sum_population"]),
        decided_ore=int(sums["sum_decided"]),
        decided=sums["decided"],
        owed_ore=int(sums["sum_owed"]),
        invoiced_ore=int(sums["sum_invoiced"]),
        paid_ore=int(sums["sum_paid"]),
        unpaid_ore=int(sums["sum_unpaid"]),
        overpaid_ore=int(sums["sum_overpaid"]),
        difference_ore=None if sums["sum_difference"] is None else int(sums["sum_difference"]),
    )


def amounts_until(year: FundingYear) -> dict[int, list[Contribution]]:
    """By region id its contributions up to the year, the first one first, with their figures. One statement."""
    found: dict[int, list[Contribution]] = defaultdict(list)
    for each in contributions_with_figures().filter(funding_year__year__lte=year.year).order_by("funding_year__year"):
        found[each.region_id].append(each)
    return found


@dataclass(frozen=True)
class YearSums:
    """A year with the sums of its contributions (öre), its inhabitants, and how many regions they are of."""

    year: FundingYear
    sum_ore: int
    decided_ore: int
    paid_ore: int
    population: int
    regions_counted: int


def years_visible_to(user: User, **conditions: object) -> list[YearSums]:
    """The latest first; with `conditions` only those that meet them. One statement."""
    own = Contribution.objects.with_amounts().filter(funding_year=OuterRef("pk")).order_by().values("funding_year")

    def of_year(total: Aggregate) -> Coalesce:
        return Coalesce(Subquery(own.annotate(total=total).values("total")), Value(0), output_field=BigIntegerField())

    years = (
        FundingYear.objects.visible_to(user)
        .filter(**conditions)
        .annotate(
            sum_ore=of_year(Sum("computed_ore")),
            decided_ore=of_year(Sum("decided_ore")),
            paid_ore=of_year(Sum("paid_ore")),
            population=of_year(Sum("basis__population")),
            regions_counted=of_year(Count("pk")),
        )
    )
    return [
        YearSums(each, each.sum_ore, each.decided_ore, each.paid_ore, each.population, each.regions_counted)
        for each in years
    ]


def earlier_bases(contribution: Contribution) -> QuerySet[Basis]:
    """The bases that this contribution stood on before, the latest first."""
    return (
        contribution.funding_year.bases.filter(region=contribution.region)
        .exclude(pk=contribution.basis_id)
        .select_related("created_by")
        .order_by("-created_at", "-pk")
    )


def latest_contributions(regions: Sequence[int] | frozenset[int]) -> list[Contribution]:
    """Of each of the regions (ids) the contribution of the latest year that has been proposed, or else been opened."""
    latest = (
        Contribution.objects.filter(region=OuterRef("region"))
        .order_by(Case(When(funding_year__state=YearState.OPEN, then=1), default=0), "-funding_year__year")
        .values("funding_year")[:1]
    )
    return list(contributions_with_figures().filter(region__in=regions).filter(funding_year=Subquery(latest)))


def own_contributions(user: User) -> list[Contribution]:
    """Those of the regions that the user works for today."""
    regions = access_of(user).regions
    return latest_contributions(regions) if regions else []
