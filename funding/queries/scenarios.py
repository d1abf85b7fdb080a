"""What scenarios stand on: the regions, how many live there by figures, trend and forecast, and what the money reaches."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from funding.enums import PopulationOf
from funding.outside import Reach, work
from funding.scenarios import continued, grown
from portal import clock
from regions.models import Region, User
from regions.queries import Forecast, figures_by_day, population_forecasts

# The trend looks back at most so many years from the latest 31 December.
TREND_YEARS = 5


@dataclass(frozen=True)
class Population:
    """Inhabitants (persons) by region id on a day. `source`: of a forecast, what SCB's file says of itself.

    `growth`: what is assumed on top of them, in tenths of per cent a year; the counts have grown by it.
    """

    kind: PopulationOf
    on: date
    counts: Mapping[int, int]
    source: str = ""
    growth: int = 0

    def with_growth(self, tenths: int, years: int) -> "Population":
        """After so many years at a growth of so many tenths of per cent a year, region by region."""
        counts = {region: grown(count, tenths, years) for region, count in self.counts.items()}
        return replace(self, counts=counts, growth=tenths)


@dataclass(frozen=True)
class Trend:
    """Between two 31 Decembers with figures of all regions (persons by region id): what is continued from the later."""

    first: Population
    last: Population

    @property
    def years(self) -> int:
        return self.last.on.year - self.first.on.year

    def at(self, year: int) -> Population:
        """On 31 December of the year, which is not before the later one."""
        counts = {
            region: continued(self.first.counts[region], count, self.years, year - self.last.on.year)
            for region, count in self.last.counts.items()
        }
        return Population(PopulationOf.TREND, date(year, 12, 31), counts)


@dataclass(frozen=True)
class Grounds:
    """All of it, of one moment. `latest`: the last day with figures of all regions; `forecasts`: by year, whole ones."""

    regions: list[Region]
    latest: Population | None
    trend: Trend | None
    forecasts: dict[int, Forecast]
    reach: Reach

    def population(self, kind: PopulationOf, year: int, growth: int = 0) -> Population | None:
        """That of a funding year: on 31 December before it, or the latest figures as they are; None where none is known.

        `growth`: tenths of per cent a year on top of that, from the year of the latest figures.
        """
        found = self._known(kind, year - 1)
        if found is None or not growth:
            return found
        years = year - 1 - self.latest.on.year if self.latest else 0
        return found.with_growth(growth, max(0, years))

    def _known(self, kind: PopulationOf, december: int) -> Population | None:
        """On 31 December of the year `december`."""
        if kind == PopulationOf.LATEST:
            return self.latest
        if kind == PopulationOf.TREND:
            return self.trend.at(december) if self.trend and december >= self.trend.last.on.year else None
        forecast = self.forecasts.get(december)
        if forecast is None:
            return None
        return Population(kind, date(december, 12, 31), forecast.counts, forecast.population_file.source)


def grounds(user: User) -> Grounds:
    """As many queries whatever there is."""
    regions = list(Region.objects.visible_to(user).in_swedish_order())
    everyone = {region.pk for region in regions}
    complete = {
        day: {figure.region_id: figure.count for figure in figures}
        for day, figures in figures_by_day().items()
        if {figure.region_id for figure in figures} >= everyone
    }
    days = [Population(PopulationOf.LATEST, day, counts) for day, counts in sorted(complete.items()) if everyone]
    return Grounds(
        regions=regions,
        latest=days[-1] if days else None,
        trend=_trend([each for each in days if (each.on.month, each.on.day) == (12, 31)]),
        forecasts={year: each for year, each in population_forecasts().items() if set(each.counts) >= everyone},
        reach=work().reach(clock.today()),
    )


def _trend(decembers: list[Population]) -> Trend | None:
    if not decembers:
        return None
    last = decembers[-1]
    first = next(each for each in decembers if last.on.year - each.on.year <= TREND_YEARS)
    return Trend(first, last) if first is not last else None
