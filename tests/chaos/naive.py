"""The worker as one would write it at first: read what waits, send it, note that it is sent. `celery -A tests.chaos.naive`.

No claim, so two workers take the same row; no lease and no look-up, so who dies between sending and noting leaves a row
that says nothing of it.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.core.mail import get_connection  # noqa: E402

from portal.celery import app  # noqa: E402
from portal.history.models import actor_of  # noqa: E402
from portal.outbox import delivery  # noqa: E402
from portal.outbox.models import Message  # noqa: E402

__all__ = ["app"]


def claim(public_id: str | None = None) -> Message | None:
    due = Message.objects.due().filter(**({"public_id": public_id} if public_id else {}))
    return due.order_by("not_before", "pk").first()


def send(message: Message) -> None:
    get_connection().send_messages([delivery._compose(message)])
    delivery.record_sent(Message.objects.filter(pk=message.pk), actor=actor_of(delivery.OUTBOX))


delivery.claim, delivery.send, delivery.settle_expired = claim, send, lambda: None
