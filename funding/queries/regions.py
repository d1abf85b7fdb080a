"""A region's contributions over the years, and what it gets for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from funding.models import FIRST_YEAR, Contribution, FundingYear
from funding.outside import RegionWork, Spending, work
from funding.queries.figures import contributions_with_figures
from funding.queries.spending import audits_of
from portal import clock
from regions.models import Region, User

A_YEAR = timedelta(days=365)


def years_of(region: Region, user: User) -> list[Contribution]:
    """Every year of the region that the user may see, with its change since the year before, the latest first. One query."""
    rows = contributions_with_figures(user).filter(region=region)
    return list(rows.order_by("-funding_year__year"))


@dataclass(frozen=True)
class Gains:
    """What the cooperation did for a region: in the 365 days up to today (`lately`), and since it began.

    `spending`: what audits that the region led cost the cooperation this calendar year, as the year's page tells it.
    """

    since: date
    lately: RegionWork
    always: RegionWork
    spending: list[Spending]

    @property
    def invoiced_ore(self) -> int:
        return sum(each.actual_ore for each in self.spending)

    @property
    def ordered_ore(self) -> int:
        """What is ordered beside, and not invoiced yet."""
        return sum(each.expected_ore for each in self.spending) - self.invoiced_ore


def gains_of(region: Region) -> Gains:
    """In a number of queries that doesn't grow with the follow-ups."""
    today = clock.today()
    since = today - A_YEAR
    source = work()
    return Gains(
        since,
        source.by_region(since, today).get(region.pk, RegionWork()),
        source.by_region(date(FIRST_YEAR, 1, 1), today).get(region.pk, RegionWork()),
        [each for each in _audits_in(today.year) if each.region_id == region.pk],
    )


def _audits_in(year: int) -> Sequence[Spending]:
    """As they are today, unless it is a funding year that is closed already."""
    opened = FundingYear.objects.filter(year=year).first()
    return work().spending(year) if opened is None else audits_of(opened)
