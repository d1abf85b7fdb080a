"""From a row to the relay: claim, send, settle. Never twice, never lost (docs/adr/0004-outbox.md)."""

import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from email.utils import format_datetime
from uuid import uuid4

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Case, F, Q, TextField, Value, When
from django.db.models.functions import Now
from django.utils import translation
from django.utils.translation import gettext as _

from portal import clock
from portal.history.models import Actor, SystemActor, actor_of
from portal.outbox import gates, journal
from portal.outbox.enums import State
from portal.outbox.models import Message, MessageQuerySet

log = structlog.get_logger(__name__)

OUTBOX = SystemActor("outbox")
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
# One minute, doubled up to four hours: 30 attempts are a good four days, as long as relays themselves keep trying.
ATTEMPTS = 30
SETTLED_AT_ONCE = 500
NO_LEASE = {"lease_token": None, "leased_until": None}


class Unreachable(Exception):  # noqa: N818 - reads as what it says
    """The relay could not be talked to: other messages will fare no better now."""


def claim(public_id: str | None = None) -> Message | None:
    """The next due message, or the one named if it is due, leased to the caller; None when there is none.

    The lease is committed on return, so it must not be called inside a transaction.
    """
    with transaction.atomic(durable=True):
        due = Message.objects.due().filter(**({"public_id": public_id} if public_id else {}))
        message = due.select_for_update(skip_locked=True).order_by("not_before", "pk").first()
        if message is not None:
            Message.objects.filter(pk=message.pk).update(
                state=State.SENDING,
                lease_token=uuid4(),
                leased_until=Now() + timedelta(seconds=settings.OUTBOX_LEASE_S),
                attempts=F("attempts") + 1,
            )
            message.refresh_from_db()
    return message


def send(message: Message) -> None:
    """Hand a claimed message to the relay and write down how it went. Raises Unreachable.

    The lease begins anew once the relay answers, under a new token, and the mail is cut off when two thirds of it are
    over: so nobody else takes the message while this process can still send it, however slowly the relay speaks, and
    the last third is for the relay's copy to reach the journal.

    What the relay has answered is certain. A connection that broke off after the text began to flow is not: then the
    lease is left to run out, and `settle_expired` asks the journal.
    """
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        _postpone(message, _reason(error))
        raise Unreachable from error
    try:
        if not _renew(message) or not _is_wanted(message):
            return
        with _cut_off_after(settings.OUTBOX_LEASE_S * 2 / 3, connection):
            connection.send_messages([_compose(message)])
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        _refused(message, code, text)
    except smtplib.SMTPResponseException as error:
        _refused(message, error.smtp_code, error.smtp_error)
    except smtplib.SMTPNotSupportedError as error:
        _update_mine(message, state=State.FAILED, error=_reason(error))
    except (OSError, smtplib.SMTPException) as error:
        Message.objects.filter(lease_token=message.lease_token).update(error=_reason(error))
    else:
        _accepted(message)
    finally:
        # The relay has answered or never will; how the farewell goes changes nothing.
        with suppress(OSError, smtplib.SMTPException):
            connection.close()


def _renew(message: Message) -> bool:
    """Lease it to this process once more. False when the lease has passed to somebody else meanwhile."""
    token = uuid4()
    until = Now() + timedelta(seconds=settings.OUTBOX_LEASE_S)
    mine = Message.objects.filter(pk=message.pk, state=State.SENDING, lease_token=message.lease_token)
    if not mine.update(lease_token=token, leased_until=until):
        log.warning("outbox_lease_lost", message=message.public_id)
        return False
    message.lease_token = token
    return True


def _is_wanted(message: Message) -> bool:
    """Whether the room that queued it still wants it sent, and with which text; what is wanted no more is dropped.

    Where the room can't say, the message waits: neither lost nor sent for what may be closed.
    """
    try:
        text = gates.text_now(message)
    except Exception as error:
        log.exception("outbox_gate_failed", message=message.public_id)
        _postpone(message, _reason(error))
        return False
    if text is None:
        _update_mine(message, state=State.DROPPED, error="")
        return False
    if text != message.body:
        Message.objects.filter(lease_token=message.lease_token).update(body=text)
        message.body = text
    return True


@contextmanager
def _cut_off_after(seconds: float, connection: BaseEmailBackend) -> Iterator[None]:
    """After the seconds the connection to the relay is gone, whatever it is waiting for."""

    def cut() -> None:
        smtp = getattr(connection, "connection", None)
        if smtp is not None and smtp.sock is not None:
            with suppress(OSError):
                # Not SSLSocket's own, which would leave the other thread with a plain connection.
                socket.socket.shutdown(smtp.sock, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def settle_expired() -> None:
    """Find out what became of messages whose sender is gone: accepted, not accepted, or nobody knows.

    Raises JournalMissing, OSError; then nothing is decided.
    """
    expired = list(Message.objects.expired().order_by("pk")[:SETTLED_AT_ONCE])
    if not expired:
        return
    accepted = journal.accepted({message.message_id for message in expired})
    for message in expired:
        if accepted is None:
            with translation.override(settings.LANGUAGE_CODE):
                reason = _("The sending was cut off, and there is no journal that tells whether the mail went out.")
            _update_mine(message, state=State.IN_DOUBT, error=reason)
        elif message.message_id in accepted:
            _accepted(message)
        else:
            _postpone(message, message.error, wait=timedelta())


def record_sent(messages: MessageQuerySet, *, actor: Actor) -> int:
    """Set the messages sent now by the actor, and blank the secret ones except in the demo; how many they were."""
    blanked = Q(is_secret=True) & Q(Value(settings.PORTAL_ENV != "demo"))
    with transaction.atomic():
        rows = Message.objects.filter(pk__in=messages.select_for_update().in_bulk())
        return rows.update(
            state=State.SENT,
            sent_at=clock.now(),
            sent_by=actor,
            error="",
            noted_at=None,
            noted_by=None,
            body=Case(When(blanked, then=Value("")), default="body", output_field=TextField()),
            **NO_LEASE,
        )


def record_returned(messages: MessageQuerySet, *, reason: str) -> int:
    """Set those of the messages that were sent returned, for the reason; how many they were."""
    with transaction.atomic():
        rows = Message.objects.filter(pk__in=messages.select_for_update().filter(state=State.SENT).in_bulk())
        return rows.update(state=State.BOUNCED, error=plain(reason) or "–")


def _compose(message: Message) -> EmailMessage:
    headers = {
        "Message-ID": message.message_id,
        "Date": format_datetime(clock.now()),
        "Auto-Submitted": "auto-generated",
        "Content-Language": message.language,
    }
    return EmailMessage(message.subject, message.body, to=[message.to], headers=headers)


def _accepted(message: Message) -> None:
    """The relay has it. Known even when the lease ran out meanwhile, as long as nobody else is sending it again."""
    mine = Q(lease_token=message.lease_token) | Q(state__in=[State.QUEUED, State.IN_DOUBT])
    if not record_sent(Message.objects.filter(mine, pk=message.pk), actor=actor_of(OUTBOX)):
        log.warning("outbox_lease_lost", message=message.public_id)


def _refused(message: Message, code: int, text: bytes | str) -> None:
    said = plain(text.decode(errors="replace") if isinstance(text, bytes) else text)
    if 500 <= code < 600:
        _update_mine(message, state=State.FAILED, error=f"{code} {said}")
    else:
        _postpone(message, f"{code} {said}")


def _postpone(message: Message, reason: str, *, wait: timedelta | None = None) -> None:
    """Back to the queue, by default after a wait that doubles; after the last attempt a person has to decide."""
    if message.attempts >= ATTEMPTS:
        _update_mine(message, state=State.FAILED, error=reason or "–")
    else:
        wait = min(FIRST_WAIT * 2 ** (message.attempts - 1), LONGEST_WAIT) if wait is None else wait
        _update_mine(message, state=State.QUEUED, not_before=Now() + wait, error=reason)


def _update_mine(message: Message, **fields: object) -> None:
    """Write the outcome and give the lease back, unless the lease has passed to somebody else."""
    mine = Message.objects.filter(pk=message.pk, lease_token=message.lease_token)
    if not mine.update(**fields, **NO_LEASE):
        log.warning("outbox_lease_lost", message=message.public_id)


def _reason(error: Exception) -> str:
    return plain(f"{type(error).__name__}: {error}")


def plain(text: str) -> str:
    """What a relay says can be anything; a row holds no NUL, and a page no novel."""
    return text.replace("\0", "")[:1000]
