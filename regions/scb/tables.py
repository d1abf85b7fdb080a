"""Statistics Sweden's tables as text and workbook (PxWeb: CSV with `;` or `,`, XLSX), with a column for each period or one
for all of them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from portal.exchange.reading.values import BadValue, integer_of
from regions.enums import CountedOn
from regions.scb.counties import (
    COUNTIES,
    COUNTRY_CODES,
    COUNTRY_NAMES,
    county_of,
    municipality_of,
    tells_municipalities,
)
from regions.scb.figures import MOST_INHABITANTS, Cell, Fault
from regions.scb.periods import Period, period_of, says_preliminary

Row = tuple[int, Sequence[Any]]
PERIOD_HEADINGS = {"år", "year", "kvartal", "quarter", "månad", "month", "tid", "time"}
# What stands in the columns of sex and age where all are meant.
TOTALS = {
    *("totalt", "total", "tot", "tot1", "totalt ålder", "totalt, samtliga åldrar", "samtliga åldrar", "total age"),
    *("båda könen", "män och kvinnor", "kvinnor och män", "men and women", "both sexes", "1+2", "totalt kön"),
}
# All municipalities with all sexes and ages are more, but then the totals alone were to be chosen.
MOST_ROWS = 20_000
_MARK = re.compile(r"(?<=[0-9])\s*(?P<mark>[pr])$", re.IGNORECASE)
_CODE = re.compile(r"([0-9]{4}|[0-9]{2})(?![0-9])")


@dataclass
class Read:
    """What stood in the rows: the title above the headings, figures and faults."""

    title: str = ""
    cells: list[Cell] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class _Layout:
    """Where what stands: a column for each of `periods`, or one for all of them and one for the values; before them sex, age."""

    periods: dict[int, tuple[Period, bool]]
    period_at: int = 0
    value_at: int = 0

    @property
    def dimensions(self) -> range:
        return range(1, min(self.periods) if self.periods else self.value_at)


def cells_of(rows: Iterable[Row], counted_on: CountedOn) -> Read:
    """Read the rows of a file. What is not understood becomes a fault with its row."""
    read, held = Read(), list[Row]()
    layout: _Layout | None = None
    for number, cells in rows:
        if layout is None:
            layout = _layout_of(cells, counted_on)
            if layout is None and not read.title:
                read.title = " ".join(str(cell) for cell in cells if cell is not None)[:300]
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
        return read
    municipal = tells_municipalities({str(cells[0]) for _number, cells in held})
    for number, cells in _only_totals(held, layout):
        values = list(_values(cells, layout, counted_on, number, read.faults))
        if not values:
            continue  # a footnote, or a blank cell below a heading
        place = place_of(cells[0], municipal=municipal)
        if place is None:
            text = _("%(found)s is neither a county nor a municipality.") % {"found": cells[0] or "–"}
            read.faults.append(Fault(number, text))
            continue
        for period, value, is_preliminary in values:
            _take(read, number, place, period, value, is_preliminary=is_preliminary or says_preliminary(read.title))
    return read


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


def _layout_of(cells: Sequence[Any], counted_on: CountedOn) -> _Layout | None:
    """The layout, if these are the headings. A title stands in the first column, a period never does."""
    texts = ["" if cell is None else str(cell).strip().casefold() for cell in cells]
    at = next((place for place, text in enumerate(texts) if place and text in PERIOD_HEADINGS), 0)
    if at:
        return _Layout({}, period_at=at, value_at=len(texts) - 1)
    periods = {
        place: (found, says_preliminary(text))
        for place, text in enumerate(texts)
        if place and (found := period_of(text, counted_on))
    }
    # A table may tell of growth and births too.
    of_population = {place for place in periods if "folkmängd" in texts[place] or "population" in texts[place]}
    return _Layout({place: periods[place] for place in of_population or periods}) if periods else None


def _only_totals(rows: list[Row], layout: _Layout) -> list[Row]:
    """Of tables with sexes and ages the rows that are about all; where no row is, all of them."""
    for place in layout.dimensions:
        if layout.period_at == place:
            continue
        totals = [row for row in rows if place < len(row[1]) and str(row[1][place]).strip().casefold() in TOTALS]
        rows = totals or rows
    return rows


def _values(
    cells: Sequence[Any], layout: _Layout, counted_on: CountedOn, number: int, faults: list[Fault]
) -> Iterator[tuple[Period, Any, bool]]:
    if layout.periods:
        for place, (period, is_preliminary) in layout.periods.items():
            if place < len(cells) and cells[place] is not None:
                yield period, cells[place], is_preliminary
        return
    if len(cells) <= layout.value_at or cells[layout.value_at] is None:
        return
    named = period_of(cells[layout.period_at], counted_on)
    if named is None:
        faults.append(Fault(number, _("%(found)s is no year and no quarter.") % {"found": cells[layout.period_at]}))
        return
    yield named, cells[layout.value_at], says_preliminary(cells[layout.period_at])


def _take(read: Read, number: int, place: str, period: Period, value: Any, *, is_preliminary: bool) -> None:
    if place in COUNTRY_CODES:
        return
    try:
        count, is_marked = count_of(value)
    except BadValue as bad:
        told = {"place": place, "period": period, "found": bad.found, "expected": bad.expected}
        text = _("%(place)s, %(period)s: “%(found)s” was found. %(expected)s")
        read.faults.append(Fault(number, text % told))
    else:
        read.cells.append(Cell(number, place, period, count, is_preliminary or is_marked or period.is_running))
