"""Risk as pages show it: the heat map, the words of a level, two assessments side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from codeofconduct.enums import Area, RiskLevel, Stage
from codeofconduct.models import PurchaseCategory, RiskAssessment
from codeofconduct.queries.risk import profiles_of
from codeofconduct.scores import CELLS, KNOWN_LEVELS, Profile, direction

# Where twelve columns stand beside each other: with the whole word for those who hear it, and in the legend.
SHORT_LEVELS = {
    RiskLevel.LOW: _("low"),
    RiskLevel.MEDIUM: _("medium"),
    RiskLevel.MEDIUM_HIGH: _("med. high"),
    RiskLevel.HIGH: _("high"),
    RiskLevel.INSUFFICIENT: _("insuff."),
}
SHORT_STAGES = {
    Stage.RAW_MATERIAL: _("raw"),
    Stage.PROCESSING: _("proc."),
    Stage.FINAL_MANUFACTURE: _("final m."),
}
LEGEND = tuple((level, SHORT_LEVELS[level]) for level in (*KNOWN_LEVELS, RiskLevel.INSUFFICIENT))


@dataclass(frozen=True)
class Shown:
    """A cell of the heat map."""

    area: Area
    stage: Stage
    level: RiskLevel

    @property
    def short(self) -> Any:
        return SHORT_LEVELS[self.level]

    @property
    def short_stage(self) -> Any:
        return SHORT_STAGES[self.stage]


@dataclass(frozen=True)
class MapRow:
    """A category of the heat map; without an assessment no cells."""

    category: PurchaseCategory
    profile: Profile | None
    cells: list[Shown]


def map_rows(categories: Iterable[Any], areas: Iterable[Area]) -> list[MapRow]:
    """Rows of the categories, which know their `latest_assessment`; one query for all."""
    categories, areas = list(categories), list(areas)
    profiles = profiles_of(category.latest_assessment for category in categories)
    rows = []
    for category in categories:
        profile = profiles.get(category.latest_assessment)
        cells = [Shown(area, stage, profile.level(area, stage)) for area in areas for stage in Stage] if profile else []
        rows.append(MapRow(category, profile, cells))
    return rows


@dataclass(frozen=True)
class Changed:
    """A cell in an earlier and a later assessment, each level with its reason."""

    area: Area
    stage: Stage
    before: RiskLevel
    after: RiskLevel
    reason_before: str
    reason_after: str

    @property
    def arrow(self) -> str:
        return direction(self.before, self.after)[0]

    @property
    def word(self) -> Any:
        return direction(self.before, self.after)[1]

    @property
    def differs(self) -> bool:
        return self.before != self.after


def changed_between(earlier: RiskAssessment, later: RiskAssessment) -> list[Changed]:
    """Every cell of the two assessments, in the order of the areas and stages. Two queries."""
    before, after = _judged(earlier), _judged(later)
    unknown = (RiskLevel.INSUFFICIENT, "")
    rows = []
    for area, stage in CELLS:
        (level_before, reason_before), (level_after, reason_after) = (
            judged.get((area.value, stage.value), unknown) for judged in (before, after)
        )
        rows.append(Changed(area, stage, level_before, level_after, reason_before, reason_after))
    return rows


def _judged(assessment: RiskAssessment) -> dict[tuple[str, str], tuple[RiskLevel, str]]:
    """Level and reason of each cell."""
    cells = assessment.cells.values_list("area", "stage", "level", "reason")
    return {(area, stage): (RiskLevel(level), reason) for area, stage, level, reason in cells}
