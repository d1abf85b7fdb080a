"""Which rows match a text: the same rule for the search page and for the filter of every list.

A word is found as part of a name, as part of a number however it is written, in any of its forms in a long text, and in
rows that stand for this one (`Through`). If nothing matches, `closest` finds what looks like it.

Each of these is a *way* to match. A way by itself can use an index; ways joined by OR can not, so they are put together
as sets of keys. Where very many rows match, a list does without the set: it goes through its rows in their order and
asks each, until its page is full.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any, TypeVar

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import BooleanField, F, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from portal.search.folding import Fold, Holds, Like, Number, Resembles, Stems, Vector, fold, literal, number_of
from portal.search.terms import Term, Terms, is_same, terms_of

Stored = TypeVar("Stored", bound=Model)

# Word similarity (pg_trgm) from which a name looks like what was typed: one wrong letter in a word of seven is 0.6, in
# one of five 0.5; names that share but their first three letters stay below.
LIKENESS = 0.45
# The same where more than `MANY` look like it: those that look more like it are not to be missed among them.
NEARNESS = 0.55
# The planner takes comparing two texts to cost what comparing numbers does, and would do it for every row rather than
# look into the indexes: here it may not go through whole tables, and comparing costs as much as ten rows.
COMPARING = {"cpu_operator_cost": "0.1", "enable_seqscan": "off", "enable_indexscan": "off"}
# As many as anyone would look through for the one that was meant.
MOST_CLOSE = 100
# Up to here, keys are quicker handed over than looked for twice; beyond, a page is soon full of rows that match.
MANY = 1_000
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

    `stored`: the model's `folded_field` of the names, if it has one. `title`: what hits are ranked by, the first of
    `names` if nothing else is said.
    """

    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    through: tuple[Through, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    stored: str = ""
    title: str = ""

    @property
    def folded(self) -> Fold | F:
        """The names as they are compared."""
        return F(self.stored) if self.stored else Fold(*(self.names or (self.ranked_by,)))

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
        ways.append(Q(Like(fields.folded, f"{literal(terms.text)}%")))
    return _of_each_way(rows, ways, terms, fields, most)


def _of_each_way(rows: QuerySet[Any], ways: list[Q], terms: Terms, fields: Fields, most: int) -> QuerySet[Any]:
    found = [_of_way(rows, way, terms, fields).values("pk")[:most] for way in ways]
    return found[0].union(*found[1:]) if found else rows.none().values("pk")


def closest(rows: QuerySet[Any], text: str | Terms, fields: Fields) -> list[Any]:
    """Keys of at most `MOST_CLOSE` rows with names that look like the words, the likest first.

    Two queries, and two more where more than `MANY` look like them: of those that look but little like them some do.
    """
    terms = terms_of(text) if isinstance(text, str) else text
    if not terms:
        return []
    found = _likely(rows, terms, fields, LIKENESS)
    if len(found) > MANY:
        found |= _likely(rows, terms, fields, NEARNESS)
    return sorted(found, key=lambda key: (-found[key], key))[:MOST_CLOSE]


def _likely(rows: QuerySet[Any], terms: Terms, fields: Fields, likeness: float) -> dict[Any, float]:
    """Keys of rows whose names are as like the words, or more: all of them or more than `MANY`, each with its likeness."""
    told: Any = Value(0.0)
    for term in terms.wanted:
        told += TrigramWordSimilarity(fold(term.word), fields.folded)
    ways = _ways_of_all(terms, fields, own=_own_or_like)
    found = [_of_way(rows, way, terms, fields).values_list("pk", told)[: MANY + 1] for way in ways]
    with transaction.atomic(), connection.cursor() as cursor:
        settings = {"pg_trgm.word_similarity_threshold": likeness, **COMPARING}
        set_all = ", ".join("set_config(%s, %s, true)" for _name in settings)
        cursor.execute(f"SELECT {set_all}", [str(part) for setting in settings.items() for part in setting])
        return dict(found[0].union(*found[1:])) if found else {}


def matching_or_closest(rows: QuerySet[Stored], text: str, fields: Fields) -> QuerySet[Stored]:
    """For the filter of a list: what matches, else what looks like it. One query more; two to four more where nothing does."""
    terms = terms_of(text)
    if not terms:
        return matching(rows, text, fields)
    ways = _ways_of_all(terms, fields)
    found: list[set[Any]] = [set() for _way in ways]
    for key, place in _keys_by_way(rows, ways, terms, fields):
        found[place].add(key)
    if not any(found):
        return rows.filter(pk__in=closest(rows, terms, fields))
    few = {key for keys in found if len(keys) <= MANY for key in keys}
    asked = _ways_of_all(terms, fields, join=_row_by_row)
    often = [way for way, keys in zip(asked, found, strict=True) if len(keys) > MANY]
    if not often:
        return rows.filter(pk__in=few)
    return _without(rows.filter(reduce(or_, often, Q(pk__in=few) if few else Q())), terms, fields)


def _keys_by_way(rows: QuerySet[Any], ways: list[Q], terms: Terms, fields: Fields) -> Any:
    """(key, place of the way) of what matches: all by each way, or more than `MANY`."""
    found = [
        _of_way(rows, way, terms, fields).values_list("pk", Value(place))[: MANY + 1] for place, way in enumerate(ways)
    ]
    return found[0].union(*found[1:], all=True) if found else []


def _of_way(rows: QuerySet[Any], way: Q, terms: Terms, fields: Fields) -> QuerySet[Any]:
    return _without(rows.order_by().filter(way), terms, fields)


def _without(rows: QuerySet[Any], terms: Terms, fields: Fields) -> QuerySet[Any]:
    for term in terms.excluded:
        rows = rows.exclude(reduce(or_, _ways(term, fields, join=_row_by_row), NOTHING))
    return rows


def _any(model: type[Model], ways: list[Q]) -> Q:
    """The ways put together."""
    if len(ways) < 2:
        return ways[0] if ways else NOTHING
    keys = [model._base_manager.filter(way).order_by().values("pk") for way in ways]
    return Q(pk__in=keys[0].union(*keys[1:]))


NOTHING = Q(pk__in=[])


# How the condition on the rows behind becomes one on the rows that they stand for, and what is asked of a row's own fields.
Join = Callable[[Through, list[Q]], Q]
Own = Callable[[Term, Fields], Q]


def _by_keys(way: Through, matched: list[Q]) -> Q:
    """The rows behind are looked up first: for those that are few."""
    rows = way.rows.filter(_any(way.rows.model, matched))
    return Q(**{f"{way.here}__in": rows.order_by().values(way.there)})


def _row_by_row(way: Through, matched: list[Q]) -> Q:
    """Each row asks for those behind it: where the rows are few, or enough of them soon found. Never by a whole table."""
    rows = way.rows.filter(reduce(or_, matched), **{way.there: OuterRef(way.here)}).order_by()
    is_any = Subquery(rows.values(search_is_any=Value(True))[:1], output_field=BooleanField())
    return Q(Coalesce(is_any, False))


def _own(term: Term, fields: Fields) -> Q:
    """The condition on the row's own fields, which have an index each; empty where it has none that could match."""
    conditions: list[Q] = []
    if fields.names:
        conditions += _inside(fields.folded, term)
    if number := number_of(term.word):
        conditions += [Q(Like(Number(name), f"%{number}%")) for name in fields.numbers]
    if fields.texts:
        conditions.append(Q(Holds(Vector(*fields.texts), Stems((term.word, term.is_beginning)))))
        if len(term.part) > SHORTEST_INSIDE:
            conditions += _inside(Fold(*fields.texts), term)
    return reduce(or_, conditions, Q())


def _inside(folded: Fold | F, term: Term) -> list[Q]:
    part = literal(term.part)
    if len(term.part) >= SHORTEST_INSIDE:
        return [Q(Like(folded, f"%{part}%"))]
    return [Q(Like(folded, f"{part}%")), Q(Like(folded, f"% {part}%"))]


def _own_or_like(term: Term, fields: Fields) -> Q:
    """The row's own fields match the term, or its names look like it."""
    condition = _own(term, fields)
    if fields.names:
        condition |= Q(Resembles(fields.folded, term.word))
        # Two letters in the wrong order leave too few trigrams alike: each pair is tried the other way round.
        for variant in _swapped(term):
            condition |= Q(Like(fields.folded, f"%{literal(variant)}%"))
    return condition


def _ways_of_all(terms: Terms, fields: Fields, *, join: Join = _by_keys, own: Own = _own) -> list[Q]:
    """How a row can match all the terms: all by itself, which an index answers as a whole, or one of them besides."""
    alone = [own(term, fields) for term in terms.wanted]
    ways = [reduce(and_, alone)] if all(alone) else []
    each = [reduce(or_, _ways(term, fields, join=_row_by_row, own=own), NOTHING) for term in terms.wanted]
    for place, term in enumerate(terms.wanted):
        rest = reduce(and_, each[:place] + each[place + 1 :], Q())
        # The beginning of a word is in too many rows to look behind each of them, unless it could be nowhere else.
        if len(term.part) >= SHORTEST_INSIDE or not alone[place]:
            ways += [way & rest for way in _ways_besides(term, fields, join, own)]
    return ways


def _ways(term: Term, fields: Fields, *, join: Join = _by_keys, own: Own = _own) -> list[Q]:
    """How a row can match the term, or what stands for it. What never could, such as numbers for a word, is left out."""
    return ([mine] if (mine := own(term, fields)) else []) + _ways_besides(term, fields, join, own)


def _ways_besides(term: Term, fields: Fields, join: Join, own: Own) -> list[Q]:
    """The ways but that of the row's own fields."""
    ways = [keyword.rows for keyword in fields.keywords if any(is_same(term, word) for word in keyword.words)]
    behind = ((way, _ways(term, way.fields, join=join, own=own)) for way in fields.through)
    ways += [join(way, matched) for way, matched in behind if matched]
    for other in term.instead:
        ways.append(reduce(and_, (reduce(or_, _ways(word, fields, join=join), NOTHING) for word in other)))
    return ways


def _swapped(term: Term) -> list[str]:
    word = term.word
    if len(word) <= SHORTEST_INSIDE or term.is_phrase:
        return []
    pairs = range(min(len(word), LONGEST_SWAPPED) - 1)
    return sorted({f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}" for at in pairs} - {word})
