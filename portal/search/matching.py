"""Which rows match a text: the same rule for the search page and for the filter of every list.

A word is found as part of a name, as part of a number however it is written, in any of its forms in a long text, and in
rows that stand for this one (`Through`). If nothing matches, `closest` finds what looks like it.
"""

from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any, TypeVar

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import Combinable

from portal.search.folding import Fold, Holds, Like, Number, Resembles, Stems, Vector, fold, literal, number_of
from portal.search.terms import Term, Terms, is_same, terms_of

Stored = TypeVar("Stored", bound=Model)

# Word similarity (pg_trgm) from which a name looks like what was typed: one wrong letter in a word of seven is 0.6, in
# one of five 0.5; names that share but their first three letters stay below.
LIKENESS = 0.45
# As many as anyone would look through for the one that was meant.
MOST_CLOSE = 100
# A part of so few letters is in nearly every name: they must begin a word.
SHORTEST_INSIDE = 3


@dataclass(frozen=True)
class Through:
    """Other rows whose match is a match: those of `rows` that match, by the value of their field `there`.

    `rows` holds only what the user may find by. `here`: the field of the searched model that it is compared with.
    """

    rows: QuerySet[Any]
    there: str
    fields: "Fields"
    here: str = "pk"


@dataclass(frozen=True)
class Keyword:
    """Words that mean rows without standing in them, such as the label of a state."""

    words: tuple[str, ...]
    rows: Q


@dataclass(frozen=True)
class Fields:
    """Where a model is searched. `names`, `texts`: joined as in its indexes (`portal.search.folding`); `numbers` one by one."""

    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    through: tuple[Through, ...] = ()
    keywords: tuple[Keyword, ...] = ()


def matching(rows: QuerySet[Stored], text: str | Terms, fields: Fields) -> QuerySet[Stored]:
    """The rows that match: all of them for no text, none for a text without a word."""
    terms = terms_of(text) if isinstance(text, str) else text
    if not terms:
        return rows.none() if text else rows
    for term in terms.wanted:
        rows = rows.filter(_condition(rows.model, term, fields))
    for term in terms.excluded:
        rows = rows.exclude(_condition(rows.model, term, fields))
    return rows


def closest(rows: QuerySet[Stored], text: str | Terms, fields: Fields) -> list[Any]:
    """Keys of at most `MOST_CLOSE` rows with names that look like the words, the likest first."""
    terms = terms_of(text) if isinstance(text, str) else text
    if not terms or not fields.names:
        return []
    folded = Fold(*fields.names)
    likeness: list[Any] = []
    for term in terms.wanted:
        rows = rows.filter(
            Q(Resembles(folded, term.word)) | _condition(rows.model, term, fields) | _swapped(term, folded)
        )
        likeness.append(TrigramWordSimilarity(fold(term.word), folded))
    total: Combinable = reduce(lambda left, right: left + right, likeness)
    ordered = rows.annotate(search_likeness=total).order_by("-search_likeness", "pk")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(LIKENESS)])
        return list(ordered.values_list("pk", flat=True)[:MOST_CLOSE])


def matching_or_closest(rows: QuerySet[Stored], text: str, fields: Fields) -> QuerySet[Stored]:
    """For the filter of a list: what matches, else what looks like it. One query more, two where nothing matches."""
    terms = terms_of(text)
    matched = matching(rows, terms if terms else text, fields)
    if not terms or matched.exists():
        return matched
    return rows.filter(pk__in=closest(rows, terms, fields))


def _condition(model: type[Model], term: Term, fields: Fields) -> Q:
    """A match of the term or of anything that stands for it."""
    wanted = _matches(model, term, fields)
    for other in term.instead:
        wanted |= reduce(and_, (_matches(model, word, fields) for word in other))
    return wanted


def _matches(model: type[Model], term: Term, fields: Fields) -> Q:
    own = _own(term, fields)
    for keyword in fields.keywords:
        if any(is_same(term, word) for word in keyword.words):
            own |= keyword.rows
    ways = [found for way in fields.through if (found := _through(way, term)) is not None]
    if not ways:
        return own
    # As sets of keys: joined by OR, neither the names' index nor the other rows' could be used.
    keys = [model._base_manager.filter(own).order_by().values("pk")] if own != NOTHING else []
    return Q(pk__in=_united([*keys, *(_keys(model, way, found) for way, found in ways)]))


NOTHING = Q(pk__in=[])


def _own(term: Term, fields: Fields) -> Q:
    """The condition on the row's own fields."""
    conditions: list[Q] = []
    if fields.names:
        conditions += _inside(Fold(*fields.names), term)
    if number := number_of(term.word):
        conditions += [Q(Like(Number(name), f"%{number}%")) for name in fields.numbers]
    if fields.texts:
        conditions.append(Q(Holds(Vector(*fields.texts), Stems(term.word, is_beginning=term.is_beginning))))
        if len(term.part) > SHORTEST_INSIDE:
            conditions += _inside(Fold(*fields.texts), term)
    return reduce(or_, conditions, NOTHING)


def _inside(folded: Fold, term: Term) -> list[Q]:
    part = literal(term.part)
    if len(term.part) >= SHORTEST_INSIDE:
        return [Q(Like(folded, f"%{part}%"))]
    return [Q(Like(folded, f"{part}%")), Q(Like(folded, f"% {part}%"))]


def _through(way: Through, term: Term) -> tuple[Through, QuerySet[Any]] | None:
    """The other rows that match; None where the term can't match them, such as a word in a number."""
    matched = _matches(way.rows.model, term, way.fields)
    return None if matched == NOTHING else (way, way.rows.filter(matched))


def _keys(model: type[Model], way: Through, found: QuerySet[Any]) -> QuerySet[Any]:
    there = found.order_by().values(way.there)
    return there if way.here == "pk" else model._base_manager.filter(**{f"{way.here}__in": there}).values("pk")


def _united(keys: list[QuerySet[Any]]) -> QuerySet[Any]:
    return keys[0] if len(keys) == 1 else keys[0].union(*keys[1:])


def _swapped(term: Term, folded: Fold) -> Q:
    """Two letters in the wrong order leave too few trigrams alike: each neighbouring pair is tried the other way round."""
    word = term.word
    if len(word) <= SHORTEST_INSIDE or term.is_phrase:
        return NOTHING
    variants = {f"{word[:i]}{word[i + 1]}{word[i]}{word[i + 2 :]}" for i in range(len(word) - 1)} - {word}
    return reduce(or_, (Q(Like(folded, f"%{literal(variant)}%")) for variant in sorted(variants)), NOTHING)
