"""What happens when: the dated things of follow-ups within a month."""

from calendar import Calendar
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from followups.enums.follow_ups import BEFORE_AUDIT, ENDS, State
from followups.models import Audit, CorrectiveAction, FollowUp
from followups.models.actions import NEXT_DUE
from followups.models.follow_ups import FollowUpQuerySet
from followups.queries.follow_ups import follow_ups_listed
from portal import clock
from regions.models import User

# A month of all regions has some hundred dates; more than this is narrowed first.
MOST_EVENTS = 300
IN_A_CELL = 3


@dataclass(frozen=True)
class Event:
    """Something of a follow-up on a day. `is_late`: it is past, and still to be done."""

    on: date
    what: Any
    follow_up: FollowUp
    is_late: bool = False


Source = Callable[[User, FollowUpQuerySet, date, date], Iterator[Event]]


@dataclass
class Day:
    """A day of the grid. `more`: how many events its cell does not show; the list beneath shows all."""

    on: date
    is_in_month: bool
    is_today: bool
    events: list[Event] = field(default_factory=list)

    @property
    def shown(self) -> list[Event]:
        return self.events[:IN_A_CELL]

    @property
    def more(self) -> int:
        return max(len(self.events) - IN_A_CELL, 0)


@dataclass(frozen=True)
class Month:
    """Weeks from Monday, and the days of the month with something on them. `is_cut`: there is more than is shown."""

    first: date
    weeks: list[list[Day]]
    days: list[Day]
    count: int
    is_cut: bool

    @property
    def previous(self) -> str:
        return _key(self.first.year * 12 + self.first.month - 2)

    @property
    def following(self) -> str:
        return _key(self.first.year * 12 + self.first.month)


def _key(months: int) -> str:
    year, month = divmod(months, 12)
    return f"{year:04d}-{month + 1:02d}"


def _planned(user: User, follow_ups: FollowUpQuerySet, first: date, last: date) -> Iterator[Event]:
    """Planned dates of what has not ended otherwise and has no audit: as an audit to come, or as one that was made."""
    today = clock.today()
    rows: Any = follow_ups.filter(planned_on__range=(first, last)).exclude(state=State.ABORTED)
    rows = rows.exclude(pk__in=Audit.objects.visible_to(user).standing().exclude(planned_on=None).values("follow_up"))
    rows = rows.select_related("supplier", "category", "lead_region").order_by("planned_on", "pk")
    for follow_up in rows:
        is_before = follow_up.state in BEFORE_AUDIT
        what = _("planned") if is_before else _("audited")
        yield Event(follow_up.planned_on, what, follow_up, is_before and follow_up.planned_on < today)


def _audits(user: User, follow_ups: FollowUpQuerySet, first: date, last: date) -> Iterator[Event]:
    """Audits on the day they were carried out or are booked for; of a follow-up that was broken off, those carried out."""
    audits = Audit.objects.visible_to(user).standing().filter(follow_up__in=follow_ups.values("pk"))
    audits = audits.annotate(on=Coalesce("carried_out_on", "planned_on")).filter(on__range=(first, last))
    audits = audits.exclude(carried_out_on=None, follow_up__state=State.ABORTED)
    rows = audits.select_related("follow_up__supplier", "follow_up__category", "follow_up__lead_region")
    for audit in rows.order_by("on", "pk"):
        what = _("audited") if audit.carried_out_on else audit.get_kind_display()
        yield Event(audit.on, what, audit.follow_up, audit.carried_out_on is None and audit.on < clock.today())


def _actions(user: User, follow_ups: FollowUpQuerySet, first: date, last: date) -> Iterator[Event]:
    """When the next of an open corrective action is due, its plan or itself; several of a follow-up on a day are one event."""
    today, seen = clock.today(), set()
    open_actions = CorrectiveAction.objects.open().due_between(first, last)
    actions = open_actions.filter(finding__follow_up__in=follow_ups.exclude(state__in=ENDS).values("pk"))
    for action in actions.select_related(
        "finding__follow_up__supplier", "finding__follow_up__category", "finding__follow_up__lead_region"
    ).order_by(NEXT_DUE, "pk"):
        on, follow_up = action.next_due, action.finding.follow_up
        what = _("corrective action due") if on == action.due_on else _("action plan due")
        if (on, what, follow_up.pk) not in seen:
            seen.add((on, what, follow_up.pk))
            yield Event(on, what, follow_up, on < today)


# Whoever has dates of follow-ups adds a source: a query each, however many rows.
SOURCES: list[Source] = [_planned, _audits, _actions]


def month_of(user: User, criteria: dict[str, Any], first: date) -> Month:
    """The month that begins on `first`, with the dates of the follow-ups that the list would show."""
    weeks = [
        [Day(day, day.month == first.month, day == clock.today()) for day in week]
        for week in Calendar().monthdatescalendar(first.year, first.month)
    ]
    days = {day.on: day for week in weeks for day in week if day.is_in_month}
    follow_ups = FollowUp.objects.filter(pk__in=follow_ups_listed(user, criteria).values("pk"))
    found: dict[date, list[Event]] = defaultdict(list)
    count, is_cut = 0, False
    for source in SOURCES:
        events = list(islice(source(user, follow_ups, min(days), max(days)), MOST_EVENTS + 1))
        is_cut = is_cut or len(events) > MOST_EVENTS
        for event in events[:MOST_EVENTS]:
            found[event.on].append(event)
            count += 1
    for on, events in found.items():
        days[on].events = events
    return Month(first, weeks, [day for day in days.values() if day.events], count, is_cut)
