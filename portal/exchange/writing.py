"""Tables that leave: CSV as Swedish Excel opens it, and workbooks. Both are written row by row, at flat memory.

What `portal.exchange.reading` reads of them is what was written. Text never becomes a formula or a link.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from portal.clock import STOCKHOLM
from portal.exchange.reading.cells import EXACT_INTEGERS, guarded
from portal.exchange.reading.limits import LONGEST_TEXT
from portal.ui.templatetags.formats import integer

SEPARATOR = ";"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Rows that are joined before they leave: fewer, larger pieces are what sockets like.
_ROWS_AT_A_TIME = 500
# Widths of columns, in characters.
_NARROWEST, _WIDEST = 8, 80
# Excel counts the days of 1900 wrongly, and knows none before it.
_FIRST_DAY = date(1900, 3, 1)


@dataclass(frozen=True)
class Heading:
    """A column: its heading and its width in characters; 0 is as wide as the heading."""

    text: str
    width: int = 0


class TooLong(ValueError):  # noqa: N818 - says what the text is
    """A text that no cell can hold. Nothing is cut, so nothing is written. `str()` is a sentence for the person."""

    def __str__(self) -> str:
        told = {"limit": integer(LONGEST_TEXT), "start": self.args[0][:80]}
        return _("A text has more than the %(limit)s characters that a cell can hold: “%(start)s …”") % told


def write_csv(columns: Sequence[Heading], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The file in pieces: UTF-8 with its mark, `;`, CRLF, decimal comma. Yes and no are words of the language in use."""
    # A generator runs later, when the language may be another one.
    words = {True: _("yes"), False: _("no")}
    return _csv_pieces(columns, rows, words)


def write_xlsx(columns: Sequence[Heading], rows: Iterable[Sequence[Any]], target: Path | IO[bytes]) -> None:
    """A workbook with one sheet: bold headings that stay in view, real dates and numbers.

    Numbers of more digits than a workbook keeps are written as text. Raises TooLong.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    with xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for place, column in enumerate(columns):
            width = column.width or len(column.text) + 2
            sheet.set_column(place, place, min(max(width, _NARROWEST), _WIDEST))
            _write_text(sheet, 0, place, column.text, bold)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                _write_cell(sheet, number, place, value, day, moment)


def _csv_pieces(columns: Sequence[Heading], rows: Iterable[Sequence[Any]], words: dict[bool, str]) -> Iterator[bytes]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=SEPARATOR, lineterminator="\r\n")
    writer.writerow([guarded(column.text) for column in columns])
    yield BYTE_ORDER_MARK + _emptied(buffer)
    rows = iter(rows)
    while chunk := list(islice(rows, _ROWS_AT_A_TIME)):
        writer.writerows([[_csv_text(value, words) for value in row] for row in chunk])
        yield _emptied(buffer)


def _emptied(buffer: io.StringIO) -> bytes:
    content = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return content


def _csv_text(value: Any, words: dict[bool, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return words[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f").replace(".", ",")
    if isinstance(value, Decimal):
        return format(value, "f").replace(".", ",")
    if isinstance(value, datetime):
        return _local(value).isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    text = guarded(str(value))
    if len(text) > LONGEST_TEXT:
        raise TooLong(text)
    return text


def _write_cell(sheet: Worksheet, row: int, place: int, value: Any, day: Format, moment: Format) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, int | float | Decimal):
        if _is_exact(value):
            sheet.write_number(row, place, float(value))
        else:
            _write_text(sheet, row, place, format(Decimal(value), "f").replace(".", ","))
    elif isinstance(value, datetime) and value.date() >= _FIRST_DAY:
        sheet.write_datetime(row, place, _local(value).replace(microsecond=0), moment)
    elif isinstance(value, date) and not isinstance(value, datetime) and value >= _FIRST_DAY:
        sheet.write_datetime(row, place, value, day)
    else:
        _write_text(sheet, row, place, str(value))


def _write_text(sheet: Worksheet, row: int, place: int, text: str, style: Format | None = None) -> None:
    # XlsxWriter leaves out what is too long, and says so by its answer alone.
    if len(text) > LONGEST_TEXT or sheet.write_string(row, place, text, style):
        raise TooLong(text)


def _is_exact(number: float | Decimal) -> bool:
    """A workbook keeps fifteen digits."""
    if isinstance(number, int):
        return abs(number) < EXACT_INTEGERS
    return Decimal(format(float(number), ".15g")) == Decimal(str(number))


def _local(moment: datetime) -> datetime:
    """Swedish time, without saying so."""
    return moment if moment.tzinfo is None else moment.astimezone(STOCKHOLM).replace(tzinfo=None)
