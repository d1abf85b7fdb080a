"""A file of Statistics Sweden against what is registered: what it would add, and what in it has to be looked at."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from portal.exchange.work import local_copy
from regions.enums import CountedOn, Standing
from regions.models import PopulationFigure, PopulationFile, Region
from regions.queries import Change
from regions.scb.figures import CountyFigure, ScbFile
from regions.scb.reading import read_scb

# So far apart two figures may be to be compared: years' figures, with one that is missing between them.
COMPARED_WITHIN_DAYS = 3 * 366


@dataclass(frozen=True)
class Planned:
    """A figure of the file. `standing_now`: the one registered for the day that counts; `change`: from the figure before it."""

    region: Region
    on: date
    count: int
    standing: Standing
    municipalities: int
    standing_now: PopulationFigure | None
    change: Change

    @property
    def is_known(self) -> bool:
        """It says what is registered already."""
        now = self.standing_now
        return now is not None and (now.count, now.standing) == (self.count, self.standing)

    @property
    def is_correction(self) -> bool:
        return self.standing_now is not None and not self.is_known

    @property
    def is_jump(self) -> bool:
        return not self.is_known and self.change.is_jump


@dataclass
class Plan:
    """What taking the file would do. With `faults` it can't be taken."""

    read: ScbFile
    rows: list[Planned]

    @property
    def added(self) -> list[Planned]:
        return [row for row in self.rows if not row.is_known]

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
        return read_scb(path, population_file.file.name, CountedOn(population_file.counted_on))


def plan_of(population_file: PopulationFile) -> Plan:
    """The file against the register as it is now. Three queries, however many figures."""
    read = read_population(population_file)
    regions = {region.code: region for region in Region.objects.in_swedish_order()}
    days = {figure.on for figure in read.figures}
    standing_now, counts = _registered(days), _counts(read.figures, regions)
    rows = []
    for figure in sorted(read.figures, key=lambda figure: (figure.on, list(regions).index(figure.code))):
        region = regions[figure.code]
        rows.append(
            Planned(
                region=region,
                on=figure.on,
                count=figure.count,
                standing=Standing(population_file.standing)
                if population_file.standing
                else Standing.PRELIMINARY
                if figure.is_preliminary
                else Standing.FINAL,
                municipalities=figure.municipalities,
                standing_now=standing_now.get((region.pk, figure.on)),
                change=Change(region, _before(counts.get(region.pk, {}), figure.on), figure.count),
            )
        )
    return Plan(read, rows)


def _registered(days: Iterable[date]) -> dict[tuple[int, date], PopulationFigure]:
    """By region and day the figure that counts now: a final one before a preliminary, then the last."""
    found: dict[tuple[int, date], PopulationFigure] = {}
    for figure in PopulationFigure.objects.filter(reference_date__in=list(days)).order_by("created_at", "pk"):
        key = figure.region_id, figure.reference_date
        if figure.standing == Standing.FINAL or key not in found or found[key].standing == Standing.PRELIMINARY:
            found[key] = figure
    return found


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
