"""What can be due: each room registers its sources in `AppConfig.ready()`; this kit knows nothing else of them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Due:
    """One person to be reminded of one thing. `step` tells one reminder of it from the next; at most 20 characters."""

    recipient: Any  # a row of AUTH_USER_MODEL, with e-mail and language
    step: str
    public_id: str
    due_on: date


@dataclass(frozen=True)
class Source:
    """What can be due and how it is put in words.

    `due(day)` finds what is to be reminded of on that day; naming the same again is harmless. `text(due)` gives subject
    and body in the active language, which is the recipient's. Both only read.
    """

    key: str
    label: Any
    due: Callable[[date], Iterable[Due]]
    text: Callable[[Due], tuple[str, str]]


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Make the source known; the same key again replaces it."""
    _sources[source.key] = source


def unregister(key: str) -> None:
    """Forget the source; harmless when it is unknown."""
    _sources.pop(key, None)


def registered() -> Iterator[Source]:
    """The sources in the order they were registered."""
    return iter(tuple(_sources.values()))
