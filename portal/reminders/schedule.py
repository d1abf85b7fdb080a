"""On which day a reminder goes out: steps around a due date, on Swedish working days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache

import holidays

# Product rule 7: days before (−) and after (+) the due date.
DEFAULT_OFFSETS = (-14, -3, 0, 7, 21)
# A buyer's single mails; the rest comes in the weekly digest.
SINGLE_MAIL_OFFSETS = (-3, 7, 21)

SATURDAY = 5


@cache
def _holidays(year: int) -> frozenset[date]:
    """Public holidays, and the eves that are holidays in all but law: midsommarafton, julafton, nyårsafton."""
    return frozenset(holidays.country_holidays("SE", years=year, categories=("public", "de_facto")))


def is_working_day(day: date) -> bool:
    """Monday to Friday, and no holiday in Sweden."""
    return day.weekday() < SATURDAY and day not in _holidays(day.year)


@lru_cache(maxsize=10_000)
def send_day(due_on: date, offset: int) -> date:
    """The working day of a step. One up to the due date comes earlier rather than later, one after it later."""
    day = due_on + timedelta(days=offset)
    towards = timedelta(days=1 if offset > 0 else -1)
    while not is_working_day(day):
        day += towards
    return day


def step_for(due_on: date, day: date, offsets: Iterable[int] = DEFAULT_OFFSETS) -> int | None:
    """The latest step whose send day has come, or None before the first.

    Steps that were missed while the portal was down are not sent one by one: on the first day it is up again, whichever
    that is, the latest of them counts for all.
    """
    return max((offset for offset in offsets if send_day(due_on, offset) <= day), default=None)


@dataclass(frozen=True)
class Steps:
    """A schedule that a source can hold: the offsets in days and the names its steps are stored under."""

    offsets: tuple[int, ...] = DEFAULT_OFFSETS

    def on(self, due_on: date, day: date) -> str | None:
        """The name of the step that counts on the day: "-3", "0" or "+7"; None before the first."""
        offset = step_for(due_on, day, self.offsets)
        return None if offset is None else name_of(offset)

    def latest_due_on(self, day: date) -> date:
        """No due date after this one can have a step yet: narrows a query. Ten days outlast any run of holidays."""
        return day + timedelta(days=10 - min(self.offsets))


def name_of(offset: int) -> str:
    """ "-3", "0", "+7"."""
    return f"{offset:+d}" if offset else "0"
