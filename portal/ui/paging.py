"""Lists by key: a page begins after the last row of the one before, so page 500 costs what page 1 does."""

import re
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Expression, F, Model, Q, QuerySet
from django.http import QueryDict

PAGE_SIZE = 20

_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")

Row = TypeVar("Row")
Stored = TypeVar("Stored", bound=Model)


@dataclass(frozen=True)
class KeyPage(Generic[Row]):
    """Rows of one page, and the query strings of its neighbours ("" at the ends)."""

    rows: list[Row]
    previous_url: str
    next_url: str


def key_page(
    rows: QuerySet[Stored],
    query: QueryDict,
    *,
    by: Expression | F | None = None,
    newest_first: bool = False,
    among: QuerySet[Any] | None = None,
    size: int = PAGE_SIZE,
) -> KeyPage[Stored]:
    """The page that follows the row whose public id is `after` in the query string, or that ends before `before`.

    `by`: the expression that orders the rows, ties by their age; without it by age alone. `among`: where the named row
    is looked up, if it may have left the rows meanwhile. A row that is not there, by whatever id, counts as none: the
    first page. One query; on later pages one more for the named row. A row more than fits tells whether there is
    another page.
    """
    key = ["pk"] if by is None else ["page_key", "pk"]
    keyed = _keyed(rows, by)
    named = query.get("after") or query.get("before") or ""
    position = _position(keyed if among is None else _keyed(among, by), key, named)
    backwards = position is not None and not query.get("after")
    falling = newest_first != backwards
    if position:
        keyed = keyed.filter(_beyond(key, position, "lt" if falling else "gt"))
    found: list[Stored] = list(keyed.order_by(*(f"-{name}" if falling else name for name in key))[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_previous, has_next = (more, position is not None) if backwards else (position is not None, more)
    return KeyPage(
        rows=found,
        previous_url=_url(query, "before", found[0]) if found and has_previous else "",
        next_url=_url(query, "after", found[-1]) if found and has_next else "",
    )


def _keyed(rows: QuerySet[Any], by: Expression | F | None) -> QuerySet[Any]:
    return rows if by is None else rows.annotate(page_key=by)


def _position(rows: QuerySet[Any], key: list[str], public_id: str) -> tuple[Any, ...] | None:
    """The values of the key in the row with this public id."""
    return rows.filter(public_id=public_id).values_list(*key).first() if _PUBLIC_ID.fullmatch(public_id) else None


def _beyond(key: list[str], position: tuple[Any, ...], comparison: str) -> Q:
    """Past the position in the order of the key: its first part, or where that is equal the next.

    That the first part is not before it says the same once more, in the form that an index begins at.
    """
    beyond, equal = Q(), Q()
    for name, value in zip(key, position, strict=True):
        beyond |= equal & Q(**{f"{name}__{comparison}": value})
        equal &= Q(**{name: value})
    return Q(**{f"{key[0]}__{comparison}e": position[0]}) & beyond


def _url(query: QueryDict, name: str, row: Any) -> str:
    kept = query.copy()
    for other in ("after", "before"):
        kept.pop(other, None)
    kept[name] = row.public_id
    return f"?{kept.urlencode()}"
