"""CSV as Swedish spreadsheets write it: `;`, `,` or tab, three encodings, any line end, quoted or not."""

import csv
import io
import re
from collections.abc import Collection, Generator, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from portal.exchange.reading.cells import Cell, cell_of, last_filled
from portal.exchange.reading.encoding import encoding_of
from portal.exchange.reading.headings import NumberedRow, find_heading
from portal.exchange.reading.limits import HEADING_ROWS, LONGEST_ROW, LONGEST_TEXT
from portal.exchange.reading.table import Table, table_of
from portal.exchange.reading.unreadable import Unreadable

# In the order in which they win where the file doesn't tell.
SEPARATORS = (";", ",", "\t")
NAMES = {"\t": _("tab")}
# Characters of the file from which its separator is found.
_SAMPLE = 128 * 1024


def read(path: Path, expected: Collection[str]) -> Table:
    """The table in a CSV file. Raises Unreadable, here or while rows are read."""
    encoding = encoding_of(path)
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(_SAMPLE)
    declared = _declared_separator(sample)
    separator = declared or _likely_separator(sample, expected)
    rows = _rows(path, encoding, separator, skips=declared is not None)
    try:
        return table_of(rows, expected, about=_count(path, sample), separator=NAMES.get(separator, separator))
    except Unreadable:
        rows.close()
        raise


def rows(path: Path) -> Iterator[NumberedRow]:
    """All rows that aren't blank, from the first line on. Raises Unreadable, here or while they are read."""
    encoding = encoding_of(path)
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(_SAMPLE)
    declared = _declared_separator(sample)
    return _rows(path, encoding, declared or _likely_separator(sample, ()), skips=declared is not None)


def _declared_separator(sample: str) -> str | None:
    """Excel's own first line, `sep=;`."""
    found = re.match(r'"?sep=([;,\t])"?\r?(?:\n|$)', sample, re.IGNORECASE)
    return found[1] if found else None


def _likely_separator(sample: str, expected: Collection[str]) -> str:
    """The one that gives most of the expected headings; else the one by which most rows are equally wide."""
    return max(SEPARATORS, key=lambda separator: _fit(sample, separator, expected))


def _fit(sample: str, separator: str, expected: Collection[str]) -> tuple[int, int]:
    rows = []
    # What is wrong with the file is told when it is read; here the rows before it count.
    with suppress(Unreadable):
        for row in islice(_parse(io.StringIO(sample, newline=""), separator), HEADING_ROWS):
            rows.append(row)
    matches = 0
    if expected:
        with suppress(Unreadable):
            matches = find_heading(rows, expected).matches
    widths = [len(cells) for _number, cells in rows if len(cells) > 1]
    return matches, max(map(widths.count, widths), default=0)


def _count(path: Path, sample: str) -> int:
    lines = max(1, sample.count("\n") or sample.count("\r"))
    return lines if len(sample) < _SAMPLE else path.stat().st_size * lines // len(sample)


def _rows(path: Path, encoding: str, separator: str, *, skips: bool) -> Generator[NumberedRow]:
    with path.open(encoding=encoding, newline="") as file:
        yield from _parse(file, separator, skips=skips)


def _parse(file: io.TextIOBase, separator: str, *, skips: bool = False) -> Generator[NumberedRow]:
    """The rows that aren't blank, tidied. Raises Unreadable naming the row."""
    lines = _Lines(file)
    number = 0
    rows = csv.reader(lines, delimiter=separator, strict=True)
    try:
        for number, row in enumerate(rows, start=1):
            lines.length = 0
            if not any(row) or (skips and number == 1):
                continue
            cells: list[Cell] = [cell_of(text) if text else None for text in row]
            if width := last_filled(cells):
                if max(map(len, row)) > LONGEST_TEXT:
                    raise Unreadable("too_long", row=number, limit=LONGEST_TEXT)
                yield number, cells[:width]
    except csv.Error as error:
        code = "too_long" if "limit" in str(error) else "nul" if "NUL" in str(error) else "quotes"
        raise Unreadable(code, row=number + 1, limit=LONGEST_TEXT) from None
    except _RowTooLong:
        raise Unreadable("too_long", row=number + 1, limit=LONGEST_TEXT) from None


class _RowTooLong(Exception):  # noqa: N818 - told as Unreadable
    pass


class _Lines:
    """The lines of a file, as long as those of one row stay within the limit. `length` is set back after each row."""

    def __init__(self, file: io.TextIOBase) -> None:
        self.file, self.length = file, 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self.file.readline(LONGEST_ROW)
        if not line:
            raise StopIteration
        self.length += len(line)
        if self.length >= LONGEST_ROW:
            raise _RowTooLong
        return line
