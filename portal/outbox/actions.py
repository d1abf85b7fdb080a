"""What a person or another room does with mail: queue it, send it again, mark it as sent."""

from functools import partial

from django.core.validators import validate_email
from django.db import transaction
from django.db.models.functions import Now

from portal.history.models import By, actor_of
from portal.outbox import tasks
from portal.outbox.delivery import OUTBOX, record_sent
from portal.outbox.enums import UNSETTLED, State
from portal.outbox.models import Message


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
    message = Message.objects.create(
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
        _lock_unsettled(message)
        Message.objects.filter(pk=message.pk).update(state=State.QUEUED, attempts=0, not_before=Now(), error="")
        _wake(message)


def mark_sent(*, by: By, message: Message) -> None:
    """Settle a message that failed or is in doubt as sent: the keeper knows that it arrived. Raises AlreadySettled."""
    with transaction.atomic():
        _lock_unsettled(message)
        record_sent(Message.objects.filter(pk=message.pk), actor=actor_of(by))


def _lock_unsettled(message: Message) -> None:
    if Message.objects.select_for_update().get(pk=message.pk).state not in UNSETTLED:
        raise AlreadySettled


def _wake(message: Message) -> None:
    """Only a wake-up, after commit: with the broker down the row is found by the next sweep, so nobody need know."""
    transaction.on_commit(partial(tasks.deliver.delay, message.public_id), robust=True)
