"""What can be searched: each room registers its sources in `AppConfig.ready()`; this kit knows nothing else of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from portal.search.matching import Fields


def _nothing(row: Any) -> str:
    return ""


@dataclass(frozen=True)
class Source:
    """One kind of thing that is found.

    `rows(user)`: what the user may see, `visible_to` applied, with everything that `title`, `caption` and `url` read, so
    that a row costs no query. `fields(user)`: where it is searched; the first of `names` is what the title begins with.
    `caption(row)` tells one hit from another; `body(row)` is the text that an excerpt is shown of. `order`: smaller
    comes first on the page.
    """

    key: str
    label: Any
    rows: Callable[[Any], QuerySet[Any]]
    fields: Callable[[Any], Fields]
    url: Callable[[Any], str]
    title: Callable[[Any], str] = str
    caption: Callable[[Any], str] = _nothing
    body: Callable[[Any], str] = _nothing
    order: int = 50


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Make the source known; the same key again replaces it."""
    _sources[source.key] = source


def unregister(key: str) -> None:
    """Forget the source; harmless when it is unknown."""
    _sources.pop(key, None)


def registered() -> Iterator[Source]:
    """The sources in the order of the page."""
    return iter(sorted(_sources.values(), key=lambda source: source.order))
