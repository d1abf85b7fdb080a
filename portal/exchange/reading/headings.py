"""Where the headings stand: below titles and blank rows, and perhaps in two rows with merged cells."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from portal.exchange.reading.cells import Cell, letter_of
from portal.exchange.reading.limits import HEADING_ROWS
from portal.exchange.reading.unreadable import Unreadable

# (number of the row, its cells); blank rows are left out.
NumberedRow = tuple[int, Sequence[Cell]]


@dataclass(frozen=True)
class Heading:
    """The headings by place, and how many of the rows looked at they end."""

    texts: tuple[str, ...]
    rows: int
    matches: int


def heading_key(text: object) -> str:
    """A heading as it is compared, by its letters and figures alone: "Org. nr *" is "orgnr"."""
    return re.sub(r"[\W_]+", "", str(text)).casefold()


def find_heading(head: Sequence[NumberedRow], expected: Collection[str]) -> Heading:
    """The row, or two rows, with most of the expected headings; the first of several. Nothing expected: the first row.

    In two rows, a heading is what stands lowest: the upper row may hold headings merged downwards, and names of groups.
    Raises Unreadable where no row has any.
    """
    keys = {heading_key(text) for text in expected}
    found = [_heading([row], place + 1, keys) for place, (_number, row) in enumerate(head)]
    if not keys and found:
        return found[0]
    for place, ((upper_number, upper), (number, lower)) in enumerate(pairwise(head)):
        if number == upper_number + 1:
            found.append(_heading([upper, lower], place + 2, keys))
    # max() keeps the first of equals, and single rows stand before pairs.
    best = max(found, key=lambda heading: heading.matches, default=None)
    if best is None or not best.matches:
        raise Unreadable("no_headings", limit=HEADING_ROWS)
    return best


def check_heading(heading: Heading, expected: Collection[str]) -> None:
    """Raises Unreadable where a heading stands twice, unless nobody asks for it."""
    keys = {heading_key(text) for text in expected}
    first: dict[str, int] = {}
    for place, text in enumerate(heading.texts):
        key = heading_key(text)
        if not key or (keys and key not in keys):
            continue
        if key in first:
            raise Unreadable("twice", heading=text, first=letter_of(first[key]), second=letter_of(place))
        first[key] = place


def _heading(rows: Sequence[Sequence[Cell]], taken: int, keys: set[str]) -> Heading:
    texts = [""] * max(map(len, rows))
    for row in rows:
        for place, cell in enumerate(row):
            if cell is not None:
                texts[place] = " ".join(str(cell).split())
    return Heading(tuple(texts), taken, len({heading_key(text) for text in texts if text} & keys))
