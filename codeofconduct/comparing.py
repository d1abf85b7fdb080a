"""Two versions of a document beside each other, part by part, the words that differ marked. Pure: texts in, texts out.

Each kind of document says what its parts are (`presentation.documents.chapters_of`); what a part is called decides which two
belong together, then how alike they are.
"""

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, TypeVar

from portal.ui.texts import Marked, marked_differences

Key = TypeVar("Key", bound=Hashable)

# From here on two parts with different names and the same number are taken for the same one, reworded.
ALIKE = 0.5
# So many words of each decide how alike they are: the matcher's time grows with the square.
JUDGED_WORDS = 300


@dataclass(frozen=True)
class Part:
    """A section, requirement or parameter. `key` is what it is called in every version, `texts` by their labels.

    `languages`: of the texts that are not in the language asked for, since they lack it; "" is the title's label.
    """

    key: str
    number: int
    title: str
    texts: dict[str, str] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> list[str]:
        """Without numbers: that two are both the sixth does not make them alike."""
        return re.findall(r"[^\W\d_]+", " ".join([self.title, *self.texts.values()]).casefold())[:JUDGED_WORDS]


@dataclass(frozen=True)
class Chapter:
    """Parts of one sort, under a heading."""

    heading: Any
    parts: list[Part]


@dataclass(frozen=True)
class Row:
    """One text in both versions: pieces of (text, differs), and its language where it isn't the one asked for."""

    label: str
    old: Marked
    new: Marked
    old_language: str = ""
    new_language: str = ""


@dataclass(frozen=True)
class Pair:
    """A part in both versions, or in one of them."""

    old: Part | None
    new: Part | None
    rows: list[Row]
    has_moved: bool = False

    @property
    def state(self) -> str:
        """ "added", "removed", "changed", "moved" or "same"."""
        if self.old is None or self.new is None:
            return "added" if self.new else "removed"
        if any(differs for row in self.rows for _text, differs in [*row.old, *row.new]):
            return "changed"
        return "moved" if self.has_moved else "same"

    @property
    def has_text(self) -> bool:
        """Whether there is more to it than its title."""
        return any(row.label for row in self.rows)


@dataclass(frozen=True)
class ComparedChapter:
    heading: Any
    pairs: list[Pair]

    @property
    def differs(self) -> bool:
        return any(pair.state != "same" for pair in self.pairs)

    @property
    def lacks_language(self) -> bool:
        """Whether a text is shown in the other language, since it lacks the one asked for."""
        return any(row.old_language or row.new_language for pair in self.pairs for row in pair.rows)


def compared(old: Sequence[Chapter], new: Sequence[Chapter]) -> list[ComparedChapter]:
    """Chapter by chapter, in the order that both are given in: the same chapters, empty ones included.

    A part that only makes room for another one has not moved.
    """
    return [
        ComparedChapter(after.heading, _pairs(matched(before.parts, after.parts)))
        for before, after in zip(old, new, strict=True)
        if before.parts or after.parts
    ]


def _pairs(both: Sequence[tuple[Part | None, Part | None]]) -> list[Pair]:
    places = [before.number for before, after in both if before and after]
    stayed = longest_order(sorted(places), places)
    return [
        _pair(before, after, has_moved=before is not None and after is not None and before.number not in stayed)
        for before, after in both
    ]


def longest_order(old: Sequence[Key], new: Sequence[Key]) -> set[Key]:
    """The most keys that stand in the same order in both; each has the same keys, once."""
    place = {key: number for number, key in enumerate(old)}
    best: list[list[Key]] = []
    for key in new:
        before = [chain for chain in best if place[chain[-1]] < place[key]]
        longest: list[Key] = max([*before, []], key=len)
        best.append([*longest, key])
    found: list[Key] = max([*best, []], key=len)
    return set(found)


def matched(old: Sequence[Part], new: Sequence[Part]) -> list[tuple[Part | None, Part | None]]:
    """Which parts belong together, in the order of the new version; what was taken out stands where it stood.

    First those of the same name, then those of the same number that are alike.
    """
    partner: dict[int, Part] = {}
    left = list(old)
    for same in (_same_name, _alike):
        for index, part in enumerate(new):
            if index not in partner and (found := next((other for other in left if same(other, part)), None)):
                partner[index] = found
                left.remove(found)
    both: list[tuple[Part | None, Part | None]] = [(partner.get(index), part) for index, part in enumerate(new)]
    for gone in left:
        place = next((i for i, (was, _new) in enumerate(both) if was and was.number > gone.number), len(both))
        both.insert(place, (gone, None))
    return both


def _same_name(old: Part, new: Part) -> bool:
    return bool(new.key) and old.key == new.key


def _alike(old: Part, new: Part) -> bool:
    return old.number == new.number and SequenceMatcher(None, old.words, new.words, autojunk=False).ratio() >= ALIKE


def _pair(old: Part | None, new: Part | None, *, has_moved: bool) -> Pair:
    before, after = ({"": part.title, **part.texts} if part else {} for part in (old, new))
    labels = [*after, *(label for label in before if label not in after)]
    rows = [
        Row(
            label,
            *marked_lines(before.get(label, ""), after.get(label, "")),
            *(part.languages.get(label, "") if part else "" for part in (old, new)),
        )
        for label in labels
    ]
    return Pair(old, new, [row for row in rows if row.old or row.new], has_moved)


def marked_lines(old: str, new: str) -> tuple[Marked, Marked]:
    """As `marked_differences`, for long texts: lines are matched first, and words only within those that differ."""
    if not old or not new:
        return _all(old), _all(new)
    left, right = old.splitlines(keepends=True), new.splitlines(keepends=True)
    ours: Marked = []
    others: Marked = []
    for kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        before, after = "".join(left[a:b]), "".join(right[c:d])
        if kind == "equal":
            ours.append((before, False))
            others.append((after, False))
        elif kind == "replace":
            mine, theirs = marked_differences(before, after)
            # Too long to be compared word by word: then all of it differs.
            is_marked = any(differs for _text, differs in [*mine, *theirs])
            ours += mine if is_marked else _all(before)
            others += theirs if is_marked else _all(after)
        else:
            ours += _all(before)
            others += _all(after)
    return _joined(ours), _joined(others)


def _all(text: str) -> Marked:
    return [(text, True)] if text else []


def _joined(pieces: Iterable[tuple[str, bool]]) -> Marked:
    """Neighbours that are marked alike as one piece: the fewer marks, the fewer are read out."""
    joined: Marked = []
    for text, differs in pieces:
        if joined and joined[-1][1] == differs:
            joined[-1] = (joined[-1][0] + text, differs)
        elif text:
            joined.append((text, differs))
    return joined
