"""The inherent score of a risk, with the formula it comes from, and how the levels of an assessment sum up.

The score is country + sector + product, each 0–4 points; what isn't known counts as 3, so that missing knowledge raises
it; the sum is capped at 10. The weights are the portal's own proposal: an explainable figure beside the level that
people judge, never instead of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codeofconduct.enums import Area, RiskLevel, Stage

MOST_POINTS = 4
UNKNOWN_POINTS = 3
CAP = 10

# From the least to the most serious; insufficient information stands outside: it is no level between two others.
KNOWN_LEVELS = (RiskLevel.LOW, RiskLevel.MEDIUM, RiskLevel.MEDIUM_HIGH, RiskLevel.HIGH)
# What comes first where the worst does: what isn't known may be worse than what is known to be medium.
WORST_FIRST = (RiskLevel.HIGH, RiskLevel.MEDIUM_HIGH, RiskLevel.INSUFFICIENT, RiskLevel.MEDIUM, RiskLevel.LOW)
CELLS = tuple((area, stage) for area in Area for stage in Stage)


class Scored(Protocol):
    """What a score is computed of: 0–4 points each, None where it isn't known."""

    country_points: int | None
    sector_points: int | None
    product_points: int | None


@dataclass(frozen=True)
class Part:
    """One of the three kinds of points."""

    label: Any
    points: int | None

    @property
    def counted(self) -> int:
        return UNKNOWN_POINTS if self.points is None else self.points

    @property
    def told(self) -> str:
        """ "4", or "unknown (counts as 3)"."""
        if self.points is None:
            return _("unknown (counts as %(points)d)") % {"points": UNKNOWN_POINTS}
        return str(self.points)


@dataclass(frozen=True)
class Score:
    """The points of the parts and what they come to."""

    parts: tuple[Part, ...]
    cap: int = CAP

    @property
    def sum(self) -> int:
        return sum(part.counted for part in self.parts)

    @property
    def total(self) -> int:
        return min(self.sum, self.cap)

    @property
    def formula(self) -> str:
        """ "4 + unknown (counts as 3) + 2 = 9 of at most 10"."""
        told = {"terms": " + ".join(part.told for part in self.parts), "sum": self.sum, "cap": self.cap}
        if self.sum > self.cap:
            return _("%(terms)s = %(sum)d, which counts as %(cap)d of at most %(cap)d") % told
        return _("%(terms)s = %(sum)d of at most %(cap)d") % told


def inherent_score(cell: Scored) -> Score:
    """The score of a cell's points."""
    return Score(
        (
            Part(gettext_lazy("country"), cell.country_points),
            Part(gettext_lazy("sector"), cell.sector_points),
            Part(gettext_lazy("product"), cell.product_points),
        )
    )


Levels = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class Profile:
    """The levels of an assessment by (area, stage). A cell that is missing is insufficient information."""

    levels: Levels

    def level(self, area: str, stage: str) -> RiskLevel:
        return RiskLevel(self.levels.get((area, stage), RiskLevel.INSUFFICIENT))

    @property
    def worst(self) -> RiskLevel:
        """The highest level that is known, or insufficient information where none is."""
        return worst_of(self.level(area, stage) for area, stage in CELLS)

    @property
    def unknown(self) -> int:
        """In how many cells the information is insufficient."""
        return sum(self.level(area, stage) == RiskLevel.INSUFFICIENT for area, stage in CELLS)


def worst_of(levels: Iterable[RiskLevel]) -> RiskLevel:
    """The highest known of the levels; insufficient information only where nothing is known."""
    known = [KNOWN_LEVELS.index(level) for level in levels if level in KNOWN_LEVELS]
    return KNOWN_LEVELS[max(known)] if known else RiskLevel.INSUFFICIENT


class Direction:
    """How a level changed from one assessment to the next: an arrow and a word, for those who see no arrow."""

    SAME = ("=", gettext_lazy("unchanged"))
    RAISED = ("↑", gettext_lazy("raised"))
    LOWERED = ("↓", gettext_lazy("lowered"))
    KNOWN = ("+", gettext_lazy("now known"))
    LOST = ("?", gettext_lazy("no longer known"))


def direction(before: RiskLevel, after: RiskLevel) -> tuple[str, Any]:
    """(arrow, word) of the change."""
    if before == after:
        return Direction.SAME
    if before == RiskLevel.INSUFFICIENT:
        return Direction.KNOWN
    if after == RiskLevel.INSUFFICIENT:
        return Direction.LOST
    return Direction.RAISED if KNOWN_LEVELS.index(after) > KNOWN_LEVELS.index(before) else Direction.LOWERED
