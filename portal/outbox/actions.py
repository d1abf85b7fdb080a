"""What a person or another room does with mail: queue it, send it again, say what became of it."""

from collections.abc import Collection
from functools import partial

from django.core.validators import validate_email
from django.db import transaction
from django.db.models.functions import Now

from portal import clock
from portal.history.models import By, actor_of, new_public_id
from portal.outbox import tasks
from portal.outbox.delivery import OUTBOX, record_returned, record_sent
from portal.outbox.enums import TROUBLE, UNSETTLED, State
from portal.outbox.models import Message, message_id_of


class AlreadySettled(Exception):  # noqa: N818 - a state of affairs, not a fault
    """Somebody else, or the outbox itself, has decided what becomes of the message."""


def queue_mail(
    *,
    to: str,
    subject: str,
    body: str,
    kind: str,
    is_secret: bool = False,
    language: str = "sv",
    by: By = OUTBOX,
) -> Message:
    """Write a mail into the outbox, in the caller's transaction: it leaves if and only if that commits.

    `kind` is a short key of the sending room. A subject is one line: whatever white space it holds, line breaks
    included, becomes single spaces, and it is cut at 250 characters. `is_secret` bodies are blanked once sent.
    Raises ValidationError when `to` is not one e-mail address, IntegrityError on an empty subject or body.
    """
    validate_email(to)
    public_id = new_public_id()
    message = Message.objects.create(
        public_id=public_id,
        message_id=message_id_of(public_id),
        to=to,
        subject=" ".join(subject.split())[:250],
        body=body,
        kind=kind,
        is_secret=is_secret,
        language=language,
        created_by=actor_of(by),
    )
    _wake(message)
    return message


def resend(*, by: By, message: Message) -> None:
    """Queue a message that failed, or is in doubt, again, under its old Message-ID. Raises AlreadySettled.

    The row does not say who did it: that stands in the history, whose context names the person of the request.
    """
    with transaction.atomic():
        _lock(message, UNSETTLED)
        Message.objects.filter(pk=message.pk).update(
            state=State.QUEUED, attempts=0, not_before=Now(), error="", noted_at=None, noted_by=None
        )
        _wake(message)


def mark_sent(*, by: By, message: Message) -> None:
    """Settle a message that failed or is in doubt as sent: the keeper knows that it arrived. Raises AlreadySettled."""
    with transaction.atomic():
        _lock(message, UNSETTLED)
        record_sent(Message.objects.filter(pk=message.pk), actor=actor_of(by))


def mark_bounced(*, by: By, message: Message, reason: str) -> None:
    """Say of a sent message that it came back: it did not arrive. Raises AlreadySettled where it isn't sent (any more).

    A returned message is not sent again: its address is what is wrong, and its Message-ID is already in the journal.
    Who said so stands in the history, whose context names the person of the request.
    """
    with transaction.atomic():
        _lock(message, {State.SENT})
        record_returned(Message.objects.filter(pk=message.pk), reason=reason)


def note_trouble(*, by: By, message: Message) -> None:
    """Someone has seen to a message that did not arrive: it is no longer held up to anyone. Noting it again is harmless.

    Raises AlreadySettled where there is no trouble (any more).
    """
    with transaction.atomic():
        _lock(message, TROUBLE)
        Message.objects.filter(pk=message.pk, noted_at__isnull=True).update(noted_at=clock.now(), noted_by=actor_of(by))


def _lock(message: Message, states: Collection[State]) -> None:
    if Message.objects.select_for_update().get(pk=message.pk).state not in states:
        raise AlreadySettled


def _wake(message: Message) -> None:
    """Only a wake-up, after commit: with the broker down the row is found by the next sweep, so nobody need know."""
    transaction.on_commit(partial(tasks.deliver.delay, message.public_id), robust=True)
