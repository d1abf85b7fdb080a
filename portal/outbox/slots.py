"""What waits for the keeper of the mail, on the start page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext

from portal.outbox.enums import TROUBLED
from portal.outbox.keeper import is_keeper
from portal.outbox.models import Message
from portal.slots import Tile


def attention_tiles(user: Any) -> list[Tile]:
    """Messages that did not arrive, or perhaps not, and that nobody has seen to: for the keeper alone."""
    count = Message.objects.troubled().count() if is_keeper(user) else 0
    if not count:
        return []
    text = ngettext("message did not arrive, or perhaps not", "messages did not arrive, or perhaps not", count)
    return [Tile(count, text, f"{reverse('outbox:message-list')}?state={TROUBLED}", late=True)]
