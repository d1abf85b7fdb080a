"""The points in time of Statistics Sweden's tables: a year's 31 December or 1 November, and the ends of quarters."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from regions.enums import CountedOn

_PERIOD = re.compile(
    r"(?<![0-9])(?P<year>(?:19|20)[0-9]{2})(?:[KQ](?P<quarter>[1-4])|M(?P<month>0[1-9]|1[0-2]))?(?![0-9])"
)
FIRST_YEAR = 1968


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


def period_of(text: object, counted_on: CountedOn) -> Period | None:
    """The one period that a heading or cell names; None where it names none or several. `counted_on`: of years alone."""
    found = list(_PERIOD.finditer(" ".join(str(text).split())))
    if len(found) != 1:
        return None
    year = int(found[0]["year"])
    month = int(found[0]["quarter"]) * 3 if found[0]["quarter"] else int(found[0]["month"] or 0)
    if month:
        return Period(date(year, month, monthrange(year, month)[1]), found[0][0])
    day = date(year, 11, 1) if counted_on == CountedOn.NOVEMBER else date(year, 12, 31)
    return Period(day, found[0][0])


def says_preliminary(text: object) -> bool:
    """SCB marks what is not final: "2024 preliminär", "prel.", or a p behind the number."""
    return "prel" in str(text).casefold()
