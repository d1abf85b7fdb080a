"""Where in a text the words stand that were searched for."""

from collections.abc import Sequence

from portal.search.folding import fold
from portal.search.terms import Terms

# Letters of a long text that tell what it is about; about two lines.
LENGTH = 180

Pieces = list[tuple[str, bool]]


def marked(text: str, terms: Terms) -> Pieces:
    """The text in pieces of (text, was searched for)."""
    spans = _spans(text, _parts(terms))
    pieces, done = [], 0
    for start, end in spans:
        pieces += [(text[done:start], False), (text[start:end], True)]
        done = end
    return [piece for piece in [*pieces, (text[done:], False)] if piece[0]]


def excerpt(text: str, terms: Terms) -> Pieces:
    """The part of a long text around the first word that was searched for, from one whole word to another."""
    text = " ".join(text.split())
    spans = _spans(text, _parts(terms))
    if len(text) <= LENGTH or not spans:
        return marked(text[:LENGTH].rsplit(" ", 1)[0] + " …" if len(text) > LENGTH else text, terms)
    start = max(0, spans[0][0] - LENGTH // 3)
    shown = text[start : start + LENGTH]
    if start + LENGTH < len(text):
        shown = shown.rsplit(" ", 1)[0] + " …"
    if start:
        shown = "… " + shown.split(" ", 1)[-1]
    return marked(shown, terms)


def _parts(terms: Terms) -> list[str]:
    others = [term for wanted in terms.wanted for other in wanted.instead for term in other]
    return [fold(text) for term in (*terms.wanted, *others) for text in {term.word, term.part}]


def _spans(text: str, parts: Sequence[str]) -> list[tuple[int, int]]:
    """Where any of the parts stand, in order, not overlapping."""
    folded, spans = fold(text), []
    for part in parts:
        at = folded.find(part)
        while at >= 0:
            spans.append((at, at + len(part)))
            at = folded.find(part, at + len(part))
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return kept
