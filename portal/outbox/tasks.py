"""Wake-ups. What is to be sent stands in rows, so a lost task loses nothing and one too many sends nothing twice."""

import time

import structlog
from celery import shared_task

from portal.outbox import bounces, delivery, journal

log = structlog.get_logger(__name__)

# Below the minute between two sweeps, so that they do not pile up.
SWEEP_S = 45


@shared_task
def deliver(public_id: str) -> None:
    """Send the message now, if it is due and nobody else has it."""
    message = delivery.claim(public_id)
    if message is not None:
        _send(message)


@shared_task
def sweep() -> None:
    """Settle what a dead process left behind and what was returned, then send what is due until the time is up or the
    relay is away.
    """
    for settle in (delivery.settle_expired, bounces.settle_returned):
        try:
            settle()
        except (journal.JournalMissing, OSError):
            log.exception("outbox_journal_unreadable", asked=settle.__name__)
    until = time.monotonic() + SWEEP_S
    while time.monotonic() < until:
        message = delivery.claim()
        if message is None or not _send(message):
            break


def _send(message: delivery.Message) -> bool:
    """False when the relay can't be reached; the message waits in its row."""
    try:
        delivery.send(message)
    except delivery.Unreachable as error:
        log.warning("outbox_relay_unreachable", message=message.public_id, reason=str(error.__cause__))
        return False
    return True
