"""A file of Statistics Sweden, as it was downloaded: CSV, XLSX or JSON-stat 2."""

from pathlib import Path, PurePath

from django.utils.translation import gettext as _

from portal.exchange.reading import Unreadable, read_rows
from regions.enums import CountedOn
from regions.scb import jsonstat, tables
from regions.scb.figures import Fault, ScbFile, figures_of

MOST_JSON_BYTES = 20 * 1024**2
# What a title says of the day, where it says something.
_DAYS = {
    CountedOn.NOVEMBER: ("1 november", "november 1"),
    CountedOn.DECEMBER: ("31 december", "december 31"),
    CountedOn.FORECAST: ("framskrivning", "prognos", "projection", "forecast"),
}


def read_scb(path: Path, name: str, counted_on: CountedOn) -> ScbFile:
    """All that the file says, or what is wrong with it in `faults`: one of them where it can't be read at all.

    `name` is what the file was called; `counted_on`: which day the figures of a whole year are for.
    """
    table_id = ""
    try:
        if PurePath(name).suffix.lower() == ".json":
            if path.stat().st_size > MOST_JSON_BYTES:
                return ScbFile(faults=[Fault(0, _("The file is larger than 20 MB. Choose the totals only."))])
            read, table_id = jsonstat.cells_of(path.read_bytes(), counted_on)
        else:
            read = tables.cells_of(read_rows(path, name), counted_on)
    except (Unreadable, jsonstat.NotJsonStat) as problem:
        return ScbFile(faults=[Fault(0, str(problem))])
    found = ScbFile(title=read.title, table_id=table_id, faults=read.faults)
    if other := _other_day(read.title, counted_on):
        text = _("The file's title says %(said)s, but %(chosen)s was chosen.")
        found.faults.append(Fault(0, text % {"said": other.label, "chosen": counted_on.label}))
    if not read.cells and not read.faults:
        found.faults.append(Fault(0, _("There is a line of headings, but no figure below it.")))
    if not found.faults:
        found.figures = figures_of(read.cells, found.faults)
    return found


def _other_day(title: str, counted_on: CountedOn) -> CountedOn | None:
    """What the title says against what was chosen. A forecast may say 31 December, what was counted never "forecast"."""
    said = {day for day, words in _DAYS.items() if any(word in title.casefold() for word in words)}
    if CountedOn.FORECAST in said:
        return None if counted_on == CountedOn.FORECAST else CountedOn.FORECAST
    if counted_on == CountedOn.FORECAST:
        said.discard(CountedOn.DECEMBER)
    return next(iter(said)) if said and counted_on not in said else None
