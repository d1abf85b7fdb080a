"""Reads over risk assessments."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import ngettext

from codeofconduct.enums import Area, RiskLevel, Stage
from codeofconduct.models import PurchaseCategory, RiskAssessment, RiskCell
from codeofconduct.models.categories import CategoryQuerySet
from codeofconduct.scores import WORST_FIRST, Profile, Score, inherent_score

# One more than a category has cells, so that one cell of a level outweighs all cells of those after it.
_BASE = len(Area) * len(Stage) + 1


def with_latest_assessment(categories: CategoryQuerySet) -> CategoryQuerySet:
    """Adds `latest_assessment` (id) and `assessed_on` of the settled assessment that holds now; None without one."""
    settled = RiskAssessment.objects.settled().filter(category=OuterRef("pk")).order_by("-assessed_on", "-pk")
    return categories.annotate(
        latest_assessment=Subquery(settled.values("pk")[:1]), assessed_on=Subquery(settled.values("assessed_on")[:1])
    )


def with_weight(categories: CategoryQuerySet, areas: Iterable[Area]) -> CategoryQuerySet:
    """Adds `weight`, larger where it is worse in these areas; -1 without an assessment. Needs `latest_assessment`."""
    weights = [
        When(level=level, then=Value(_BASE**power)) for power, level in enumerate(reversed(WORST_FIRST[:-1]), start=1)
    ]
    cells = RiskCell.objects.filter(assessment=OuterRef("latest_assessment"), area__in=list(areas))
    summed = (
        cells.order_by().values("assessment").annotate(weight=Sum(Case(*weights, default=Value(0)))).values("weight")
    )
    return categories.annotate(weight=Coalesce(Subquery(summed, output_field=IntegerField()), -1))


def profiles_of(assessments: Iterable[int | None]) -> dict[int, Profile]:
    """The levels of each of the assessments (ids), in one query."""
    levels: dict[int, dict[tuple[str, str], str]] = {}
    cells = RiskCell.objects.filter(assessment__in={key for key in assessments if key is not None})
    for assessment, area, stage, level in cells.values_list("assessment", "area", "stage", "level"):
        levels.setdefault(assessment, {})[area, stage] = level
    return {assessment: Profile(found) for assessment, found in levels.items()}


@dataclass(frozen=True)
class MatrixCell:
    """A cell of the matrix with its score, if one is wanted."""

    cell: RiskCell
    score: Score | None


@dataclass(frozen=True)
class MatrixRow:
    """An area with its cells in the order of the stages."""

    area: Area
    cells: list[MatrixCell]


def matrix_of(assessment: RiskAssessment) -> list[MatrixRow]:
    """The areas of the code by the stages of the chain."""
    found = {(cell.area, cell.stage): cell for cell in assessment.cells.all()}
    return [
        MatrixRow(
            area,
            [
                MatrixCell(cell, inherent_score(cell) if cell.is_scored else None)
                for stage in Stage
                if (cell := found.get((area.value, stage.value)))
            ],
        )
        for area in Area
    ]


def assessments_of(user: Any, category: PurchaseCategory) -> QuerySet[RiskAssessment]:
    """The category's assessments that the user may see."""
    return RiskAssessment.objects.visible_to(user).filter(category=category)


def latest_of(category: PurchaseCategory) -> RiskAssessment | None:
    """The settled assessment that holds now."""
    settled = RiskAssessment.objects.settled().filter(category=category)
    return settled.order_by("-assessed_on", "-pk").first()


def draft_of(category: PurchaseCategory) -> RiskAssessment | None:
    """The assessment that is being written."""
    return RiskAssessment.objects.filter(category=category, settled_at__isnull=True).first()


def comparable_with(assessment: RiskAssessment) -> QuerySet[RiskAssessment]:
    """The other settled assessments of the category, the latest first."""
    others = RiskAssessment.objects.settled().filter(category=assessment.category_id).exclude(pk=assessment.pk)
    return others.order_by("-assessed_on", "-pk")


def version_read(assessment: RiskAssessment) -> int:
    """Grows with each change of the assessment and of each of its cells: what is settled is what was read."""
    cells = assessment.cells.aggregate(versions=Sum("version"))
    return assessment.version + (cells["versions"] or 0)


def why_unsettled(assessment: RiskAssessment) -> str:
    """Which cells give a level without reason, source, its date or author, in a sentence; empty where none does."""
    cells = assessment.cells.exclude(level=RiskLevel.INSUFFICIENT).order_by("pk")
    lacking = [
        cell.place
        for cell in cells
        if not (cell.reason.strip() and cell.source.strip() and cell.dated_on and cell.author.strip())
    ]
    if not lacking:
        return ""
    return ngettext(
        "A level is given without its reason, source, date or author: %(cells)s.",
        "Levels are given without their reason, source, date or author: %(cells)s.",
        len(lacking),
    ) % {"cells": "; ".join(lacking)}
