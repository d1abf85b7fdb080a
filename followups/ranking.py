"""How candidates are ranked: points by a formula that stands on the page, each candidate's points explained.

The weights are the portal's own proposal, 100 points in all: an explainable order to begin with, never instead of the
choice, which people make with a reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from codeofconduct.enums import RiskLevel
from portal.ui.templatetags.formats import day, integer, kronor

# What isn't known may be as bad as what is known to be medium high, so missing knowledge doesn't hide a category.
RISK_POINTS = {
    RiskLevel.HIGH: 30,
    RiskLevel.MEDIUM_HIGH: 20,
    RiskLevel.INSUFFICIENT: 20,
    RiskLevel.MEDIUM: 10,
    RiskLevel.LOW: 0,
}
POINTS_A_REGION, MOST_FOR_REGIONS = 4, 20
MILLION = 100_000_000  # öre
# From so many öre a year on, so many points.
VALUE_POINTS = ((100 * MILLION, 20), (30 * MILLION, 15), (10 * MILLION, 10), (1 * MILLION, 5))
NEVER_POINTS = 20
# After more than so many months, so many points.
MONTHS_POINTS = ((36, 15), (24, 10), (12, 5))
SEVERE_POINTS = 10
SEVERE_MONTHS = 60
MOST_POINTS = 100


@dataclass(frozen=True)
class Facts:
    """What the points of a candidate rest on, as of the day it was drawn up. Öre a year; `unvalued`: contracts that state none.

    `last_on`: the latest follow-up of the supplier, None where there was none; `is_under_way`: one has not ended.
    `severe`: severe deviations of the last five years.
    """

    risk: str = RiskLevel.INSUFFICIENT
    regions: int = 0
    contracts: int = 0
    value_ore: int = 0
    unvalued: int = 0
    last_on: date | None = None
    is_under_way: bool = False
    severe: int = 0
    as_of: date | None = None

    def stored(self) -> dict[str, Any]:
        """As a JSON field keeps it."""
        return {
            name: value.isoformat()
            if isinstance(value, date)
            else str(value)
            if isinstance(value, RiskLevel)
            else value
            for name, value in vars(self).items()
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Facts":
        """What `stored` gave; nothing gives what isn't known."""
        days = {name: date.fromisoformat(stored[name]) for name in ("last_on", "as_of") if stored.get(name)}
        return cls(**{**stored, **days})


@dataclass(frozen=True)
class Part:
    """One term of the sum: what it is about, what is known, and the points that gives, of at most `most`."""

    label: Any
    known: str
    points: int
    most: int


def parts_of(facts: Facts) -> list[Part]:
    """The terms of a candidate's points, explained in the language in use."""
    return [
        Part(gettext_lazy("Risk of the category"), _risk(facts), RISK_POINTS[RiskLevel(facts.risk)], 30),
        Part(gettext_lazy("Regions with contracts"), _regions(facts), _region_points(facts.regions), MOST_FOR_REGIONS),
        Part(gettext_lazy("Yearly value"), _value(facts), _value_points(facts.value_ore), 20),
        Part(gettext_lazy("Time since the last follow-up"), _last(facts), _time_points(facts), NEVER_POINTS),
        Part(gettext_lazy("Severe deviations"), _severe(facts), SEVERE_POINTS if facts.severe else 0, SEVERE_POINTS),
    ]


def points_of(facts: Facts) -> int:
    """0–100."""
    return (
        RISK_POINTS[RiskLevel(facts.risk)]
        + _region_points(facts.regions)
        + _value_points(facts.value_ore)
        + _time_points(facts)
        + (SEVERE_POINTS if facts.severe else 0)
    )


def formula() -> list[tuple[Any, str]]:
    """The formula in words: (term, how its points are counted), from the very numbers that count."""
    levels = ", ".join(f"{level.label} {points}" for level, points in RISK_POINTS.items())
    values = ", ".join(f"{kronor(least)} {points}" for least, points in VALUE_POINTS)
    months = ", ".join(
        ngettext("more than %(months)d month %(points)d", "more than %(months)d months %(points)d", least)
        % {"months": least, "points": points}
        for least, points in MONTHS_POINTS
    )
    return [
        (gettext_lazy("Risk of the category"), levels),
        (
            gettext_lazy("Regions with contracts"),
            _("%(each)d for each region, at most %(most)d") % {"each": POINTS_A_REGION, "most": MOST_FOR_REGIONS},
        ),
        (gettext_lazy("Yearly value"), _("from %(values)s; less or not stated 0") % {"values": values}),
        (
            gettext_lazy("Time since the last follow-up"),
            _("never %(never)d, %(months)s; less, or under way 0") % {"never": NEVER_POINTS, "months": months},
        ),
        (
            gettext_lazy("Severe deviations"),
            _("%(points)d if there was one within %(years)d years")
            % {"points": SEVERE_POINTS, "years": SEVERE_MONTHS // 12},
        ),
    ]


def months_between(earlier: date, later: date) -> int:
    """Whole months from the one day to the other."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return months - 1 if later.day < earlier.day else months


def _region_points(regions: int) -> int:
    return min(regions * POINTS_A_REGION, MOST_FOR_REGIONS)


def _value_points(ore: int) -> int:
    return next((points for least, points in VALUE_POINTS if ore >= least), 0)


def _time_points(facts: Facts) -> int:
    if facts.is_under_way:
        return 0
    if facts.last_on is None or facts.as_of is None:
        return NEVER_POINTS
    months = months_between(facts.last_on, facts.as_of)
    return next((points for least, points in MONTHS_POINTS if months > least), 0)


def _risk(facts: Facts) -> str:
    return str(RiskLevel(facts.risk).label)


def _regions(facts: Facts) -> str:
    return ngettext("%(count)s region", "%(count)s regions", facts.regions) % {"count": integer(facts.regions)}


def _value(facts: Facts) -> str:
    if not facts.unvalued:
        return kronor(facts.value_ore)
    unvalued = ngettext("%(count)s contract states none", "%(count)s contracts state none", facts.unvalued) % {
        "count": integer(facts.unvalued)
    }
    return f"{kronor(facts.value_ore)} ({unvalued})"


def _last(facts: Facts) -> str:
    if facts.is_under_way:
        return _("one is under way")
    return day(facts.last_on) if facts.last_on else _("never followed up")


def _severe(facts: Facts) -> str:
    return integer(facts.severe) if facts.severe else _("none that is known")
