from django.http import QueryDict

from portal.outbox.enums import TROUBLED
from portal.outbox.models import Message, MessageQuerySet
from portal.ui.paging import KeyPage, key_page

PAGE_SIZE = 25


def message_page(messages: MessageQuerySet, query: QueryDict, *, state: str = "") -> KeyPage[Message]:
    """A part of the messages in the state, newest first, without their texts; without a state of all."""
    if state == TROUBLED:
        shown = messages.troubled()
    elif state:
        shown = messages.filter(state=state)
    else:
        shown = messages
    return key_page(shown.defer("body"), query, newest_first=True, among=messages, size=PAGE_SIZE)
