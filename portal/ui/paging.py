"""Lists by key: a page begins after the last row of the one before, so page 500 costs what page 1 does."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Expression, F, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import QueryDict

PAGE_SIZE = 20


@dataclass(frozen=True)
class KeyPage:
    """Rows of one page, and the query strings of its neighbours ("" at the ends)."""

    rows: list[Any]
    previous_url: str
    next_url: str


def key_page(rows: QuerySet, query: QueryDict, *, by: str | Expression, size: int = PAGE_SIZE) -> KeyPage:
    """The page that `after` or `before` in the query string names; the first where they are missing or broken.

    `by`: the field or text expression that orders the rows; `public_id` breaks ties. One query: a row more than fits
    tells whether there is another page.
    """
    ordered = rows.annotate(page_key=Cast(F(by), TextField()) if isinstance(by, str) else by)
    backwards = "before" in query and "after" not in query
    key = _decoded(query.get("before" if backwards else "after", ""))
    if key:
        past = "lt" if backwards else "gt"
        ordered = ordered.filter(
            Q(**{f"page_key__{past}": key[0]}) | Q(page_key=key[0], **{f"public_id__{past}": key[1]})
        )
    directions = ("-page_key", "-public_id") if backwards else ("page_key", "public_id")
    found = list(ordered.order_by(*directions)[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_previous, has_next = (more, bool(key)) if backwards else (bool(key), more)
    return KeyPage(
        rows=found,
        previous_url=_url(query, "before", found[0]) if found and has_previous else "",
        next_url=_url(query, "after", found[-1]) if found and has_next else "",
    )


def _url(query: QueryDict, name: str, row: Any) -> str:
    kept = query.copy()
    for key in ("after", "before"):
        kept.pop(key, None)
    kept[name] = base64.urlsafe_b64encode(json.dumps([row.page_key, row.public_id]).encode()).decode()
    return f"?{kept.urlencode()}"


def _decoded(text: str) -> tuple[str, str] | None:
    try:
        key, public_id = json.loads(base64.urlsafe_b64decode(text.encode()))
    except (TypeError, ValueError):
        return None
    if not isinstance(key, str) or not isinstance(public_id, str) or "\x00" in key + public_id:
        return None
    return key, public_id
