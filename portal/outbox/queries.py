from dataclasses import dataclass

from portal.outbox.models import Message, MessageQuerySet

PAGE_SIZE = 25


@dataclass(frozen=True)
class Page:
    """A part of a list, newest first. `newer` and `older` are the public ids it goes on from; empty at the ends."""

    messages: list[Message]
    newer: str
    older: str


def page_of(
    messages: MessageQuerySet, *, state: str = "", before: str = "", after: str = "", size: int = PAGE_SIZE
) -> Page:
    """The page older than the message `before`, or newer than `after`, or the newest; by key, so that it stays put.

    A message that is not among the messages, by whatever id, counts as none.
    """
    key = after or before
    marker = messages.filter(public_id=key).values_list("pk", flat=True).first() if key else None
    if state:
        messages = messages.filter(state=state)
    rows = messages.defer("body")
    if marker and after:
        found = list(rows.filter(pk__gt=marker).order_by("pk")[: size + 1])
        shown = found[:size][::-1]
        return Page(shown, newer=_edge(shown, 0, len(found) > size), older=_edge(shown, -1, True))
    found = list((rows.filter(pk__lt=marker) if marker else rows).order_by("-pk")[: size + 1])
    shown = found[:size]
    return Page(shown, newer=_edge(shown, 0, marker is not None), older=_edge(shown, -1, len(found) > size))


def _edge(shown: list[Message], index: int, goes_on: bool) -> str:
    return shown[index].public_id if shown and goes_on else ""
