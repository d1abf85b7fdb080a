"""How texts are made comparable, in the database and in its indexes.

A condition uses an index only if it names the same fields in the same order, so both are made of the classes below:
`Meta.indexes = [names_index("book_names", "title", "series"), …]` and `matching(…, names=("title", "series"))`.
"""

import unicodedata
from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db.models import BooleanField, CharField, Expression, F, Func, GeneratedField, TextField, Value

_JOIN = " || ' ' || "
_LETTERS = str.maketrans("æøł", "aol")


class Fold(Func):
    """The fields, joined by a space: small letters, å ä ö é … as a a o e …, so that marks are not needed to find.

    The fields must not be NULL.
    """

    function = "sv_fold"
    arg_joiner = _JOIN
    output_field = CharField()


class Number(Func):
    """The field without spaces, dashes, dots and slashes: 12-34 and 1234 are alike."""

    function = "sv_number"
    arity = 1
    output_field = CharField()


class Vector(Func):
    """The fields as Swedish word stems and as the words themselves."""

    function = "sv_vector"
    arg_joiner = _JOIN
    output_field = SearchVectorField()


class Stems(Func):
    """A query on a `Vector`: any of the words in any of its forms, or what begins with it where `True` stands beside."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = SearchQueryField()

    def __init__(self, *words: tuple[str, bool]) -> None:
        queries = []
        for word, is_beginning in words:
            quoted = "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
            queries += [_query("swedish", quoted), _query("simple", f"{quoted}:*" if is_beginning else quoted)]
        super().__init__(*queries)


def _query(configuration: str, text: str) -> Func:
    return Func(
        Value(text),
        function="to_tsquery",
        template=f"%(function)s('{configuration}', %(expressions)s)",
        output_field=SearchQueryField(),
    )


class _Comparison(Func):
    template = "(%(expressions)s)"
    output_field = BooleanField()


class Like(_Comparison):
    """Whether the folded expression is like the pattern; what was typed in it must have passed `literal`."""

    arg_joiner = " LIKE "

    def __init__(self, expression: Expression | F, pattern: str) -> None:
        folding = Number if isinstance(expression, Number) else Fold
        super().__init__(expression, folding(Value(pattern)))


class Holds(_Comparison):
    """Whether the vector holds what the query asks for."""

    arg_joiner = " @@ "


class Resembles(_Comparison):
    """Whether words in the folded expression look like the folded word; how much decides `closest`."""

    arg_joiner = " %%> "

    def __init__(self, expression: Expression | F, word: str) -> None:
        super().__init__(expression, Fold(Value(word)))


def literal(text: str) -> str:
    """The text for a LIKE pattern, its own wildcards taken by their letter."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def fold(text: str) -> str:
    """As `Fold` does in the database, each letter one letter, for texts that are at hand."""
    return "".join(unicodedata.normalize("NFD", letter.lower())[0] for letter in text).translate(_LETTERS)


def number_of(word: str) -> str:
    """The word as a number, as `Number` reads it; empty where it has no digit or is too short to tell anything."""
    bare = "".join(letter for letter in word.lower() if letter.isalnum())
    return bare if len(bare) >= SHORTEST_NUMBER and any(letter.isdigit() for letter in bare) else ""


SHORTEST_NUMBER = 3


def folded_field(*fields: str) -> GeneratedField:
    """The fields as `Fold` makes them, kept in the row: for a model of so many rows that folding each anew takes long.

    Its index is a `stored_index`, and `Fields.stored` names it.
    """
    return GeneratedField(expression=Fold(*fields), output_field=TextField(), db_persist=True)


def stored_index(name: str, field: str) -> GinIndex:
    """As `names_index`, over a `folded_field`."""
    return GinIndex(OpClass(F(field), name="gin_trgm_ops"), name=name)


def names_index(name: str, *fields: str) -> GinIndex:
    """For the names of a model: parts of words and typing errors."""
    return GinIndex(OpClass(Fold(*fields), name="gin_trgm_ops"), name=name)


def number_index(name: str, field: str) -> GinIndex:
    """For a number of a model: any part of it, however it is written."""
    return GinIndex(OpClass(Number(field), name="gin_trgm_ops"), name=name)


def texts_indexes(name: str, *fields: str) -> list[Any]:
    """For the long texts of a model: word forms, and parts of words."""
    return [GinIndex(Vector(*fields), name=f"{name}_words"), names_index(f"{name}_parts", *fields)]
