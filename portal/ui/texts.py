"""Texts beside each other."""

import re
from difflib import SequenceMatcher

# Above this many words per side the comparison is shown without marks: the matcher's time grows with the square.
MAXIMUM_WORDS = 1500

Marked = list[tuple[str, bool]]


def marked_differences(mine: str, theirs: str) -> tuple[Marked, Marked]:
    """Both texts in pieces of (text, differs from the other), word by word."""
    left, right = re.findall(r"\S+\s*|\s+", mine), re.findall(r"\S+\s*|\s+", theirs)
    if max(len(left), len(right)) > MAXIMUM_WORDS:
        return _whole(mine), _whole(theirs)
    ours: Marked = []
    others: Marked = []
    for kind, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if b > a:
            ours.append(("".join(left[a:b]), kind != "equal"))
        if d > c:
            others.append(("".join(right[c:d]), kind != "equal"))
    return ours, others


def _whole(text: str) -> Marked:
    return [(text, False)] if text else []
