"""A file of Statistics Sweden against what is registered: what it would add, and what in it has to be looked at."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from portal.exchange.work import local_copy
from regions.enums import CountedOn, Standing
from regions.models import PopulationFigure, PopulationFile, Region
from regions.queries import Change, population_forecasts
from regions.scb.figures import CountyFigure, Fault, ScbFile
from regions.scb.reading import read_scb

# So far apart two figures may be to be compared: years' figures, with one that is missing between them.
COMPARED_WITHIN_DAYS = 3 * 366


@dataclass(frozen=True)
class Known:
    """What is registered for a region and a day (persons) and counts; a forecast has no standing."""

    count: int
    standing: Standing | None = None


@dataclass(frozen=True)
class Planned:
    """A figure of the file. `now`: what is registered for the day; `change`: from the figure before it."""

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
    def is_jump(self) -> bool:
        return not self.is_known and self.change.is_jump


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
        return [row for row in self.rows if row.is_correction]

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
    counts = _counts(read.figures, regions)
    rows = []
    for figure in sorted(read.figures, key=lambda figure: (figure.on, list(regions).index(figure.code))):
        region = regions[figure.code]
        rows.append(
            Planned(
                region=region,
                on=figure.on,
                count=figure.count,
                standing=_standing(population_file, figure),
                municipalities=figure.municipalities,
                now=known.get((region.pk, figure.on)),
                change=Change(region, _before(counts.get(region.pk, {}), figure.on), figure.count),
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
    """By region and day the figure that counts now: a final one before a preliminary, then the last."""
    found: dict[tuple[int, date], Known] = {}
    for figure in PopulationFigure.objects.filter(reference_date__in=list(days)).order_by("created_at", "pk"):
        key, standing = (figure.region_id, figure.reference_date), Standing(figure.standing)
        if standing == Standing.FINAL or key not in found or found[key].standing == Standing.PRELIMINARY:
            found[key] = Known(figure.count, standing)
    return found


def _forecast(days: Iterable[date]) -> dict[tuple[int, date], Known]:
    """By region and day the forecast that counts now."""
    forecasts = population_forecasts()
    return {
        (region, day): Known(count)
        for day in days
        if day.year in forecasts
        for region, count in forecasts[day.year].counts.items()
    }


def _counts(figures: Iterable[CountyFigure], regions: dict[str, Region]) -> dict[int, dict[date, int]]:
    """By region all figures there are by day, the file's own above the registered ones."""
    counts: dict[int, dict[date, int]] = {}
    for region, day, count in PopulationFigure.objects.order_by("created_at", "pk").values_list(
        "region", "reference_date", "count"
    ):
        counts.setdefault(region, {})[day] = count
    for figure in figures:
        counts.setdefault(regions[figure.code].pk, {})[figure.on] = figure.count
    return counts


def _before(counts: dict[date, int], day: date) -> int | None:
    """The last figure before the day; a registered one of the same day is what a correction is compared with elsewhere."""
    earlier = [on for on in counts if on < day and (day - on).days <= COMPARED_WITHIN_DAYS]
    return counts[max(earlier)] if earlier else None
