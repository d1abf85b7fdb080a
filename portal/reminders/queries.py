from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.signing import BadSignature, Signer

from portal.outbox.models import Message
from portal.reminders.enums import Delivery
from portal.reminders.models import CalendarFeed, Pause, Preference, Reminder, Switch
from portal.reminders.planning import Plan, Way, went_out_on
from portal.reminders.sources import Deadline, Due, Outside, Source, registered

# Apart from every other use of the secret key.
SIGNER = Signer(salt="portal.reminders.calendar", sep=".")


def reminders_of(source: str, public_ids: Iterable[str]) -> dict[str, list[Reminder]]:
    """What was sent about things of a source, latest first, by the thing's public id, in one query.

    With message and recipient, for `reminders/_list.html`. Who may see the things is for the caller to have checked.
    """
    reminders = Reminder.objects.filter(source=source, about__in=list(public_ids)).select_related(
        "message", "recipient"
    )
    found: dict[str, list[Reminder]] = defaultdict(list)
    for reminder in reminders.order_by("-pk"):
        found[reminder.about].append(reminder)
    return dict(found)


def troubled_within(public_id: str) -> list[Reminder]:
    """The reminders of a matter that did not arrive, or perhaps not, and that nobody has seen to; latest first."""
    reminders = Reminder.objects.filter(within=public_id, message__in=Message.objects.troubled())
    return list(reminders.select_related("message", "recipient").order_by("-pk"))


def pause_of(public_id: str, day: date) -> Pause | None:
    """The pause that holds for the matter on the day."""
    return Pause.objects.holding(day).filter(about=public_id).select_related("created_by").first()


def preference_of(person: Any) -> Preference:
    """How the person wants to be reminded; what holds without a choice is not stored."""
    return Preference.objects.filter(person=person).first() or Preference(person=person, delivery=Delivery.DEFAULT)


def current_switch() -> Switch | None:
    """What was switched last; None before anyone has."""
    return Switch.objects.select_related("created_by").order_by("-pk").first()


def addressed(due: Due) -> tuple[int | None, str]:
    """By what a row knows the recipient again: an account, or an address without one, in lower case."""
    return (None, due.recipient.email.lower()) if isinstance(due.recipient, Outside) else (due.recipient.pk, "")


def not_yet_sent(source: Source, day: date) -> list[Due]:
    """Spares the work of what is sent already; what makes it once is the constraint."""
    found = list(source.due(day))
    sent = Reminder.objects.filter(source=source.key, about__in={due.public_id for due in found})
    keys = set(sent.values_list("about", "step", "due_on", "recipient", "email"))
    return [due for due in found if (due.public_id, due.step, due.due_on, *addressed(due)) not in keys]


def plan_for(day: date, *, since: date | None = None, takes_old: bool = False) -> Plan:
    """Everybody's wishes on the day, in two queries."""
    return Plan(
        day=day,
        since=since,
        takes_old=takes_old,
        preferences={preference.person_id: preference for preference in Preference.objects.all()},
        paused=frozenset(Pause.objects.holding(day).values_list("about", flat=True)),
    )


@dataclass(frozen=True)
class Backlog:
    """What would go out if reminders were switched on: what is old, to how many people; and what is of the day itself."""

    old: int
    people: int
    today: int


def backlog(day: date) -> Backlog:
    """Counts what every source has on the day; nothing is written."""
    plan = plan_for(day)
    dues = [due for source in registered() for due in not_yet_sent(source, day) if plan.way(due) is not Way.NOT]
    old = [due for due in dues if (went := went_out_on(due)) is not None and went < day]
    return Backlog(len(old), len({addressed(due) for due in old}), len(dues) - len(old))


def calendar_key(feed: CalendarFeed) -> str:
    """The secret part of the feed's address."""
    return SIGNER.sign(feed.public_id)


def calendar_of(person: Any) -> CalendarFeed | None:
    """The person's feed that is not revoked."""
    return CalendarFeed.objects.filter(person=person, revoked_at__isnull=True).first()


def calendar_by_key(key: str) -> CalendarFeed | None:
    """The feed of an address; None for one that is revoked or made up, or whose person has left."""
    try:
        public_id = SIGNER.unsign(key)
    except BadSignature:
        return None
    feeds = CalendarFeed.objects.filter(public_id=public_id, revoked_at__isnull=True, person__is_active=True)
    return feeds.select_related("person").first()


def deadlines_of(person: Any) -> list[Deadline]:
    """The person's own, of all sources, the earliest first. In the active language."""
    found = (deadline for source in registered() if source.deadlines for deadline in source.deadlines(person))
    return sorted(found, key=lambda deadline: (deadline.due_on, deadline.public_id))
