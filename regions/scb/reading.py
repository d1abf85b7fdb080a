"""A file of Statistics Sweden, as it was downloaded: CSV, XLSX or JSON-stat 2."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePath

from django.utils.translation import gettext as _

from portal.exchange.reading import Unreadable, read_rows
from regions.enums import CountedOn
from regions.scb import jsonstat, tables
from regions.scb.contents import Content, Unclear, another_day, content_of_title
from regions.scb.figures import Cell, Fault, ScbFile, figures_of
from regions.scb.periods import NEW_YEAR, day_of, days_in, preliminary_years, quarters_in, said_by, says_preliminary

MOST_JSON_BYTES = 20 * 1024**2
_FORECAST = ("framskrivning", "prognos", "projection", "forecast")


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
    except (Unreadable, Unclear, jsonstat.NotJsonStat) as problem:
        return ScbFile(faults=[Fault(0, str(problem))])
    found = ScbFile(title=read.title, table_id=table_id, faults=read.faults)
    if read.cells:
        found.faults += [Fault(0, text) for text in _against(read, counted_on)]
    if not read.cells and not read.faults:
        found.faults.append(Fault(0, _("There is a line of headings, but no figure below it.")))
    if not found.faults:
        found.figures = figures_of(_marked(read), found.faults)
    return found


def _against(read: tables.Read, counted_on: CountedOn) -> Iterator[str]:
    """What the title and headings say against what was chosen, and against that the population is counted.

    A forecast may say 31 December, what was counted never "forecast".
    """
    lines = [*read.says, *read.headings]
    if counted_on != CountedOn.FORECAST and any(word in line.casefold() for line in lines for word in _FORECAST):
        text = _("The file's title says %(said)s, but %(chosen)s was chosen.")
        yield text % {"said": CountedOn.FORECAST.label, "chosen": counted_on.label}
        return
    running = {cell.period.day for cell in read.cells if cell.period.is_running}
    meant = {day_of(counted_on), *running}
    days = [day for line in lines for day in days_in(line)]
    if not running:
        days += [day for line in lines for day in quarters_in(line)]
    others = [day for day in days if not day.is_one_of(meant)]
    # The division into counties and municipalities is that of a 1 January.
    if len(others) < len(days):
        others = [day for day in others if not day.is_one_of([NEW_YEAR])]
    if others:
        yield another_day(others[0].text, counted_on)
        return
    said = [content_of_title(said_by(line, counted_on).rest) for line in read.says]
    if read.content == Content.POPULATION:
        if Content.OTHER in said and not {Content.POPULATION, Content.UNKNOWN} & {*said}:
            text = _("The title “%(title)s” counts something else than the population, which the headings name.")
            yield text % {"title": read.says[said.index(Content.OTHER)]}
    elif {Content.OTHER, Content.UNKNOWN} & {*said} or (said and Content.POPULATION not in said):
        text = _(
            "Neither the title “%(title)s” nor a heading says that the figures are the population alone. Choose the "
            "population (Folkmängd) in SCB's table."
        )
        yield text % {"title": read.title}


def _marked(read: tables.Read) -> list[Cell]:
    """The figures, with what the title and notes say of being preliminary."""
    years = {cell.period.last_day.year for cell in read.cells}
    is_all = any(says_preliminary(line) for line in [*read.says, *read.headings])
    marked = years if is_all else preliminary_years(read.notes, years)
    return [replace(cell, is_preliminary=True) if cell.period.last_day.year in marked else cell for cell in read.cells]
