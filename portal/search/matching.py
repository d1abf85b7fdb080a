"""Which rows match a text: the same rule for the search page and for the filter of every list.

A word is found as part of a name, as part of a number however it is written, in any of its forms in a long text, and in
rows that stand for this one (`Through`). If nothing matches, `closest` finds what looks like it.

Each of these is a *way* to match. A way by itself can use an index; ways joined by OR can not, so they are put together
as sets of keys.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any, TypeVar

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet, Value

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
# Letters of a word in which neighbours are tried in the other order: each costs a look into the index.
LONGEST_SWAPPED = 20


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
    """Where a model is searched. `names`, `texts`: joined as in its indexes (`portal.search.folding`); `numbers` one by one.

    `title`: what hits are ranked by, the first of `names` if nothing else is said.
    """

    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    through: tuple[Through, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    title: str = ""

    @property
    def ranked_by(self) -> str:
        return self.title or self.names[0]


def matching(rows: QuerySet[Stored], text: str | Terms, fields: Fields) -> QuerySet[Stored]:
    """The rows that match: all of them for no text, none for a text without a word."""
    terms = terms_of(text) if isinstance(text, str) else text
    if not terms:
        return rows.none() if text else rows
    return _without(rows.filter(_any(rows.model, _ways_of_all(terms, fields))), terms, fields)


def candidates(rows: QuerySet[Any], terms: Terms, fields: Fields, *, most: int) -> QuerySet[Any]:
    """Keys of what matches: of very many `most` by each way to match, with those whose name begins with what was typed."""
    if not terms:
        return rows.none().values("pk")
    ways = _ways_of_all(terms, fields)
    if fields.names[:1] == (fields.ranked_by,):
        ways.append(Q(Like(Fold(*fields.names), f"{literal(terms.text)}%")))
    return _of_each_way(rows, ways, terms, fields, most)


def _of_each_way(rows: QuerySet[Any], ways: list[Q], terms: Terms, fields: Fields, most: int) -> QuerySet[Any]:
    found = [_without(rows.order_by().filter(way), terms, fields).values("pk")[:most] for way in ways]
    return found[0].union(*found[1:]) if found else rows.none().values("pk")


def closest(rows: QuerySet[Stored], text: str | Terms, fields: Fields) -> list[Any]:
    """Keys of at most `MOST_CLOSE` rows with names that look like the words, the likest first. Two queries."""
    terms = terms_of(text) if isinstance(text, str) else text
    if not terms:
        return []
    folded = Fold(*(fields.names or (fields.ranked_by,)))
    likeness: Any = Value(0.0)
    for term in terms.wanted:
        rows = rows.filter(_any(rows.model, [*_ways(term, fields), *_close_ways(term, fields)]))
        likeness += TrigramWordSimilarity(fold(term.word), folded)
    ordered = rows.annotate(search_likeness=likeness).order_by("-search_likeness", "pk")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(LIKENESS)])
        return list(ordered.values_list("pk", flat=True)[:MOST_CLOSE])


def matching_or_closest(rows: QuerySet[Stored], text: str, fields: Fields) -> QuerySet[Stored]:
    """For the filter of a list: what matches, else what looks like it. One query more, three where nothing matches."""
    terms = terms_of(text)
    matched = matching(rows, terms if terms else text, fields)
    if not terms or _of_each_way(rows, _ways_of_all(terms, fields), terms, fields, 1).exists():
        return matched
    return rows.filter(pk__in=closest(rows, terms, fields))


def _without(rows: QuerySet[Any], terms: Terms, fields: Fields) -> QuerySet[Any]:
    for term in terms.excluded:
        rows = rows.exclude(_any(rows.model, _ways(term, fields)))
    return rows


def _any(model: type[Model], ways: list[Q]) -> Q:
    """The ways put together."""
    if len(ways) < 2:
        return ways[0] if ways else NOTHING
    keys = [model._base_manager.filter(way).order_by().values("pk") for way in ways]
    return Q(pk__in=keys[0].union(*keys[1:]))


NOTHING = Q(pk__in=[])


def _ways_of_all(terms: Terms, fields: Fields) -> list[Q]:
    """How a row can match all the terms: each way of the longest, which is in the fewest rows, narrowed by the others."""
    longest = max(terms.wanted, key=lambda term: len(term.part))
    others = (reduce(or_, _ways(term, fields), NOTHING) for term in terms.wanted if term is not longest)
    rest = reduce(and_, others, Q())
    ways = _ways(longest, fields)
    if len(longest.part) < SHORTEST_INSIDE and (own := _own(longest, fields)):
        ways = [own]  # the beginning of a word, and nothing else: too many rows to look behind each of them
    return [way & rest for way in ways]


def _ways(term: Term, fields: Fields) -> list[Q]:
    """How a row can match the term, or what stands for it."""
    ways = _ways_of_word(term, fields)
    for other in term.instead:
        ways.append(reduce(and_, (reduce(or_, _ways_of_word(word, fields), NOTHING) for word in other)))
    return ways


def _ways_of_word(term: Term, fields: Fields) -> list[Q]:
    ways = [own] if (own := _own(term, fields)) else []
    ways += [keyword.rows for keyword in fields.keywords if any(is_same(term, word) for word in keyword.words)]
    behind = _ways_behind(term, fields, _ways_of_word)
    return ways + [_through(way, _any(way.rows.model, found)) for way, found in behind]


def _own(term: Term, fields: Fields) -> Q:
    """The condition on the row's own fields, which have an index each; empty where it has none that could match."""
    conditions: list[Q] = []
    if fields.names:
        conditions += _inside(Fold(*fields.names), term)
    if number := number_of(term.word):
        conditions += [Q(Like(Number(name), f"%{number}%")) for name in fields.numbers]
    if fields.texts:
        conditions.append(Q(Holds(Vector(*fields.texts), Stems((term.word, term.is_beginning)))))
        if len(term.part) > SHORTEST_INSIDE:
            conditions += _inside(Fold(*fields.texts), term)
    return reduce(or_, conditions, Q())


def _inside(folded: Fold, term: Term) -> list[Q]:
    part = literal(term.part)
    if len(term.part) >= SHORTEST_INSIDE:
        return [Q(Like(folded, f"%{part}%"))]
    return [Q(Like(folded, f"{part}%")), Q(Like(folded, f"% {part}%"))]


def _ways_behind(
    term: Term, fields: Fields, ways: Callable[[Term, Fields], list[Q]]
) -> Iterator[tuple[Through, list[Q]]]:
    """How rows behind can match; those that never could, such as numbers for a word, are left out."""
    return ((way, found) for way in fields.through if (found := ways(term, way.fields)))


def _through(way: Through, matched: Q) -> Q:
    return Q(**{f"{way.here}__in": way.rows.filter(matched).order_by().values(way.there)})


def _close_ways(term: Term, fields: Fields) -> list[Q]:
    """How a row's names, or those behind it, can look like the term."""
    ways = []
    if fields.names:
        folded = Fold(*fields.names)
        ways.append(Q(Resembles(folded, term.word)))
        # Two letters in the wrong order leave too few trigrams alike: each pair is tried the other way round.
        ways += [Q(Like(folded, f"%{literal(variant)}%")) for variant in _swapped(term)]
    own = [reduce(or_, ways)] if ways else []
    return own + [_through(way, _any(way.rows.model, found)) for way, found in _ways_behind(term, fields, _close_ways)]


def _swapped(term: Term) -> list[str]:
    word = term.word
    if len(word) <= SHORTEST_INSIDE or term.is_phrase:
        return []
    pairs = range(min(len(word), LONGEST_SWAPPED) - 1)
    return sorted({f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}" for at in pairs} - {word})
