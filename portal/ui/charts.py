"""Geometry of the charts that the server draws, in units of the drawing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

WIDTH = 340
_ROW, _TEXT, _BAR = 38, 15, 22


@dataclass(frozen=True)
class Bar:
    """One row of a bar chart. `value` sets its length, `figure` is how it reads; `marked` is the one to look at."""

    label: Any
    value: int
    figure: str
    marked: bool = False


def drawn_bars(bars: Iterable[Bar], full: int = 0) -> dict[str, Any]:
    """Width, height and rows for components/bar_chart.html. The longest fills the width; below zero is none.

    `full`: what fills the width if no bar is longer, so that two charts can have one scale.
    """
    bars = list(bars)
    longest = max((bar.value for bar in bars), default=0)
    longest = max(longest, full)
    rows = [
        {
            "label": bar.label,
            "figure": bar.figure,
            "marked": bar.marked,
            "text_y": number * _ROW + _TEXT,
            "bar_y": number * _ROW + _BAR,
            "length": max(0, WIDTH * bar.value // longest) if longest > 0 else 0,
        }
        for number, bar in enumerate(bars)
    ]
    return {"width": WIDTH, "height": max(1, len(bars)) * _ROW, "rows": rows}
