"""Statistics Sweden's tables as text and workbook (PxWeb: CSV with `;` or `,`, XLSX), with a column for each period or one
for all of them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from portal.exchange.reading.values import BadValue, integer_of
from regions.enums import CountedOn
from regions.scb.contents import Content, another_day, content_of, no_total
from regions.scb.counties import (
    COUNTIES,
    COUNTRY_CODES,
    COUNTRY_NAMES,
    county_of,
    municipality_of,
    tells_municipalities,
)
from regions.scb.figures import MOST_INHABITANTS, Cell, Fault
from regions.scb.headings import Layout, layout_of
from regions.scb.periods import Said, period_of

Row = tuple[int, Sequence[Any]]
# What stands in the columns of sex and age where all are meant.
TOTALS = {
    *("totalt", "total", "tot", "tot1", "totalt ålder", "totalt, samtliga åldrar", "samtliga åldrar", "total age"),
    *("samtliga", "alla", "alla åldrar", "all ages", "all", "totalt, alla åldrar", "total, all ages", "total sex"),
    *("båda", "män + kvinnor", "kvinnor + män", "samtliga kön", "samtliga civilstånd", "totalt civilstånd"),
    *("båda könen", "män och kvinnor", "kvinnor och män", "men and women", "both sexes", "1+2", "totalt kön"),
}
# All municipalities with all sexes and ages are more, but then the totals alone were to be chosen.
MOST_ROWS = 20_000
_MARK = re.compile(r"(?<=[0-9])\s*(?P<mark>[pr])$", re.IGNORECASE)
_CODE = re.compile(r"([0-9]{4}|[0-9]{2})(?![0-9])")


@dataclass
class Read:
    """What stood in the rows: the title, all lines above the headings, the notes below, figures and faults.

    `content`: what the headings say that the figures count; `headings`: those that are for figures of all periods.
    """

    title: str = ""
    says: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    content: Content = Content.PLAIN
    cells: list[Cell] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def cells_of(rows: Iterable[Row], counted_on: CountedOn) -> Read:
    """Read the rows of a file. What is not understood becomes a fault with its row."""
    read, held = Read(), list[Row]()
    above: Sequence[Any] = []
    layout: Layout | None = None
    for number, cells in rows:
        if layout is None:
            layout = _headings(cells, above, counted_on)
            if layout is not None:
                read.faults += [Fault(number, text) for text in layout.faults]
            else:
                above = _above(cells, read)
            continue
        # A workbook names the region in the first of its rows alone.
        held.append((number, cells if cells[0] is not None or not held else [held[-1][1][0], *cells[1:]]))
        if len(held) > MOST_ROWS:
            read.faults.append(Fault(number, _("The file has too many rows. Choose the total of sexes and ages only.")))
            return read
    if layout is None:
        text = _(
            "No row of headings with years or quarters was found. Save the table as SCB offers it, and change nothing."
        )
        read.faults.append(Fault(0, text))
    elif not read.faults:
        _take_rows(read, held, layout, counted_on)
    return read


def _headings(cells: Sequence[Any], above: Sequence[Any], counted_on: CountedOn) -> Layout | None:
    """The layout, if these are the headings: a row that begins with a place has figures."""
    return None if place_of(cells[0]) else layout_of(cells, above, counted_on)


def _above(cells: Sequence[Any], read: Read) -> Sequence[Any]:
    """Keep what a row above the headings says; the row, where it is one of headings itself."""
    if cells[0] is None and any(cell is not None for cell in cells):
        return cells
    said = " ".join(str(cell) for cell in cells if cell is not None)
    if said:
        read.says.append(said)
        read.title = read.title or said[:300]
    return []


def _take_rows(read: Read, held: list[Row], layout: Layout, counted_on: CountedOn) -> None:
    read.content = layout.content
    if not layout.periods:
        read.headings.append(layout.names[layout.value_at])
    municipal = tells_municipalities({str(cells[0]) for _number, cells in held})
    figures = list[Row]()
    for number, cells in held:
        if any(_has(cells, place) for place in layout.value_columns):
            figures.append((number, cells))
        else:
            read.notes.append(" ".join(str(cell) for cell in cells if cell is not None))
    if without := next(_without_heading(figures, layout), None):
        read.faults.append(without)
        return
    for number, cells in _only_totals(figures, layout, read):
        place = place_of(cells[0], municipal=municipal)
        if place is None:
            text = _("%(found)s is neither a county nor a municipality.") % {"found": cells[0] or "–"}
            read.faults.append(Fault(number, text))
            continue
        for said, value in _values(cells, layout, counted_on, number, read.faults):
            _take(read, number, place, said, value)


def place_of(cell: Any, *, municipal: bool = False) -> str | None:
    """The code of a county or municipality, "00" for the country; None where the cell names none.

    `municipal`: a name without a code that a county and a municipality share is the municipality's, unless it says "län".
    """
    text = (
        f"{cell:02d}" if isinstance(cell, int) and cell < 100 else f"{cell:04d}" if isinstance(cell, int) else str(cell)
    )
    found = _CODE.match(text.strip())
    if found:
        return found[0] if found[0] in COUNTRY_CODES or found[0][:2] in COUNTIES else None
    name = text.strip().casefold()
    if name in COUNTRY_NAMES:
        return "00"
    if municipal and not name.endswith((" län", " county")) and (code := municipality_of(name)):
        return code
    return county_of(text)


def count_of(value: Any) -> tuple[int, bool]:
    """The number of inhabitants and whether it is marked as preliminary. Raises BadValue with a sentence."""
    text = value.strip() if isinstance(value, str) else value
    mark = _MARK.search(text) if isinstance(text, str) else None
    if text in {"..", ".", "-", "–"}:
        raise BadValue(value, _("The figure is missing."))
    count = integer_of(text[: mark.start()] if mark else text)
    if count is None or not 1 <= count <= MOST_INHABITANTS:
        raise BadValue(value, _("The number of inhabitants must be between 1 and 20 000 000."))
    return count, bool(mark and mark["mark"].casefold() == "p")


def _without_heading(figures: list[Row], layout: Layout) -> Iterator[Fault]:
    for number, cells in figures:
        for place in range(layout.named_from, len(cells)):
            if cells[place] is not None and not layout.has_name(place):
                yield Fault(number, _("“%(found)s” stands in a column without a heading.") % {"found": cells[place]})


def _has(cells: Sequence[Any], place: int) -> bool:
    return place < len(cells) and cells[place] is not None


def _only_totals(rows: list[Row], layout: Layout, read: Read) -> list[Row]:
    """The rows that are about all sexes and ages. A column of them without its total is a fault, and no row is left.

    Columns that repeat the region, or say that the population is counted, are no such columns.
    """
    for place in layout.dimensions:
        telling = [row for row in rows if _has(row[1], place)]
        contents = [content_of(_small(row[1][place])) for row in telling]
        of_population = [row for row, content in zip(telling, contents, strict=True) if content == Content.POPULATION]
        totals = [row for row in telling if _small(row[1][place]) in TOTALS]
        if of_population or totals:
            rows = of_population or totals
            read.content = Content.POPULATION if of_population else read.content
        elif not all(_is_same_place(cells[0], cells[place]) for _number, cells in telling):
            number, cells = telling[0]
            read.faults.append(Fault(number, no_total(layout.names[place], cells[place])))
            return []
    return rows


def _small(cell: Any) -> str:
    return str(cell).strip().casefold()


def _is_same_place(first: Any, second: Any) -> bool:
    """A code in one column and its name in the next."""
    place = place_of(first)
    return place is not None and place in {place_of(second), place_of(second, municipal=True)}


def _values(
    cells: Sequence[Any], layout: Layout, counted_on: CountedOn, number: int, faults: list[Fault]
) -> Iterator[tuple[Said, Any]]:
    if layout.periods:
        yield from ((said, cells[place]) for place, said in layout.periods.items() if _has(cells, place))
        return
    told = cells[layout.period_at] if _has(cells, layout.period_at) else "–"
    said = period_of(told, counted_on)
    if said is None:
        faults.append(Fault(number, _("%(found)s is no year and no quarter.") % {"found": told}))
        return
    if said.other_day:
        faults.append(Fault(number, another_day(said.other_day, counted_on)))
        return
    yield said, cells[layout.value_at]


def _take(read: Read, number: int, place: str, said: Said, value: Any) -> None:
    period = said.period
    if place in COUNTRY_CODES or period is None:
        return
    try:
        count, is_marked = count_of(value)
    except BadValue as bad:
        told = {"place": place, "period": period, "found": bad.found, "expected": bad.expected}
        text = _("%(place)s, %(period)s: “%(found)s” was found. %(expected)s")
        read.faults.append(Fault(number, text % told))
    else:
        read.cells.append(Cell(number, place, period, count, said.is_preliminary or is_marked or period.is_running))
