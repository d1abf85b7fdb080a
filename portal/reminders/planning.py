"""Which way a reminder goes, if at all: a mail of its own, or a line of the weekly digest. Pure: rows in, answer out."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum

from portal.reminders.enums import Delivery
from portal.reminders.models import Preference
from portal.reminders.schedule import is_working_day, send_day
from portal.reminders.sources import Due, Outside

OFFSET = re.compile(r"([+-]?\d{1,4})(?: |$)")
# Of what comes before the due date, the one reminder that is a mail of its own by default (product rule 7).
SINGLE_BEFORE = -3


class Way(Enum):
    """How a reminder goes out."""

    SINGLE = "single"
    DIGEST = "digest"
    NOT = "not"


@dataclass(frozen=True)
class Plan:
    """What is known of everybody's wishes on a day. `since`: what should have gone out before is old."""

    day: date
    since: date | None = None
    takes_old: bool = False
    preferences: dict[int, Preference] = field(default_factory=dict)
    paused: frozenset[str] = frozenset()

    def way(self, due: Due) -> Way:
        """A person who pauses gets what came up meanwhile in the digest after it, so that no heap of mails waits."""
        if not due.recipient.is_active or (due.within and due.within in self.paused):
            return Way.NOT
        went = went_out_on(due)
        is_old = self.since is not None and went is not None and went < self.since
        if isinstance(due.recipient, Outside):
            return Way.NOT if is_old else Way.SINGLE
        preference = self.preferences.get(due.recipient.pk)
        if preference is not None and preference.pauses(self.day):
            return Way.NOT
        if is_old:
            return Way.DIGEST if self.takes_old else Way.NOT
        if due.is_urgent:
            return Way.SINGLE
        resumed = preference.resumes_on if preference else None
        if resumed is not None and went is not None and went < resumed:
            return Way.DIGEST
        return _by_choice(preference.delivery if preference else Delivery.DEFAULT, due.step)


def _by_choice(delivery: str, step: str) -> Way:
    if delivery == Delivery.DEFAULT:
        offset = offset_of(step)
        return Way.SINGLE if offset is None or offset == SINGLE_BEFORE or offset > 0 else Way.DIGEST
    return Way.SINGLE if delivery == Delivery.SINGLE else Way.DIGEST


def offset_of(step: str) -> int | None:
    """The days of a step of the schedule ("-3", "+7", "-3 2026-12-02"); None for a step by another name."""
    found = OFFSET.match(step)
    return int(found[1]) if found else None


def went_out_on(due: Due) -> date | None:
    """The working day that the schedule has for it; None for a step by another name."""
    offset = offset_of(due.step)
    return None if offset is None else send_day(due.due_on, offset)


def week_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def digest_day(week_on: date) -> date:
    """The first working day of the week that begins on this Monday: the day of its digest.

    In a week without one (there is none in Sweden) it is the Monday after.
    """
    days = (week_on + timedelta(days=number) for number in range(7))
    return next((day for day in days if is_working_day(day)), week_on + timedelta(days=7))
