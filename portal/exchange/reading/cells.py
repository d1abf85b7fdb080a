"""What stands in a cell, and how it is tidied: the same text, without what the eye doesn't see."""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

# Beyond this, Excel has replaced the digits by zeros.
EXACT_INTEGERS = 10**15

_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u2060\ufeff]")
# Neither does a text have a use for them.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# What a spreadsheet would take for a formula, behind any number of apostrophes.
_FORMULA = re.compile(r"'*(?:\s*[=+\-@]|[\t\r])")


@dataclass(frozen=True)
class BrokenCell:
    """A cell that shows an error instead of a value: #N/A, #REF!, ####, or NO_VALUE."""

    text: str

    def __str__(self) -> str:
        return self.text


# What spreadsheets leave in a CSV file for errors, in English and Swedish, and for what doesn't fit its column.
_ERRORS = re.compile(
    r"#(?:N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|SAKNAS!|REFERENS!|DIVISION/0!|VÄRDEFEL!"
    r"|NAMN\?|OGILTIGT!|SKÄRNING!|#{2,})|(?:Err|Fel):[0-9]{3}",
    re.IGNORECASE,
)

# A formula that was never calculated: the program that saved the file can't.
NO_VALUE = "=…"

SoundCell = str | int | float | Decimal | date | datetime | bool | None
Cell = SoundCell | BrokenCell


def tidy_text(text: str) -> str | None:
    """Composed characters (NFC), plain spaces, \\n between lines, nothing around it; None if nothing is left."""
    if text.isascii() and text.isprintable():
        return text.strip() or None
    if not text.isprintable():
        text = _CONTROL.sub("", text)
    if not text.isascii():
        text = _INVISIBLE.sub("", _SPACES.sub(" ", unicodedata.normalize("NFC", text)))
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.strip() or None


def tidy(cell: Cell) -> Cell:
    """The cell as it is read: texts tidied, and numbers without decimals as int."""
    if isinstance(cell, str):
        return tidy_text(cell)
    if isinstance(cell, float):
        if not math.isfinite(cell):
            return BrokenCell(str(cell))
        if cell.is_integer() and abs(cell) < EXACT_INTEGERS:
            return int(cell)
    return cell


def guarded(text: str) -> str:
    """The text as a CSV file holds it: an apostrophe in front of what a spreadsheet would take for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Takes away the apostrophe that `guarded` gave, and no other: any text survives both."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def cell_of(text: str) -> Cell:
    """The cell that a field of a CSV file stands for."""
    tidied = tidy_text(unguarded(text))
    return BrokenCell(tidied) if tidied and tidied[0] in "#EeFf" and _ERRORS.fullmatch(tidied) else tidied


def last_filled(cells: Sequence[object]) -> int:
    """How many cells there are up to the last that isn't empty."""
    for place in range(len(cells), 0, -1):
        if cells[place - 1] not in (None, ""):
            return place
    return 0


def letter_of(place: int) -> str:
    """The name of the column at a place, counted from 0: A, B, … Z, AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
