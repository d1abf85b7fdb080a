"""Names that a public text must not hold: found however they are written, and shown where they stand."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from followups.enums.summaries import Hidden

# A name of so many letters is found inside longer words too: "Smedjan" in "Smedjans" and "Smedjanverken".
LONG_ENOUGH = 6
EXCERPT = 40
# What stands after a company's name in one place and not in another.
LEGAL_FORMS = frozenset(
    {
        "ab",
        "aktiebolag",
        "publ",
        "as",
        "asa",
        "aps",
        "oy",
        "oyj",
        "gmbh",
        "ag",
        "ltd",
        "limited",
        "llc",
        "inc",
        "co",
        "corp",
        "pvt",
        "bv",
        "sa",
        "srl",
        "kg",
        "hb",
    }
)

# Small words within a name.
PARTICLES = frozenset({"af", "al", "bin", "da", "de", "del", "den", "der", "di", "du", "el", "la", "le", "van", "von"})


@dataclass(frozen=True)
class HiddenName:
    name: str
    kind: Hidden


@dataclass(frozen=True)
class Found:
    """A hidden name in a text: the span of its letters."""

    hidden: HiddenName
    start: int
    end: int


@dataclass(frozen=True)
class Piece:
    """A part of a text; `hidden` where it is a name that has to go."""

    text: str
    hidden: HiddenName | None = None


def found_in(text: str, names: Iterable[HiddenName], *, allowed: Sequence[str] = ()) -> list[Found]:
    """Where the names stand, in order, none within another.

    Case, accents, marks, hyphens, line breaks and what cannot be seen make no difference, nor does a company's legal
    form. `allowed`: names that may stand, such as the supplier's own; what lies within one of them isn't found.
    """
    folded, places = _folded(text)
    free = [match.span() for name in allowed if (each := _pattern(name, own=True)) for match in each.finditer(folded)]
    hits = []
    for hidden in names:
        pattern = _pattern(hidden.name)
        for match in pattern.finditer(folded) if pattern else ():
            if not any(start <= match.start() and match.end() <= end for start, end in free):
                hits.append(Found(hidden, places[match.start()], places[match.end() - 1] + 1))
    hits.sort(key=lambda hit: (hit.start, -hit.end))
    kept: list[Found] = []
    for hit in hits:
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return kept


def pieces_of(text: str, found: Iterable[Found]) -> list[Piece]:
    """The whole text in parts, the names apart."""
    pieces, at = [], 0
    for hit in found:
        if hit.start > at:
            pieces.append(Piece(text[at : hit.start]))
        pieces.append(Piece(text[hit.start : hit.end], hit.hidden))
        at = hit.end
    if at < len(text):
        pieces.append(Piece(text[at:]))
    return pieces


def masked(text: str, names: Iterable[HiddenName], *, allowed: Sequence[str] = ()) -> str:
    """The text with what kind of name it was in the place of each, in the language in use."""
    return "".join(
        f"[{piece.hidden.kind.label}]" if piece.hidden else piece.text
        for piece in pieces_of(text, found_in(text, names, allowed=allowed))
    )


def excerpt(text: str, found: Found) -> tuple[str, str, str]:
    """A few words before the name, the name, and a few after it, on one line."""
    before, after = text[max(0, found.start - EXCERPT) : found.start], text[found.end : found.end + EXCERPT]
    told = (before, text[found.start : found.end], after)
    left, name, right = (re.sub(r"\s+", " ", part) for part in told)
    return (
        (f"…{left}" if found.start > EXCERPT else left),
        name,
        (f"{right}…" if found.end + EXCERPT < len(text) else right),
    )


def people_in(line: str) -> list[str]:
    """What looks like people's names in a line that may also hold their roles: words with a capital that follow each
    other, all of them and each pair, since a title before a name looks alike; and e-mail addresses.

    Words in small letters alone, such as "head of purchasing", are a role.
    """
    found = re.findall(r"[^\s,;:<>()]+@[^\s,;:<>()]+", line)
    run: list[str] = []
    for word in (*re.findall(r"[\w'’.\-]+|[^\w\s]", line), ","):
        if word[0].isupper() or (run and word in PARTICLES):
            run.append(word)
            continue
        names = [at for at, each in enumerate(run) if each not in PARTICLES]
        spans = {(first, second + 1) for first, second in pairwise(names)}
        if spans:
            spans.add((names[0], names[-1] + 1))
        found += [" ".join(run[first:last]) for first, last in sorted(spans)]
        run = []
    return found


def _pattern(name: str, *, own: bool = False) -> re.Pattern[str] | None:
    """None for a name without a letter. `own`: the whole name or without its legal form."""
    words = re.findall(r"\w+", _folded(name)[0])
    core = [word for word in words if word not in LEGAL_FORMS] or words
    if not core or sum(map(len, core)) < 2:
        return None
    joined = r"[\W_]*".join(map(re.escape, core)) if len(core) > 1 else re.escape(core[0])
    if own and words != core:
        joined = rf"(?:{'[^a-z0-9]*'.join(map(re.escape, words))}|{joined})"
    is_long = sum(map(len, core)) >= LONG_ENOUGH
    return re.compile(rf"(?<!\w){joined}" if is_long else rf"(?<!\w){joined}s?(?!\w)")


def _folded(text: str) -> tuple[str, list[int]]:
    """Small letters without marks, nothing unseen between them; and where in the text each of them stood."""
    letters, places = [], []
    for place, sign in enumerate(text):
        for letter in unicodedata.normalize("NFKD", sign.casefold()):
            if unicodedata.category(letter) in {"Mn", "Cf"}:
                continue
            letters.append({"ø": "o", "æ": "a", "ł": "l", "ß": "s"}.get(letter, letter))
            places.append(place)
    return "".join(letters), places
