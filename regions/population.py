"""A file of Statistics Sweden against what is registered: what it would add, and what in it has to be looked at."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from portal.exchange.work import local_copy
from regions.enums import CountedOn, Standing
from regions.models import PopulationFile, Region
from regions.queries import Change, compared_day, counting_figures, population_forecasts
from regions.scb.figures import CountyFigure, Fault, ScbFile
from regions.scb.reading import read_scb


@dataclass(frozen=True)
class Known:
    """What is registered for a region and a day (persons) and counts; a forecast has no standing."""

    count: int
    standing: Standing | None = None


@dataclass(frozen=True)
class Planned:
    """A figure of the file. `now`: what is registered for the day; `change`: from the figure before it, or else after it."""

    region: Region
    on: date
    count: int
    standing: Standing | None
    municipalities: int
    now: Known | None
    change: Change

    @property
    def is_known(self) -> bool:
        """It says what is registered already."""
        return self.now == Known(self.count, self.standing)

    @property
    def is_correction(self) -> bool:
        return self.now is not None and not self.is_known

    @property
    def is_outweighed(self) -> bool:
        """It is kept, but the final figure that is registered for the day goes on counting."""
        return self.is_correction and not _counts_before(self.standing, self.now)

    @property
    def is_jump_in_time(self) -> bool:
        return not self.is_known and self.change.is_jump

    @property
    def is_jump_of_correction(self) -> bool:
        """Too far from what it corrects."""
        corrected = self.now.count if self.now else None
        return Change(self.region, corrected, self.count, self.on).is_jump

    @property
    def is_jump(self) -> bool:
        return self.is_jump_in_time or self.is_jump_of_correction


@dataclass
class Plan:
    """What taking the file would do. With `faults` it can't be taken."""

    read: ScbFile
    rows: list[Planned]
    is_forecast: bool = False

    @property
    def added(self) -> list[Planned]:
        """What says something new. A forecast is one whole: what it repeats belongs to it."""
        new = [row for row in self.rows if not row.is_known]
        return self.rows if new and self.is_forecast else new

    @property
    def corrections(self) -> list[Planned]:
        """What differs from what is registered for the day, and counts instead of it."""
        return [row for row in self.rows if row.is_correction and not row.is_outweighed]

    @property
    def outweighed(self) -> list[Planned]:
        return [row for row in self.rows if row.is_outweighed]

    @property
    def jumps(self) -> list[Planned]:
        return [row for row in self.rows if row.is_jump]

    @property
    def days(self) -> list[date]:
        return sorted({row.on for row in self.rows})

    @cached_property
    def digest(self) -> str:
        """Changes with what taking the file would add: who confirms has seen just that."""
        told = [(row.region.code, row.on.isoformat(), row.count, row.standing) for row in self.added]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def read_population(population_file: PopulationFile) -> ScbFile:
    """What the stored file says."""
    with local_copy(population_file.file) as path:
        read = read_scb(path, population_file.file.name, CountedOn(population_file.counted_on))
    days = {figure.on for figure in read.figures}
    if population_file.is_forecast and any((day.month, day.day) != (12, 31) for day in days):
        read.faults.append(Fault(0, _("A forecast is for whole years, and this file has quarters or months.")))
    if not population_file.is_forecast and any(day > population_file.retrieved_on for day in days):
        text = _("The file has figures for %(year)s, which nobody had counted when it was retrieved. Is it a forecast?")
        read.faults.append(Fault(0, text % {"year": max(days).year}))
    return read


def plan_of(population_file: PopulationFile) -> Plan:
    """The file against the register as it is now. Three queries, however many figures."""
    read = read_population(population_file)
    regions = {region.code: region for region in Region.objects.in_swedish_order()}
    days = {figure.on for figure in read.figures}
    known = _forecast(days) if population_file.is_forecast else _registered(days)
    counts = _counts(population_file, read.figures, regions)
    rows = []
    for figure in sorted(read.figures, key=lambda figure: (figure.on, list(regions).index(figure.code))):
        region = regions[figure.code]
        others = counts[region.pk]
        near = compared_day(others, figure.on)
        rows.append(
            Planned(
                region=region,
                on=figure.on,
                count=figure.count,
                standing=_standing(population_file, figure),
                municipalities=figure.municipalities,
                now=known.get((region.pk, figure.on)),
                change=Change(region, others[near] if near else None, figure.count, near),
            )
        )
    return Plan(read, rows, population_file.is_forecast)


def _standing(population_file: PopulationFile, figure: CountyFigure) -> Standing | None:
    if population_file.is_forecast:
        return None
    if population_file.standing:
        return Standing(population_file.standing)
    return Standing.PRELIMINARY if figure.is_preliminary else Standing.FINAL


def _registered(days: Iterable[date]) -> dict[tuple[int, date], Known]:
    """By region and day the figure that counts now."""
    return {
        (figure.region_id, figure.reference_date): Known(figure.count, Standing(figure.standing))
        for figure in counting_figures().filter(reference_date__in=list(days))
    }


def _forecast(days: Iterable[date]) -> dict[tuple[int, date], Known]:
    """By region and day the forecast that counts now."""
    forecasts = population_forecasts()
    return {
        (region, day): Known(count)
        for day in days
        if day.year in forecasts
        for region, count in forecasts[day.year].counts.items()
    }


def _counts_before(standing: Standing | None, registered: Known | None) -> bool:
    """Whether a new figure of the standing would count instead of the registered one of its day."""
    return standing != Standing.PRELIMINARY or registered is None or registered.standing != Standing.FINAL


def _counts(
    population_file: PopulationFile, figures: Iterable[CountyFigure], regions: dict[str, Region]
) -> dict[int, dict[date, int]]:
    """By region the figure of each day that would count if the file were taken."""
    known: dict[int, dict[date, Known]] = {}
    for registered in counting_figures():
        standing = Standing(registered.standing)
        known.setdefault(registered.region_id, {})[registered.reference_date] = Known(registered.count, standing)
    for figure in figures:
        of_region, told = known.setdefault(regions[figure.code].pk, {}), _standing(population_file, figure)
        if _counts_before(told, of_region.get(figure.on)):
            of_region[figure.on] = Known(figure.count, told)
    return {region: {day: each.count for day, each in days.items()} for region, days in known.items()}
