"""The search page: the best of every kind, or one kind page by page."""

from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from portal.search.queries import Group, find, find_closest
from portal.search.sources import Source, registered
from portal.search.terms import Terms, terms_of
from portal.ui.paging import PAGE_SIZE
from regions.models import User

OF_EACH_KIND = 5


@dataclass(frozen=True)
class Section:
    """The hits of a kind; `url` leads to all of them, "" where all are shown."""

    group: Group
    url: str = ""


@dataclass(frozen=True)
class Found:
    """What a search found. `is_close`: nothing matches, and the sections hold what looks like it.

    Of one kind alone: the hits from number `first` to `last`, and the query strings of the neighbouring pages.
    """

    terms: Terms
    sources: list[Source]
    sections: list[Section] = field(default_factory=list)
    is_close: bool = False
    first: int = 0
    last: int = 0
    previous_url: str = ""
    next_url: str = ""


def found(user: User, *, text: str, kind: str = "", page: int = 1) -> Found:
    """One query a kind, three more a kind where nothing matches. A page that is not there is the first."""
    terms = terms_of(text)
    nothing = Found(terms, [source for source in registered() if kind in {"", source.key}])
    if not terms:
        return nothing
    if kind:
        return _one_kind(user, nothing, text, kind, page) or _close(user, nothing)
    groups = find(user, terms, sources=nothing.sources, size=OF_EACH_KIND)
    if not groups:
        return _close(user, nothing)
    return replace(nothing, sections=[Section(group, _all_url(text, group)) for group in groups])


def _one_kind(user: User, nothing: Found, text: str, kind: str, page: int) -> Found | None:
    """The page of the hits; None where there are none."""
    groups = find(user, nothing.terms, sources=nothing.sources, size=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    if not groups:
        return _one_kind(user, nothing, text, kind, 1) if page > 1 else None
    first = (page - 1) * PAGE_SIZE + 1
    last = first + len(groups[0].hits) - 1
    return replace(
        nothing,
        sections=[Section(groups[0])],
        first=first,
        last=last,
        previous_url=_url(text, kind, page - 1) if page > 1 else "",
        next_url=_url(text, kind, page + 1) if last < groups[0].total else "",
    )


def _close(user: User, nothing: Found) -> Found:
    groups = find_closest(user, nothing.terms, sources=nothing.sources, size=OF_EACH_KIND)
    return replace(nothing, sections=[Section(group) for group in groups], is_close=bool(groups))


def _all_url(text: str, group: Group) -> str:
    return _url(text, group.source.key) if group.total > len(group.hits) else ""


def _url(text: str, kind: str, page: int = 1) -> str:
    return "?" + urlencode({"q": text, "kind": kind} | ({"page": page} if page > 1 else {}))
