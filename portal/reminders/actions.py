"""The tick: find what is due, write each reminder and its mail once."""

from dataclasses import dataclass
from datetime import date

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from psycopg.errors import UniqueViolation

from portal.history.models import SystemActor, actor_of
from portal.outbox.actions import queue_mail
from portal.reminders.models import Reminder
from portal.reminders.sources import Due, Outside, Source, registered

log = structlog.get_logger(__name__)

REMINDERS = SystemActor("reminders")
ONCE = frozenset({"reminder_once", "reminder_once_outside"})


@dataclass
class Tally:
    """What one tick did: reminders queued, and how many sources or single reminders failed."""

    queued: int = 0
    failed: int = 0


def tick(*, by: SystemActor, day: date) -> Tally:
    """Remind of all that is due on the day and was not reminded of before; any number of ticks may run at once.

    Each reminder is a transaction of its own. A source that fails, or one broken text, is logged and counted and does
    not stop the rest.
    """
    tally = Tally()
    for source in registered():
        try:
            new = _not_yet_sent(source, day)
        except Exception:
            log.exception("reminder_source_failed", source=source.key)
            tally.failed += 1
            continue
        for due in new:
            try:
                tally.queued += _remind(by, source, due)
            except Exception:
                log.exception("reminder_failed", source=source.key, about=due.public_id, step=due.step)
                tally.failed += 1
    return tally


def _not_yet_sent(source: Source, day: date) -> list[Due]:
    """Spares the work of what is sent already; what makes it once is the constraint."""
    found = [due for due in source.due(day) if due.recipient.is_active]
    sent = Reminder.objects.filter(source=source.key, about__in={due.public_id for due in found})
    keys = set(sent.values_list("about", "step", "due_on", "recipient", "email"))
    return [due for due in found if (due.public_id, due.step, due.due_on, *_addressed(due)) not in keys]


def _addressed(due: Due) -> tuple[int | None, str]:
    """By what the row knows the recipient again: an account, or an address without one."""
    return (None, due.recipient.email.lower()) if isinstance(due.recipient, Outside) else (due.recipient.pk, "")


def _remind(by: SystemActor, source: Source, due: Due) -> bool:
    """Queue the mail and remember it, or neither. False when another tick was faster."""
    language = getattr(due.recipient, "language", settings.LANGUAGE_CODE)
    account, email = _addressed(due)
    with translation.override(language):
        subject, body = source.text(due)
        if account is not None:
            body = f"{body.rstrip()}\n\n-- \n{_footer()}\n"
    try:
        with transaction.atomic():
            message = queue_mail(
                to=due.recipient.email, subject=subject, body=body, kind="reminder", language=language, by=by
            )
            Reminder.objects.create(
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
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation) or error.__cause__.diag.constraint_name not in ONCE:
            raise
        return False
    return True


def _footer() -> str:
    url = settings.BASE_URL.rstrip("/") + reverse("outbox:message-list")
    return _("The portal sends this reminder by itself. What has been sent to you is shown here: %(url)s") % {
        "url": url
    }
