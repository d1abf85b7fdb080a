"""From what was typed to what is looked for.

Words must all be found; "words in quotation marks" stand together; -word must not be found; the last word may be the
beginning of one. Words that tell nothing (och, för, and what the rooms call idle) are left out, unless there are no others.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from django.db import connection

from portal.search import synonyms
from portal.search.folding import fold

MOST_WORDS = 10
# A stem that is shorter stands in too many other words: "bilar" must not find every "automobil".
SHORTEST_PART = 4

_TYPED = re.compile(r'(?P<minus>(?<!\S)-(?=[^\s-]))?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')


@dataclass(frozen=True)
class Term:
    """A word, or words that stand together, and other texts that would do as well."""

    word: str
    stem: str = ""
    is_phrase: bool = False
    is_beginning: bool = False
    instead: tuple[tuple["Term", ...], ...] = ()

    @property
    def part(self) -> str:
        """What of it is looked for inside longer words."""
        return self.stem if len(self.stem) >= SHORTEST_PART and not self.is_phrase else self.word


@dataclass(frozen=True)
class Terms:
    """What is looked for. `text`: what was typed, without quotation marks and what is excluded."""

    text: str = ""
    wanted: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.wanted)

    @property
    def meant(self) -> list[str]:
        """The texts that are looked for besides those that were typed."""
        return [" ".join(term.word for term in other) for wanted in self.wanted for other in wanted.instead]


def words_of(text: str) -> list[str]:
    """The words that were typed, in small letters, without what stands around them."""
    return [word for match in _TYPED.finditer(_normal(text)) if (word := _bare(match["phrase"] or match["word"] or ""))]


def terms_of(text: str) -> Terms:
    """Read what was typed: a short query for each word not seen before. Words past `MOST_WORDS` are not read."""
    matches = [match for match in _TYPED.finditer(_normal(text)) if _bare(match["phrase"] or match["word"] or "")]
    matches = matches[:MOST_WORDS]
    stems = _stems_of([_bare(match["word"] or "") for match in matches])
    wanted: list[Term] = []
    excluded: list[Term] = []
    for match in matches:
        word = _bare(match["phrase"] or match["word"] or "")
        term = Term(word, stems.get(word, ""), is_phrase=bool(match["phrase"]))
        (excluded if match["minus"] else wanted).append(term)
    typed = " ".join(term.word for term in wanted)
    telling = [term for term in wanted if term.is_phrase or (term.stem and not synonyms.is_idle(term.word))] or wanted
    if telling and not telling[-1].is_phrase and telling[-1] is wanted[-1]:
        telling[-1] = replace(telling[-1], is_beginning=True)
    return Terms(typed, tuple(_with_synonyms(telling)), tuple(excluded))


def _with_synonyms(terms: Sequence[Term]) -> list[Term]:
    """The terms, those that a synonym is registered for with what it stands for."""
    left, done = list(terms), []
    while left:
        for typed, meant in synonyms.registered():
            here = left[: len(typed)]
            if len(here) == len(typed) and all(is_same(term, word) for term, word in zip(here, typed, strict=True)):
                instead = tuple(tuple(_plain(text)) for text in meant)
                word = " ".join(term.word for term in here)
                joined = here[0] if len(here) == 1 else Term(word, is_phrase=True)
                done.append(replace(joined, instead=instead))
                left = left[len(typed) :]
                break
        else:
            done.append(left.pop(0))
    return done


def is_same(term: Term, word: str) -> bool:
    """Whether the term is this word in any of its forms, with or without marks on its letters."""
    return fold(term.stem or term.word) in {fold(word), fold(_stems_of([word])[word] or word)}


def _plain(text: str) -> list[Term]:
    words = [word.lower() for word in text.split()]
    stems = _stems_of(words)
    return [Term(word, stems[word]) for word in words]


def _stems_of(words: Sequence[str]) -> dict[str, str]:
    """The stem of each word; "" for one that says nothing by itself."""
    return {word: _stem(word) for word in words if word}


@lru_cache(maxsize=10_000)
def _stem(word: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ts_lexize('pg_catalog.swedish_stem', %s)", [word])
        stems = cursor.fetchone()[0]
    return stems[0] if stems else ""


def _normal(text: str) -> str:
    text = unicodedata.normalize("NFC", text).lower()
    return re.sub("[“”„»«]", '"', text)


def _bare(text: str) -> str:
    """Without signs around it; nothing is left of what has neither letter nor digit."""
    return re.sub(r"^[\W_]+|[\W_]+$", "", re.sub(r"\s+", " ", text))
