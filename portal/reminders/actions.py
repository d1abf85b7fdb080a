"""The tick: find what is due, write each reminder and its mail once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from psycopg.errors import UniqueViolation

from portal.history.models import SystemActor, actor_of
from portal.outbox.actions import queue_mail
from portal.reminders.letters import digest_letter, with_footer
from portal.reminders.models import Digest, DigestWeek, Reminder
from portal.reminders.planning import Plan, Way, digest_day, week_of
from portal.reminders.queries import addressed, not_yet_sent, plan_for
from portal.reminders.sources import Due, Source, registered

log = structlog.get_logger(__name__)

REMINDERS = SystemActor("reminders")
ONCE = frozenset({"reminder_once", "reminder_once_outside"})
DIGEST_ONCE = frozenset({"digest_once"})


@dataclass
class Tally:
    """What one tick did: reminders queued, alone or in digests, and how many sources or single reminders failed."""

    queued: int = 0
    failed: int = 0


def tick(*, by: SystemActor, day: date, since: date | None = None, takes_old: bool = False) -> Tally:
    """Remind of all that is due on the day and was not reminded of before; any number of ticks may run at once.

    Each mail is a transaction of its own. A source that fails, or one broken text, is logged and counted and does not
    stop the rest. What should have gone out before `since` is old: it comes in the weekly digest, or not at all.
    """
    tally, waiting = Tally(), defaultdict[Any, list[tuple[Source, Due]]](list)
    plan = plan_for(day, since=since, takes_old=takes_old)
    for source in registered():
        try:
            new = not_yet_sent(source, day)
        except Exception:
            log.exception("reminder_source_failed", source=source.key)
            tally.failed += 1
            continue
        for due in new:
            way = plan.way(due)
            if way is Way.DIGEST:
                waiting[due.recipient].append((source, due))
            elif way is Way.SINGLE:
                try:
                    tally.queued += _remind(by, source, due)
                except Exception:
                    log.exception("reminder_failed", source=source.key, about=due.public_id, step=due.step)
                    tally.failed += 1
    _digests(by, plan, waiting, tally)
    return tally


def _remind(by: SystemActor, source: Source, due: Due) -> bool:
    """Queue the mail and remember it, or neither. False when another tick was faster, or the thing is closed by now."""
    language = getattr(due.recipient, "language", settings.LANGUAGE_CODE)
    with translation.override(language):
        subject, body = source.text(due)
        if addressed(due)[0] is not None:
            body = with_footer(body)
    try:
        with transaction.atomic():
            if not _still_open(source, [due]):
                return False
            message = queue_mail(
                to=due.recipient.email, subject=subject, body=body, kind="reminder", language=language, by=by
            )
            _reminder(by, source, due, message).save(force_insert=True)
    except IntegrityError as error:
        if _broken(error) not in ONCE:
            raise
        return False
    return True


def _digests(by: SystemActor, plan: Plan, waiting: dict[Any, list[tuple[Source, Due]]], tally: Tally) -> None:
    """The digests of the week, from its first working day on, once. What turns up after them waits for the next."""
    week_on = week_of(plan.day)
    begun = plan.since is None or plan.since <= digest_day(week_on)
    if not begun or plan.day < digest_day(week_on) or DigestWeek.objects.filter(week_on=week_on).exists():
        return
    had = set(Digest.objects.filter(week_on=week_on).values_list("recipient", flat=True))
    whole = True
    for recipient, lines in waiting.items():
        if recipient.pk in had:
            continue
        try:
            tally.queued += _digest(by, recipient, lines, week_on)
        except Exception:
            log.exception("digest_failed", recipient=recipient.pk)
            tally.failed += 1
            whole = False
    if whole:
        DigestWeek.objects.get_or_create(week_on=week_on, defaults={"created_by": actor_of(by)})


def _digest(by: SystemActor, recipient: Any, lines: list[tuple[Source, Due]], week_on: date) -> int:
    """One mail of all that is still open, with a row for each; how many. Another tick's digest of the week is as good."""
    try:
        with transaction.atomic():
            open_ = [
                (source, due)
                for source in {source.key: source for source, _due in lines}.values()
                for due in _still_open(source, [due for each, due in lines if each.key == source.key])
            ]
            if not open_:
                return 0
            with translation.override(recipient.language):
                subject, body = digest_letter(open_)
            message = queue_mail(
                to=recipient.email, subject=subject, body=body, kind="digest", language=recipient.language, by=by
            )
            Digest.objects.create(recipient=recipient, week_on=week_on, message=message, created_by=actor_of(by))
            Reminder.objects.bulk_create(_reminder(by, source, due, message) for source, due in open_)
    except IntegrityError as error:
        if _broken(error) not in DIGEST_ONCE:
            raise
        return 0
    return len(open_)


def _reminder(by: SystemActor, source: Source, due: Due, message: Any) -> Reminder:
    account, email = addressed(due)
    return Reminder(
        source=source.key,
        about=due.public_id,
        within=due.within,
        step=due.step,
        due_on=due.due_on,
        recipient_id=account,
        email=email,
        name=due.recipient.name[:200] if email else "",
        message=message,
        created_by=actor_of(by),
    )


def _still_open(source: Source, dues: Iterable[Due]) -> list[Due]:
    """Asked in the transaction that writes: a tick can take a while, and things are closed meanwhile."""
    dues = list(dues)
    if source.open_among is None:
        return dues
    still = source.open_among({due.public_id for due in dues})
    return [due for due in dues if due.public_id in still]


def _broken(error: IntegrityError) -> str | None:
    """The name of the constraint that keeps a reminder from going out twice, where it was that."""
    cause = error.__cause__
    return cause.diag.constraint_name if isinstance(cause, UniqueViolation) else None
