"""Rows of other tables by what people write in a cell, with one query for many cells."""

from collections.abc import Callable, Collection, Iterable
from difflib import get_close_matches
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

# Of what is looked for within longer names.
FEWEST_LETTERS = 4

Names = Callable[[Any], Iterable[str]]
# A query for the texts that nothing before it has found: pairs of a text and a row that it means.
Lookup = Callable[[Collection[str]], Iterable[tuple[str, Model]]]


class NotFound(ValueError):  # noqa: N818 - reads as what it says
    """What was written names nothing, or several things; the text says what to write instead."""


def folded(text: str) -> str:
    """As texts are compared: capitals, and spaces of whatever number, don't matter."""
    return " ".join(text.split()).casefold()


class Finder:
    """What a text names. `prepare` is called with the texts of some hundred rows before `find` is asked for each."""

    def __init__(self) -> None:
        self.found: dict[str, list[Any]] = {}

    def prepare(self, texts: Collection[str]) -> None:
        """Look up the texts that are not known yet."""

    def add(self, row: Any, names: Iterable[str]) -> None:
        """Make a row known that the same file brings."""
        for name in names:
            known = self.found.setdefault(folded(name), [])
            if row not in known:
                known.append(row)

    def find(self, text: str) -> Any:
        """The row. Raises NotFound with a sentence."""
        rows = self.found.get(folded(text), ())
        if len(rows) == 1:
            return rows[0]
        raise NotFound(self.several(text) if rows else self.none(text))

    def none(self, text: str) -> str:
        return _("Nothing in the portal is called that. Write its name, number or code as it stands there.")

    def several(self, text: str) -> str:
        return _("Several in the portal are called that. Write the number or code instead.")


class Listed(Finder):
    """For tables that are small enough to be read whole: regions, codes, categories.

    `names(row)` gives all that a row may be called; empty ones count for nothing.
    """

    def __init__(self, rows: "Callable[[], QuerySet[Any]]", names: Names) -> None:
        super().__init__()
        self.rows, self.names = rows, names
        self._is_read = False

    def prepare(self, texts: Collection[str]) -> None:
        if self._is_read or not texts:
            return
        self._is_read = True
        for row in self.rows():
            self.add(row, filter(None, self.names(row)))

    def none(self, text: str) -> str:
        """With the names that come nearest: misspelt, or longer than what was written."""
        wanted = folded(text)
        near = get_close_matches(wanted, self.found, n=3, cutoff=0.75)
        if not near and len(wanted) >= FEWEST_LETTERS:
            near = sorted((name for name in self.found if wanted in name), key=len)[:3]
        if not near:
            return super().none(text)
        names = {name for key in near for name in self.names(self.found[key][0]) if folded(name) == key}
        return _("Nothing in the portal is called that. Did you mean %(names)s?") % {
            "names": get_text_list(sorted(names), _("or"))
        }


class LookedUp(Finder):
    """For large tables: each lookup in turn is asked for the texts that those before it have not found."""

    def __init__(self, *lookups: Lookup) -> None:
        super().__init__()
        self.lookups = lookups
        self._asked: set[str] = set()

    def prepare(self, texts: Collection[str]) -> None:
        left = {text for text in texts if folded(text) not in self._asked}
        self._asked.update(map(folded, left))
        for lookup in self.lookups:
            if not left:
                return
            for text, row in lookup(left):
                self.add(row, [text])
            left = {text for text in left if folded(text) not in self.found}
