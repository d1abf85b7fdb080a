"""The map of Sweden: each region's county as a shape, filled by a step of a scale."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data" / "counties_map.json"
# The licence (CC BY 4.0) asks for it wherever the map is shown.
CREDIT = "Victor Cazanave, @svg-maps/sweden, MapSVG, CC BY 4.0"
STEPS = 5
# What a PDF draws: there no style sheet gives colours to drawings.
FILLS = ("#e3efe8", "#b5d5c5", "#6fae92", "#2f7c60", "#0f4031")


@dataclass(frozen=True)
class Shade:
    """How a county is drawn. `step`: 1 (palest) to 5; `text`: what it stands for; `marked`: with an edge of its own."""

    step: int
    text: str
    marked: bool = False


@cache
def _drawing() -> dict[str, Any]:
    drawing: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return drawing


def drawn_map(shades: Mapping[str, Shade], steps: Sequence[str]) -> dict[str, Any]:
    """What templates/regions/_map.html draws: the counties by code; those without a shade stay blank.

    `steps`: what the steps of the scale mean, the palest first. Marked counties come last, so that no neighbour covers
    their edge.
    """
    drawing = _drawing()
    counties = [
        {"path": county["path"], "shade": shade, "fill": FILLS[shade.step - 1] if shade else "#ffffff"}
        for county in drawing["counties"]
        for shade in [shades.get(county["code"])]
    ]
    return {
        "width": drawing["width"],
        "height": drawing["height"],
        "counties": sorted(counties, key=lambda county: bool(county["shade"] and county["shade"].marked)),
        "has_marked": any(shade.marked for shade in shades.values()),
        "steps": [(number, FILLS[number - 1], text) for number, text in enumerate(steps, start=1)],
        "credit": CREDIT,
    }
