"""The arithmetic of the remedy ladder: weeks started, amounts in whole öre, and the day on which a step has run its time.

The clause's numbers are its parameters, by key: `penalty` (kronor per started week), `penalty_weeks` (at most so many)
and `call_off_stop` (months after which a stop gives the right to terminate). Draft clause text of 2022, part on sanctions.
"""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from followups.enums.outcome import Remedy

# The parameters a step rests on, frozen with the decision; those it cannot do without.
PARAMETERS: dict[str, tuple[str, ...]] = {
    Remedy.PENALTY: ("penalty", "penalty_weeks"),
    Remedy.CALL_OFF_STOP: ("call_off_stop",),
    Remedy.TERMINATION: ("call_off_stop",),
}
NEEDED: dict[str, tuple[str, ...]] = {Remedy.PENALTY: ("penalty",)}
ORE = 100
DAYS_OF_WEEK = 7


@dataclass(frozen=True)
class Penalty:
    """`weeks` started, at most those of the clause; `amount_ore` for them; `most_ore`: the clause's limit, None without one."""

    weeks: int
    amount_ore: int
    most_ore: int | None

    @property
    def is_at_its_most(self) -> bool:
        return self.most_ore is not None and self.amount_ore >= self.most_ore


def weeks_started(from_on: date, until_on: date) -> int:
    """Weeks begun from the first day to the last, both included; none where it has not begun."""
    days = (until_on - from_on).days
    return days // DAYS_OF_WEEK + 1 if days >= 0 else 0


def penalty_for(parameters: Mapping[str, int], from_on: date, until_on: date) -> Penalty:
    """The penalty for these days. Raises KeyError where the parameters have no `penalty`."""
    each, limit = parameters["penalty"] * ORE, parameters.get("penalty_weeks")
    weeks = weeks_started(from_on, until_on)
    if limit is not None:
        weeks = min(weeks, limit)
    return Penalty(weeks, weeks * each, None if limit is None else limit * each)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of a month that is too short."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def passes_on(remedy: str, from_on: date, until_on: date | None, parameters: Mapping[str, int]) -> date | None:
    """The day on which the step has run its time and the region has to decide anew; None where nothing says one.

    A stop gives the right to terminate after its months, a penalty after its most weeks, unless it ends before.
    """
    run: date | None = None
    if remedy == Remedy.TERMINATION:
        run = from_on
    elif remedy == Remedy.PENALTY and "penalty_weeks" in parameters:
        run = from_on + timedelta(days=DAYS_OF_WEEK * parameters["penalty_weeks"])
    elif remedy == Remedy.CALL_OFF_STOP and "call_off_stop" in parameters:
        run = months_after(from_on, parameters["call_off_stop"])
    return min((day for day in (run, until_on) if day is not None), default=None)
