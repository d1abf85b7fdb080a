"""What a file of Statistics Sweden says, whichever way it is written: figures by county and period, and faults."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from portal.ui.templatetags.formats import integer
from regions.scb.counties import COUNTIES, COUNTRY_CODES
from regions.scb.periods import Period

# More than all Swedes there have been at any time.
MOST_INHABITANTS = 20_000_000


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of inhabitants (persons) in the file. `place`: a county's code (two digits) or a municipality's (four)."""

    row: int
    place: str
    period: Period
    count: int
    is_preliminary: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, in which row of the file (0: the file as a whole); a sentence for the person who chose it."""

    row: int
    text: str


@dataclass(frozen=True, slots=True)
class CountyFigure:
    """Inhabitants (persons) of a county on a day; `municipalities` says how many it was summed of, 0 where it was told."""

    code: str
    on: date
    count: int
    is_preliminary: bool
    municipalities: int = 0


@dataclass
class ScbFile:
    """What was read. Without `faults` the `figures` are whole: each period has all 21 counties, once."""

    title: str = ""
    table_id: str = ""
    figures: list[CountyFigure] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def figures_of(cells: Iterable[Cell], faults: list[Fault]) -> list[CountyFigure]:
    """County figures, from the counties' own rows or else from the sums of their municipalities.

    Adds to `faults` what is missing, stands twice or does not add up.
    """
    told: dict[tuple[str, Period], Cell] = {}
    for cell in cells:
        if cell.place in COUNTRY_CODES:
            continue
        earlier = told.setdefault((cell.place, cell.period), cell)
        if earlier is not cell:
            text = _(
                "%(place)s, %(period)s, stands in row %(earlier)s already. Choose the total of sexes and ages only."
            )
            faults.append(Fault(cell.row, text % {"place": cell.place, "period": cell.period, "earlier": earlier.row}))
    return [
        figure
        for period in sorted({cell.period for cell in told.values()})
        for figure in _of_period(period, {place: cell for (place, at), cell in told.items() if at == period}, faults)
    ]


def _of_period(period: Period, told: dict[str, Cell], faults: list[Fault]) -> list[CountyFigure]:
    parts: dict[str, list[Cell]] = defaultdict(list)
    for place, cell in told.items():
        if len(place) == 4:
            parts[place[:2]].append(cell)
    figures, missing = [], []
    for code, (name, municipalities) in COUNTIES.items():
        whole, of_county = told.get(code), parts.get(code, [])
        total = sum(cell.count for cell in of_county)
        if of_county and len(of_county) != municipalities:
            text = _("%(county)s, %(period)s: %(found)s municipalities stand in the file, and the county has %(all)s.")
            row = of_county[-1].row
            told_as = {"county": name, "period": period, "found": len(of_county), "all": municipalities}
            faults.append(Fault(row, text % told_as))
        elif of_county and whole and total != whole.count:
            text = _(
                "%(county)s, %(period)s: the municipalities sum to %(sum)s, but the county's own row says %(whole)s."
            )
            told_as = {"county": name, "period": period, "sum": integer(total), "whole": integer(whole.count)}
            faults.append(Fault(whole.row, text % told_as))
        elif whole:
            figures.append(CountyFigure(code, period.last_day, whole.count, whole.is_preliminary))
        elif of_county:
            is_preliminary = any(cell.is_preliminary for cell in of_county)
            figures.append(CountyFigure(code, period.last_day, total, is_preliminary, len(of_county)))
        else:
            missing.append(name)
    if missing:
        text = _("%(period)s: the file has no figure for %(counties)s.")
        faults.append(Fault(0, text % {"period": period, "counties": ", ".join(missing)}))
    return figures
