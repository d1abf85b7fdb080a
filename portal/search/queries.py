"""The search over all sources: the best hits of each kind, or all of one kind, page by page.

Pages are counted from the best hit (`offset`), not by key: a rank is computed for what was typed and stands in no
index, and only the first `MOST_HITS` can be leafed through, so the cost of a page does not grow with its number.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.search import SearchRank
from django.db.models import Case, Count, FloatField, Q, Value, When, Window
from django.db.models.functions import Lower, StrIndex
from django.db.models.lookups import GreaterThan

from portal.search.excerpts import Pieces, excerpt, marked
from portal.search.folding import Fold, Like, Number, Stems, Vector, literal, number_of
from portal.search.matching import Fields, candidates, closest
from portal.search.ordering import swedish
from portal.search.sources import Source
from portal.search.terms import Terms

# Nobody leafs further, and ranking costs about 10 microseconds a row.
MOST_HITS = 500


@dataclass(frozen=True)
class Hit:
    """A row as the page shows it. `title` and `excerpt` in pieces of (text, was searched for)."""

    title: Pieces
    url: str
    caption: str
    excerpt: Pieces


@dataclass(frozen=True)
class Group:
    """The hits of one kind: those shown, and how many there are. `is_cut`: there are more than `total`."""

    source: Source
    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    is_cut: bool = False


def find(user: Any, terms: Terms, *, sources: Iterable[Source], size: int, offset: int = 0) -> list[Group]:
    """The best hits of each source that has any, `size` of each from the one numbered `offset`; one query a source."""
    groups = (_found(user, terms, source, size, offset) for source in sources)
    return [group for group in groups if group.hits]


def find_closest(user: Any, terms: Terms, *, sources: Iterable[Source], size: int) -> list[Group]:
    """What looks like what was typed, at most `size` of each source; three queries a source."""
    groups = []
    for source in sources:
        rows = source.rows(user)
        keys = closest(rows, terms, source.fields(user))
        if keys:
            near = {row.pk: row for row in rows.filter(pk__in=keys[:size])}
            hits = [_hit(source, near[key], terms) for key in keys[:size] if key in near]
            groups.append(Group(source, hits, total=len(hits)))
    return groups


def _found(user: Any, terms: Terms, source: Source, size: int, offset: int) -> Group:
    fields = source.fields(user)
    rows = source.rows(user)
    ranked = (
        rows.filter(pk__in=candidates(rows, terms, fields, most=MOST_HITS + 1))
        .annotate(search_rank=_rank(terms, fields), search_total=Window(Count("pk")))
        .order_by("-search_rank", swedish(fields.ranked_by), "pk")
    )
    shown = list(ranked[offset : offset + size])
    total = shown[0].search_total if shown else 0
    hits = [_hit(source, row, terms) for row in shown]
    return Group(source, hits, min(total, MOST_HITS), is_cut=total > MOST_HITS)


def _rank(terms: Terms, fields: Fields) -> Any:
    """What is called so, begins so, has a word that begins so, has it inside; then each word by itself, the very letters
    before those without marks, and a text that names the words often before one that names them once."""
    name, typed, number = fields.ranked_by, literal(terms.text), number_of(terms.text)
    folded = Fold(name)
    rank: Any = Case(
        When(Like(folded, typed), then=16.0),
        *(When(Like(Number(field), number), then=16.0) for field in fields.numbers if number),
        When(Like(folded, f"{typed}%"), then=12.0),
        When(Like(folded, f"% {typed}%"), then=8.0),
        When(Like(folded, f"%{typed}%"), then=4.0),
        default=0.0,
        output_field=FloatField(),
    )
    rank += _points(2.0, GreaterThan(StrIndex(Lower(name), Value(terms.text)), 0))
    for term in terms.wanted:
        part = literal(term.part)
        rank += _points(1.0, Q(Like(folded, f"{part}%")) | Q(Like(folded, f"% {part}%")))
    if fields.texts:
        words = Stems(*((term.word, term.is_beginning) for term in terms.wanted))
        rank += SearchRank(Vector(*fields.texts), words)
    return rank


def _points(number: float, condition: Any) -> Case:
    return Case(When(condition, then=number), default=0.0, output_field=FloatField())


def _hit(source: Source, row: Any, terms: Terms) -> Hit:
    body = source.body(row)
    return Hit(
        title=marked(str(source.title(row)), terms),
        url=source.url(row),
        caption=str(source.caption(row)),
        excerpt=excerpt(body, terms) if body else [],
    )
