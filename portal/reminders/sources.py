"""What can be due: each room registers its sources in `AppConfig.ready()`; this kit knows nothing else of them."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar


@dataclass(frozen=True)
class Outside:
    """A recipient without an account. The address is what tells one from another, in whatever case it is written."""

    email: str
    name: str
    language: str

    is_active: ClassVar[bool] = True

    def __str__(self) -> str:
        return self.name or self.email


@dataclass(frozen=True)
class Due:
    """One person to be reminded of one thing. `step` tells one reminder of it from the next; at most 20 characters.

    `within` is the public id of the larger matter that the thing belongs to: by it the reminders of a matter are found
    and paused. What `is_urgent` comes as a mail of its own, whatever the recipient has chosen for the rest.
    """

    recipient: Any  # a row of AUTH_USER_MODEL, with e-mail and language, or Outside
    step: str
    public_id: str
    due_on: date
    within: str = ""
    is_urgent: bool = False


@dataclass(frozen=True)
class Deadline:
    """A day in somebody's calendar: of the thing, in words, and the whole address of its page."""

    public_id: str
    due_on: date
    title: str
    url: str


@dataclass(frozen=True)
class Source:
    """What can be due and how it is put in words. All of it only reads.

    `due(day)` finds what is to be reminded of on that day; naming the same again is harmless. `text(due)` gives subject
    and body in the active language, which is the recipient's.

    `open_among(public_ids)` says which of the things are still to be reminded of: it is asked again when a mail is
    written and once more before it leaves, so that nothing is mailed for what was closed meanwhile. `url(public_id)` is
    the whole address of the page, for the weekly digest. `deadlines(user)` are the user's own, for the calendar: only
    what `visible_to(user)` finds, in the active language.
    """

    key: str
    label: Any
    due: Callable[[date], Iterable[Due]]
    text: Callable[[Due], tuple[str, str]]
    open_among: Callable[[Collection[str]], set[str]] | None = None
    url: Callable[[str], str] | None = None
    deadlines: Callable[[Any], Iterable[Deadline]] | None = None


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


def named(key: str) -> Source | None:
    """The source of the key; None when it is registered no more."""
    return _sources.get(key)
