"""What people decide about reminders: their own way, a pause, the switch, the calendar feed."""

from datetime import date
from typing import Any

from django.db import connection, transaction

from portal import clock
from portal.history.models import By, actor_of
from portal.reminders.models import CalendarFeed, Pause, Preference, Switch
from portal.reminders.queries import Backlog, backlog


class BacklogChanged(Exception):  # noqa: N818 - a state of affairs, not a fault
    """Another number of old reminders than was shown: it is to be confirmed anew. Nothing was switched."""

    def __init__(self, found: Backlog) -> None:
        super().__init__(found)
        self.found = found


def choose(*, by: By, person: Any, delivery: str, resumes_on: date | None) -> Preference:
    """The person's own choice, in place of the earlier one."""
    return Preference.objects.update_or_create(
        person=person,
        defaults={"delivery": delivery, "resumes_on": resumes_on},
        create_defaults={"delivery": delivery, "resumes_on": resumes_on, "created_by": actor_of(by)},
    )[0]


@transaction.atomic
def pause(*, by: By, about: str, reason: str, resumes_on: date | None) -> Pause:
    """Nobody is reminded of the matter before the day, or until the pause is ended. A new pause takes an earlier one's place."""
    lift(by=by, about=about)
    return Pause.objects.create(about=about, reason=reason, resumes_on=resumes_on, created_by=actor_of(by))


@transaction.atomic
def lift(*, by: By, about: str) -> None:
    """End the matter's pause; harmless when there is none."""
    _one_at_a_time(f"pause {about}")
    Pause.objects.filter(about=about, lifted_at__isnull=True).update(lifted_at=clock.now(), lifted_by=actor_of(by))


@transaction.atomic
def switch_on(*, by: By, since: date, takes_old: bool, counted: int | None) -> Switch:
    """Reminders go out from now on. What is old comes in the next digests, one mail a person, or not at all: never as a storm.

    `counted` is the number of old ones that the person has confirmed: raises BacklogChanged when it is another one now.
    None: a machine switches, and nobody has to be asked.
    """
    _one_at_a_time("switch")
    found = backlog(since)
    if counted is not None and counted != found.old:
        raise BacklogChanged(found)
    return Switch.objects.create(
        is_on=True, since_on=since, takes_old=takes_old, counted=found.old, created_by=actor_of(by)
    )


@transaction.atomic
def switch_off(*, by: By) -> Switch:
    """No reminder is written from now on. What is in the outbox already goes out."""
    _one_at_a_time("switch")
    return Switch.objects.create(is_on=False, since_on=clock.today(), created_by=actor_of(by))


@transaction.atomic
def renew_calendar(*, by: By, person: Any) -> CalendarFeed:
    """A new address for the person's calendar; the one before leads nowhere from now on."""
    revoke_calendar(by=by, person=person)
    return CalendarFeed.objects.create(person=person, created_by=actor_of(by))


@transaction.atomic
def revoke_calendar(*, by: By, person: Any) -> None:
    """The address leads nowhere any more; harmless when there is none."""
    _one_at_a_time(f"calendar {person.pk}")
    feeds = CalendarFeed.objects.filter(person=person, revoked_at__isnull=True)
    feeds.update(revoked_at=clock.now(), revoked_by=actor_of(by))


def _one_at_a_time(what: str) -> None:
    """Whoever decides the same at the same moment waits for the end of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"reminders: {what}"])
