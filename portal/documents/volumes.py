"""Long documents as numbered volumes: each is a whole document of its own, for tagged PDFs must never be merged.

A page costs time and memory, so a volume is rendered, kept as bytes and forgotten before the next begins.
"""

import gc
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

import pikepdf

from portal.documents import DocumentFault

# The most that a volume may have, and what is planned for: an estimate that is a third too low still fits.
MOST_PAGES = 60
AIMED_PAGES = 45

Row = TypeVar("Row")


@dataclass(frozen=True)
class Volume(Generic[Row]):
    """The rows of one volume. `number` of `total`, from 1."""

    number: int
    total: int
    rows: Sequence[Row]

    @property
    def is_alone(self) -> bool:
        """The document is short enough to be one: nothing need be said of volumes."""
        return self.total == 1


def render_volumes(
    rows: Sequence[Row],
    *,
    pages: Callable[[Row], float],
    render: Callable[[Volume[Row], Callable[[], None]], bytes],
    progress: Callable[[int, int], None],
) -> Iterator[tuple[Volume[Row], bytes]]:
    """Each volume with its PDF, none of more than `MOST_PAGES`; without rows one volume.

    `pages(row)`: about how many pages the row takes. `render(volume, heartbeat)`: for `render_pdf`, so that long work is
    seen to go on. `progress(done, total)` tells volumes: before each, every few seconds meanwhile, and after the last.
    Where a volume turns out too long, the plan is made anew with smaller ones, before anything is yielded.
    Raises DocumentFault for a row that fills more than a volume.
    """
    aim = float(AIMED_PAGES)
    while (made := _rendered(planned(rows, pages, aim), render, progress)) is None:
        aim /= 2
        if aim < 1:
            raise DocumentFault(f"A row takes more than {MOST_PAGES} pages.")
    yield from made


def planned(rows: Sequence[Row], pages: Callable[[Row], float], aim: float) -> list[Volume[Row]]:
    """The rows in their order, in volumes of about `aim` pages and about the same length."""
    weights = [pages(row) for row in rows]
    wanted = max(1, -(-sum(weights) // aim))
    share, parts, taken = sum(weights) / wanted, [[]], 0.0  # type: ignore[var-annotated]
    for row, weight in zip(rows, weights, strict=True):
        if parts[-1] and taken + weight / 2 > share * len(parts):
            parts.append([])
        parts[-1].append(row)
        taken += weight
    return [Volume(number, len(parts), part) for number, part in enumerate(parts, start=1)]


def _rendered(
    volumes: list[Volume[Row]],
    render: Callable[[Volume[Row], Callable[[], None]], bytes],
    progress: Callable[[int, int], None],
) -> list[tuple[Volume[Row], bytes]] | None:
    """None as soon as one has too many pages."""
    made = []
    for volume in volumes:
        heartbeat = partial(progress, volume.number - 1, volume.total)
        heartbeat()
        pdf = render(volume, heartbeat)
        # Boxes, lines and their styles refer to each other in circles.
        gc.collect()
        if page_count(pdf) > MOST_PAGES:
            return None
        made.append((volume, pdf))
    progress(len(volumes), len(volumes))
    return made


def page_count(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)
