"""Writes about risk assessments. A settled one is never written again."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import PurchaseCategory, RiskAssessment, RiskCell
from codeofconduct.queries.risk import draft_of, latest_of, version_read, why_unsettled
from codeofconduct.scores import CELLS
from portal import clock
from portal.files.actions import store_file
from portal.files.checks import Upload
from portal.history.models import By, actor_of
from portal.history.versions import StaleVersionError, lock_at

CELL_FIELDS = (
    "level",
    "reason",
    "source",
    "dated_on",
    "country",
    "author",
    "is_scored",
    "country_points",
    "sector_points",
    "product_points",
)


@transaction.atomic
def start_assessment(
    *, by: By, category: PurchaseCategory, assessed_on: date, author: str, source: str = ""
) -> RiskAssessment:
    """Begin a draft whose cells start as those of the assessment that holds now; a draft that exists is the one."""
    locked = lock_at(category, None)
    if draft := draft_of(locked):
        return draft
    previous = latest_of(locked)
    held = {(cell.area, cell.stage): cell for cell in previous.cells.all()} if previous else {}
    draft = RiskAssessment.objects.create(
        category=locked, assessed_on=assessed_on, author=author, source=source, created_by=actor_of(by)
    )
    for area, stage in CELLS:
        before = held.get((area.value, stage.value))
        values = {name: getattr(before, name) for name in CELL_FIELDS} if before else {}
        RiskCell.objects.create(assessment=draft, area=area, stage=stage, **values)
    return draft


@transaction.atomic
def change_assessment(
    *,
    by: By,
    assessment: RiskAssessment,
    version: int,
    assessed_on: date,
    author: str,
    source: str,
    summary: str,
    report: Upload | None = None,
    keeps_report: bool = True,
) -> RiskAssessment:
    """Say who assessed when, and attach the report; another `report` takes the place of the one before.

    Raises StaleVersionError where someone else saved after `version`, ValidationError once it is settled.
    """
    locked = _unsettled(assessment, version)
    locked.assessed_on, locked.author, locked.source, locked.summary = assessed_on, author, source, summary
    if report is not None:
        locked.report = store_file(by=by, name=report.name, content=report.content, media_type=report.media_type)
    elif not keeps_report:
        locked.report = None
    locked.version += 1
    locked.save(update_fields=["assessed_on", "author", "source", "summary", "report", "version"])
    return locked


@transaction.atomic
def change_cell(*, by: By, cell: RiskCell, version: int, **values: Any) -> RiskCell:
    """Judge an area in a stage: the `values` of CELL_FIELDS.

    Raises StaleVersionError where someone else saved after `version`, ValidationError once the assessment is settled.
    """
    _unsettled(cell.assessment, None)
    locked = lock_at(cell, version)
    for name in CELL_FIELDS:
        setattr(locked, name, values[name])
    locked.version += 1
    locked.save(update_fields=[*CELL_FIELDS, "version"])
    return locked


@transaction.atomic
def settle_assessment(*, by: By, assessment: RiskAssessment, version: int | None = None) -> RiskAssessment:
    """Settle the draft: from now on it is kept as it is, and holds until a later one is settled.

    One that is settled already stays as it was. Raises StaleVersionError where someone else saved it or a cell of it
    after `version` (`version_read`), ValidationError where a level lacks its reason, source, date or author.
    """
    locked = lock_at(assessment, None)
    if locked.is_locked:
        return locked
    _check_read(locked, version)
    if why := why_unsettled(locked):
        raise ValidationError(why, code="unexplained")
    locked.settled_at, locked.settled_by = clock.now(), actor_of(by)
    locked.version += 1
    locked.save(update_fields=["settled_at", "settled_by", "version"])
    return locked


@transaction.atomic
def discard_assessment(*, by: By, assessment: RiskAssessment, version: int | None = None) -> None:
    """Take a draft away.

    Raises StaleVersionError where someone else saved it or a cell of it after `version` (`version_read`),
    ValidationError once it is settled: that one is kept.
    """
    locked = _unsettled(assessment, None)
    _check_read(locked, version)
    locked.cells.all().delete()
    locked.delete()


def _check_read(locked: RiskAssessment, version: int | None) -> None:
    if version is not None and version_read(locked) != version:
        raise StaleVersionError(locked)


def _unsettled(assessment: RiskAssessment, version: int | None) -> RiskAssessment:
    locked = lock_at(assessment, None)
    if locked.is_locked:
        raise ValidationError(
            _("The risk assessment was settled meanwhile and is kept as it is. Begin a new one."), code="settled"
        )
    return lock_at(assessment, version)
