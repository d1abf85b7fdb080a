"""The table that comes out: columns with their headings, and rows that stream."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from types import TracebackType

from portal.exchange.reading.cells import Cell, last_filled, letter_of
from portal.exchange.reading.headings import Heading, NumberedRow, check_heading, find_heading
from portal.exchange.reading.limits import HEADING_ROWS, MOST_COLUMNS, MOST_ROWS
from portal.exchange.reading.unreadable import Unreadable


@dataclass(frozen=True)
class Column:
    """A heading as it stands in the file, and the letter of its column."""

    heading: str
    letter: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row that isn't blank: its number as Excel shows it, and a cell for each column of the table."""

    number: int
    values: tuple[Cell, ...]


@dataclass
class Table:
    """Columns that have a heading, and the rows below it, once. Reading `rows` may raise Unreadable.

    `unnamed`: letters of columns with values but without a heading, and the first such row; whole after the last row.
    `sheet`: the one of a workbook that is read; `left_out`: others that look as if they held such rows.
    `about`: how many rows there are, roughly, for a progress bar. Closing it ends the reading; so does the last row.
    """

    columns: list[Column]
    rows: Iterator[Line]
    about: int
    unnamed: dict[str, int] = field(default_factory=dict)
    sheet: str = ""
    left_out: list[str] = field(default_factory=list)

    def close(self) -> None:
        """End the reading before the last row."""
        close = getattr(self.rows, "close", None)
        if close is not None:
            close()

    def __enter__(self) -> "Table":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def head_of(rows: Iterator[NumberedRow]) -> list[NumberedRow]:
    """The first rows, among which the headings are looked for. They are taken from the iterator."""
    return list(islice(rows, HEADING_ROWS))


def table_of(rows: Iterator[NumberedRow], expected: Collection[str], *, about: int, separator: object = None) -> Table:
    """The table in rows that aren't blank. `about` of them are there, roughly. Raises Unreadable.

    With a `separator`, a row that is longer than the headings is refused: its values have moved out of their columns.
    """
    head = head_of(rows)
    heading = find_heading(head, expected)
    check_heading(heading, expected)
    places = [place for place, text in enumerate(heading.texts) if text]
    check_width(heading.texts)
    table = Table(
        columns=[Column(heading.texts[place], letter_of(place)) for place in places],
        rows=iter(()),
        about=max(0, about - heading.rows),
    )
    table.rows = _lines(chain(head[heading.rows :], rows), heading, places, table.unnamed, separator)
    return table


def check_width(cells: Collection[object]) -> None:
    """Raises Unreadable where the row reaches further than a table may."""
    if len(cells) > MOST_COLUMNS and (width := last_filled(list(cells))) > MOST_COLUMNS:
        raise Unreadable("too_many_columns", letter=letter_of(width - 1), limit=MOST_COLUMNS)


def _lines(
    rows: Iterable[NumberedRow],
    heading: Heading,
    places: list[int],
    unnamed: dict[str, int],
    separator: object,
) -> Iterator[Line]:
    # Most tables have a heading in each column from the first.
    whole = places == list(range(len(places)))
    nameless = [place for place, text in enumerate(heading.texts) if not text]
    width = len(heading.texts)
    for count, (number, cells) in enumerate(rows, start=1):
        if count > MOST_ROWS:
            raise Unreadable("too_many_rows", limit=MOST_ROWS)
        if separator is not None and len(cells) > width:
            raise Unreadable("too_many_cells", row=number, found=len(cells), expected=width, separator=separator)
        if nameless or len(cells) > width:
            check_width(cells)
            for place in chain(nameless, range(width, len(cells))):
                if place < len(cells) and cells[place] is not None:
                    unnamed.setdefault(letter_of(place), number)
        padded = (*cells, *[None] * (width - len(cells)))
        yield Line(number, padded[: len(places)] if whole else tuple(padded[place] for place in places))
