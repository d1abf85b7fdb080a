"""Where the money for audits went: what `funding.outside` hands in, summed up by kind, category and region."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext as _

from funding.models import FrozenSpending, FundingYear
from funding.outside import Spending, work
from funding.permissions import can_see_what_it_gets
from funding.queries.figures import year_figures
from portal.search.ordering import swedish
from regions.models import Region, User

# What a closed year keeps of `funding.outside.Spending`.
FROZEN = ("category", "region_id", "kind", "audits", "invoiced", "unpriced", "expected_ore", "actual_ore", "month")


@dataclass(frozen=True)
class Cost:
    """A sum over audits of one kind, category or region, in öre excluding VAT.

    `actual_ore`: invoices; `ordered_ore`: prices of orders without one. `unpriced`: audits with neither. `share`: of all that
    is invoiced in the year, None where nothing is.
    """

    label: str
    audits: int
    invoiced: int
    unpriced: int
    actual_ore: int
    ordered_ore: int
    share: Decimal | None

    @property
    def average_ore(self) -> int | None:
        """What an audit has cost, in whole öre, over those invoiced."""
        return self.actual_ore // self.invoiced if self.invoiced else None


@dataclass(frozen=True)
class RegionCost:
    """What goes back to a region: the audits that it led, beside what it contributes (öre)."""

    region: Region
    cost: Cost
    owed_ore: int

    @property
    def returned(self) -> Decimal | None:
        """What is invoiced for the region's audits, as a share of its contribution; None without one."""
        return Decimal(self.cost.actual_ore) / self.owed_ore if self.owed_ore else None


@dataclass(frozen=True)
class SpendingFigures:
    """A year's audits at the cooperation's expense. `places`: each category with each region, where there was an audit.

    No figure is of a supplier or an audit by itself.
    """

    kinds: Sequence[Cost]
    categories: Sequence[Cost]
    regions: Sequence[RegionCost]
    places: Sequence[tuple[str, Region, Cost]]
    total: Cost
    owed_ore: int

    def seen_by(self, user: User) -> "SpendingFigures":
        """With the rows of those regions alone of which the user may see what they get; the sums are of all."""
        seen = {each.region for each in self.regions if can_see_what_it_gets(user, each.region)}
        return replace(
            self,
            regions=[each for each in self.regions if each.region in seen],
            places=[place for place in self.places if place[1] in seen],
        )

    @property
    def returned(self) -> Decimal | None:
        return Decimal(self.total.actual_ore) / self.owed_ore if self.owed_ore else None


def audits_of(year: FundingYear) -> Sequence[Spending]:
    """As they are today; of a closed year as they were when it was closed. By category in Swedish order."""
    return audits_by_year([year])[year.year]


def audits_by_year(years: Collection[FundingYear]) -> dict[int, Sequence[Spending]]:
    """The same of each of the years: one statement for those that are closed, one for the others."""
    closed = [year for year in years if year.is_closed]
    running = [year.year for year in years if not year.is_closed]
    found: dict[int, Sequence[Spending]] = dict(work().spending_by_year(running)) if running else {}
    frozen: dict[int, list[Spending]] = {year.year: [] for year in closed}
    rows = FrozenSpending.objects.filter(funding_year__in=closed).order_by(
        swedish("category"), "region", "kind", "month"
    )
    for row in rows.select_related("funding_year") if closed else ():
        values = {name: getattr(row, name) for name in FROZEN}
        frozen[row.funding_year.year].append(Spending(**values, kind_label=work().kind_label(row.kind)))
    return {**found, **frozen}


def spending_of(year: FundingYear) -> SpendingFigures:
    """The categories in Swedish order, and so the regions, all of them; one statement for each of the three sources."""
    rows, figures, regions = audits_of(year), year_figures(year), list(Region.objects.in_swedish_order())
    owed = {each.region_id: each.owed_ore for each in figures.contributions}
    total = sum(row.actual_ore for row in rows)
    by_region = _grouped(rows, attrgetter("region_id"))
    places = _grouped(rows, attrgetter("category", "region_id"))
    return SpendingFigures(
        kinds=[_cost(group[0].kind_label, group, total) for group in _grouped(rows, attrgetter("kind")).values()],
        categories=[_cost(name, group, total) for name, group in _grouped(rows, attrgetter("category")).items()],
        regions=[
            RegionCost(region, _cost(region.name, by_region.get(region.pk, ()), total), owed.get(region.pk, 0))
            for region in regions
        ],
        places=[
            (category, region, _cost(region.name, places[category, region.pk], total))
            for category in dict.fromkeys(row.category for row in rows)
            for region in regions
            if (category, region.pk) in places
        ],
        total=_cost("", rows, total),
        owed_ore=figures.owed_ore,
    )


@dataclass(frozen=True)
class Place:
    """What a year's audits cost in a category, of those that one region led; `region` None: of all others together."""

    year: int
    category: str
    region: Region | None
    cost: Cost


def spending_places(years: Iterable[FundingYear], user: User | None = None) -> list[Place]:
    """Each category with each region, in the order of the years, in a number of statements that doesn't grow with them.

    Regions of which the user may not see what they get are one row of the category, so that the rows sum to the page's
    totals. Without a user all regions are told.
    """
    wanted, regions = list(years), list(Region.objects.in_swedish_order())
    seen = [each for each in regions if user is None or can_see_what_it_gets(user, each)]
    ids = {each.pk for each in seen}
    places = []
    audits = audits_by_year(wanted)
    for year in (each.year for each in wanted):
        rows = audits[year]
        total = sum(row.actual_ore for row in rows)
        groups = _grouped(rows, lambda row: (row.category, row.region_id if row.region_id in ids else None))
        for category in dict.fromkeys(row.category for row in rows):
            for region in (*seen, None):
                if group := groups.get((category, region and region.pk)):
                    label = region.name if region else _("other regions")
                    places.append(Place(year, category, region, _cost(label, group, total)))
    return places


def _grouped(rows: Iterable[Spending], key: Callable[[Spending], Any]) -> dict[Any, list[Spending]]:
    groups: dict[Any, list[Spending]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return dict(groups)


def _cost(label: str, rows: Sequence[Spending], total_ore: int) -> Cost:
    actual = sum(row.actual_ore for row in rows)
    return Cost(
        label,
        audits=sum(row.audits for row in rows),
        invoiced=sum(row.invoiced for row in rows),
        unpriced=sum(row.unpriced for row in rows),
        actual_ore=actual,
        ordered_ore=sum(row.expected_ore for row in rows) - actual,
        share=Decimal(actual) / total_ore if total_ore else None,
    )
