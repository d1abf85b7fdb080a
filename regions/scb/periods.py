"""The points in time of Statistics Sweden's tables: a year's 31 December or 1 November, and the ends of quarters."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from regions.enums import CountedOn

_YEAR = r"(?<![0-9])(?:19|20)[0-9]{2}"
# A "p" behind marks what is preliminary.
_PERIOD = re.compile(
    rf"(?P<year>{_YEAR})(?:[kq](?P<quarter>[1-4])|m(?P<month>0[1-9]|1[0-2]))?(?![0-9])(?P<mark>\s*\(?p\)?(?!\w))?"
)
_MONTH = (
    r"(?P<month>jan(?:uari|uary)?|feb(?:ruari|ruary)?|mar(?:s|ch)?|apr(?:il)?|maj|may|jun[ie]?|jul[iy]?"
    r"|aug(?:usti|ust)?|sept?(?:ember)?|o[kc]t(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?!\w)\.?"
)
_ON = r"(?<!\w)(?:(?:den|per|on|as of|the)\s+)*"
_DAYS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<year>{_YEAR})-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})(?![0-9])",
        rf"{_ON}(?<![0-9])(?P<day>[0-9]{{1,2}})(?::[ae]|st|nd|rd|th)?\s+{_MONTH}",
        rf"{_ON}(?<!\w){_MONTH}\s*(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?![0-9])",
        rf"{_ON}(?<![0-9])(?P<day>[0-9]{{1,2}})/(?P<month>[0-9]{{1,2}})(?![0-9])",
    )
)
_MONTH_ALONE = re.compile(rf"(?<!\w){_MONTH}")
_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_PRELIMINARY = re.compile(r"\bprel(?:iminär[at]?|iminary|(?!\w)\.?)")
# Marks of footnotes, and the word "year": neither says what is counted.
_NOTHING = re.compile(r"(?<!\w)[0-9]{1,2}\)|[¹²³]\)?|\b(?:år|year)\b")
_AROUND = " .,:;()-–/"
# Lines that tell when the file was made, and not which day it is about.
_OF_THE_FILE = re.compile(r"uppdatera|hämta|uttag|skapa|publicera|källa|updated|retrieved|created|published|source")
NEW_YEAR = (1, 1)


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A heading such as 2022 or 2024K3, and the day that its figure is for."""

    last_day: date
    text: str

    def __str__(self) -> str:
        return self.text

    @property
    def is_running(self) -> bool:
        """Quarters and months are preliminary statistics; the year's own figures are final."""
        return len(self.text) > 4

    @property
    def day(self) -> tuple[int, int]:
        return self.last_day.month, self.last_day.day


@dataclass(frozen=True, slots=True)
class Day:
    """A day of any year as a text names it; `number` 0: a month alone."""

    month: int
    number: int
    text: str

    def is_one_of(self, days: Iterable[tuple[int, int]]) -> bool:
        return any(self.month == month and self.number in {0, number} for month, number in days)


@dataclass(frozen=True, slots=True)
class Said:
    """What a heading or cell says: its one `period` (None: none or several), days, and in `rest` the words left."""

    rest: str
    period: Period | None
    days: tuple[Day, ...]
    is_preliminary: bool

    @property
    def other_day(self) -> str:
        """A day that it names and that its period does not end on, in its words."""
        return next((day.text for day in self.days if self.period and not day.is_one_of([self.period.day])), "")


def said_by(text: object, counted_on: CountedOn) -> Said:
    """Read a heading or a cell, with small letters or capitals. `counted_on`: the day of years that stand alone."""
    rest, days = _without_days(_small(text))
    found, period, is_marked = list(_PERIOD.finditer(rest)), None, False
    if len(found) == 1:
        period, is_marked = _period(found[0], counted_on), bool(found[0]["mark"])
        rest = f"{rest[: found[0].start()]} {rest[found[0].end() :]}"
    is_preliminary = is_marked or says_preliminary(rest)
    rest = _NOTHING.sub(" ", _PRELIMINARY.sub(" ", rest))
    return Said(" ".join(rest.split()).strip(_AROUND), period, tuple(days), is_preliminary)


def period_of(text: object, counted_on: CountedOn) -> Said | None:
    """What a cell or label that holds a period says; None where it says anything else."""
    said = said_by(text, counted_on)
    return said if said.period and not said.rest else None


def names_a_year(text: object) -> bool:
    return _PERIOD.search(_small(text)) is not None


def days_in(line: str) -> list[Day]:
    """The days, or else the months, that a title is about."""
    text = _small(line)
    if _OF_THE_FILE.search(text):
        return []
    rest, days = _without_days(text)
    alone = [found for found in _MONTH_ALONE.finditer(rest) if len(found["month"]) > 3]
    return days or [Day(_month(found["month"]), 0, found[0]) for found in alone]


def quarters_in(line: str) -> list[Day]:
    """The last days of the quarters and months that a title names as periods."""
    periods = [_period(found, CountedOn.DECEMBER) for found in _PERIOD.finditer(_small(line))]
    return [Day(*period.day, period.text) for period in periods if period.is_running]


def day_of(counted_on: CountedOn) -> tuple[int, int]:
    """Month and day that the figures of years are for."""
    return (11, 1) if counted_on == CountedOn.NOVEMBER else (12, 31)


def says_preliminary(text: object) -> bool:
    """SCB marks what is not final: "2024 preliminär", "prel.", or a p behind the number."""
    return "prel" in str(text).casefold()


def preliminary_years(notes: Iterable[str], years: set[int]) -> set[int]:
    """Of the years of a file those whose figures its notes call preliminary.

    A sentence tells of the years from the first to the last that it names; of all, where it names none of the file's.
    """
    found = set[int]()
    for sentence in (part for note in notes for part in re.split(r"[.!?]\s", note) if says_preliminary(part)):
        named = [int(year) for year in re.findall(rf"{_YEAR}(?![0-9])", sentence)]
        found |= {year for year in years if named and min(named) <= year <= max(named)} or years
    return found


def _small(text: object) -> str:
    told = text.isoformat()[:10] if isinstance(text, date) else str(text)
    return " ".join(told.split()).casefold()


def _without_days(text: str) -> tuple[str, list[Day]]:
    days: list[Day] = []

    def take(found: re.Match[str]) -> str:
        days.append(Day(_month(found["month"]), int(found["day"]), found[0].strip()))
        return f" {found.groupdict().get('year') or ''} "

    for pattern in _DAYS:
        text = pattern.sub(take, text)
    return text, days


def _month(text: str) -> int:
    short = text[:3].replace("may", "maj").replace("oct", "okt")
    return int(text) if text.isdecimal() else _MONTHS.index(short) + 1


def _period(found: re.Match[str], counted_on: CountedOn) -> Period:
    year = int(found["year"])
    month = int(found["quarter"]) * 3 if found["quarter"] else int(found["month"] or 0)
    if month:
        text = found[0].removesuffix(found["mark"] or "").upper()
        return Period(date(year, month, monthrange(year, month)[1]), text)
    return Period(date(year, *day_of(counted_on)), str(year))
