"""What a cell says, as a value: Swedish spreadsheets as they are. Every parser answers None for an empty cell.

A parser raises BadValue where the cell says something else, or could mean two things.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.exchange.reading.cells import EXACT_INTEGERS, NO_VALUE, BrokenCell, Cell, SoundCell, tidy_text
from portal.ui.forms import parse_day

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

A_TEXT = _("Write a text.")
A_DAY = _("Write the date as year-month-day, for example 2026-12-02.")
# From 1954 to 2119. Which day it is depends on the workbook: there are two ways of counting.
A_DAY_AS_NUMBER = _(
    "The cell shows a day as the number by which the spreadsheet counts it. Format the column as a date, or write the "
    "date as year-month-day, for example 2026-12-02."
)
A_NUMBER = _("Write a number, for example 1234,50.")
ONE_MEANING = _("This can mean two different numbers. Write it without thousands separators, for example 1234,50.")
TOO_LARGE = _("The number is too large.")
A_WHOLE_NUMBER = _("Write a whole number, for example 1234.")
YES_OR_NO = _("Write yes or no.")
A_NUMBER_AS_TEXT = _("Write all the digits. Format the column as text, or the spreadsheet shortens them.")
NO_ERROR = _("The cell shows an error. Correct its formula, or write the value instead.")
A_SAVED_VALUE = _(
    "The formula was saved without its value. Open the file in a spreadsheet, save it and choose it again."
)

_TIME = re.compile(r"[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?$")
_CURRENCY = re.compile(r"(?:^sek|(?:kr|sek|:-)\.?$)", re.IGNORECASE)
_SHORTENED = re.compile(r"[0-9]([.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_NO_DECIMALS = re.compile(r"^([0-9]+)[.,]0+$")
# A group of thousands has three digits; the first has one to three and doesn't begin with 0.
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?P<mark>[.,' ])[0-9]{3}(?:(?P=mark)[0-9]{3})*$")
_YES = {"ja", "j", "yes", "y", "x", "1", "sant", "true"}
_NO = {"nej", "n", "no", "0", "falskt", "false"}


class BadValue(ValueError):  # noqa: N818 - says what the value is
    """What was found in the cell, and a sentence that says what was expected."""

    def __init__(self, found: object, expected: "_StrOrPromise") -> None:
        super().__init__(found, expected)
        self.found, self.expected = found, expected


def text_of(cell: Cell) -> str | None:
    """The text; a number or date as the sheet shows it, the date as year-month-day."""
    value = _sound(cell)
    if value is None or isinstance(value, str):
        return tidy_text(value or "")
    if isinstance(value, bool):
        raise BadValue(cell, A_TEXT)
    if isinstance(value, float):
        return format(_decimal(value), "f").replace(".", ",")
    return str(value)


def line_of(cell: Cell) -> str | None:
    """The text on one line, where a form would not take several."""
    text = text_of(cell)
    return text and text.replace("\n", " ")


def day_of(cell: Cell) -> date | None:
    """A day: a date cell, 2023-01-01, 20230101 as text or number, and what forms take. A time of day is left out."""
    value = _sound(cell)
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, date):
        return value
    text = _TIME.sub("", str(value).strip())
    if not text:
        return None
    day = None if isinstance(value, bool) else parse_day(text)
    if day is None:
        raise BadValue(cell, A_DAY_AS_NUMBER if re.fullmatch(r"[2-7][0-9]{4}", text) else A_DAY)
    return day


def decimal_of(cell: Cell, *, places: int | None = None) -> Decimal | None:
    """A number: 1 234,50, 1234.50, 1.234,50 or 1 234 kr. `places`: how many decimals it may have.

    A single mark before three digits ("1.234") may divide thousands or decimals and is refused; a comma there is
    taken for decimals where `places` allows three.
    """
    value = _sound(cell)
    if value is None:
        return None
    if isinstance(value, bool | date):
        raise BadValue(cell, A_NUMBER)
    number = _decimal_of_text(value, places) if isinstance(value, str) else _decimal(value)
    if number is None:
        return None
    if abs(number) >= EXACT_INTEGERS:
        raise BadValue(cell, TOO_LARGE)
    if places is not None and number != round(number, places):
        message = ngettext("Write at most %(places)s decimal.", "Write at most %(places)s decimals.", places)
        raise BadValue(cell, message % {"places": places})
    return number


def integer_of(cell: Cell) -> int | None:
    """A whole number; 5,0 is one."""
    try:
        number = decimal_of(cell)
    except BadValue as bad:
        raise BadValue(bad.found, A_WHOLE_NUMBER if bad.expected is A_NUMBER else bad.expected) from None
    if number is None:
        return None
    if number != number.to_integral_value():
        raise BadValue(cell, A_WHOLE_NUMBER)
    return int(number)


def yes_no_of(cell: Cell) -> bool | None:
    """Ja, nej, yes, no, x, 1, 0, sant, falskt, true, false, of any capitals, or a cell that is true or false."""
    value = _sound(cell)
    if value is None or isinstance(value, bool):
        return value
    text = str(value).strip().casefold()
    if text in _YES:
        return True
    if text in _NO:
        return False
    if not text:
        return None
    raise BadValue(cell, YES_OR_NO)


def number_text_of(cell: Cell) -> str | None:
    """An identifier made of digits: as text what it says, as number its digits. Leading zeros are not invented.

    Refused where the spreadsheet has lost digits: 5,56E+09, or more than fifteen.
    """
    value = _sound(cell)
    if value is None:
        return None
    if isinstance(value, str):
        text = tidy_text(value) or ""
        if not text[:1].isdigit() or text.isdigit():
            return text or None
        if _SHORTENED.fullmatch(text):
            raise BadValue(cell, A_NUMBER_AS_TEXT)
        return _NO_DECIMALS.sub(r"\1", text)
    if isinstance(value, bool | date) or value < 0 or value != int(value) or value >= EXACT_INTEGERS:
        raise BadValue(cell, A_NUMBER_AS_TEXT)
    return str(int(value))


def list_of(cell: Cell) -> list[str]:
    """The texts in a cell, divided by ; or | or a line break. An empty cell is an empty list."""
    value = _sound(cell)
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    text = number_text_of(value) if is_number else text_of(value)
    return [part for part in map(tidy_text, re.split(r"[;|\n]", text or "")) if part]


def _sound(cell: Cell) -> SoundCell:
    """The cell, unless it shows an error."""
    if not isinstance(cell, BrokenCell):
        return cell
    if cell.text == NO_VALUE:
        raise BadValue(cell.text, A_SAVED_VALUE)
    raise BadValue(cell.text, NO_ERROR)


def _decimal(number: float | Decimal) -> Decimal:
    """A number cell, with the fifteen digits that a spreadsheet shows: 0.30000000000000004 is 0.3."""
    return Decimal(format(number, ".15g")) if isinstance(number, float) else Decimal(number)


def _decimal_of_text(text: str, places: int | None) -> Decimal | None:
    bare = _CURRENCY.sub("", (tidy_text(text) or "").replace("\N{MINUS SIGN}", "-")).strip()
    if not bare:
        return None
    found = re.fullmatch(r"([+-]?) ?([0-9][0-9 .,']*)", bare)
    if found is None:
        raise BadValue(text, A_NUMBER)
    sign, digits = found.groups()
    return Decimal(sign + _plain(text, digits.strip(), places))


def _plain(text: str, digits: str, places: int | None) -> str:
    """Digits and a point. Raises BadValue where groups aren't groups, or where a mark can mean two things."""
    marks = [sign for sign in digits if sign in ".,"]
    whole, decimals = digits, ""
    if len(set(marks)) == 2 or len(marks) == 1:
        # The last mark divides the decimals, unless it could as well divide thousands.
        whole, _mark, decimals = re.split(r"([.,])(?=[^.,]*$)", digits)
        if len(set(marks)) == 1 and _GROUPED.match(digits) and not (marks == [","] and (places or 0) >= 3):
            raise BadValue(text, ONE_MEANING)
    if not re.fullmatch(r"[0-9]*", decimals) or not (re.fullmatch(r"[0-9]+", whole) or _GROUPED.match(whole)):
        raise BadValue(text, A_NUMBER)
    return re.sub(r"[^0-9]", "", whole) + (f".{decimals}" if decimals else "")
