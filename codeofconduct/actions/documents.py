"""Writes about the contents of drafts: sections, requirements, parameters; and about guidance."""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max, ProtectedError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from codeofconduct.actions.versions import adopt_version, lock_draft, start_first_version
from codeofconduct.copiers import line_of, lock_line
from codeofconduct.enums import POINT_LETTERS, ParameterUnit
from codeofconduct.models import (
    ClauseParameter,
    ClauseVersion,
    Guidance,
    GuidanceVersion,
    ProcessRequirement,
    PurchaseCategory,
    RequirementPoint,
)
from codeofconduct.models.governing import DocumentSection, Enterable, GoverningVersion
from codeofconduct.queries.documents import parent_name, version_of
from portal.history.models import By, actor_of, new_public_id
from portal.history.versions import StaleVersionError, lock_at

Section = TypeVar("Section", bound=DocumentSection)
# A sub-point in Swedish and English.
Point = tuple[str, str]


@transaction.atomic
def add_section(*, by: By, version: GoverningVersion, **texts: str) -> DocumentSection:
    """A new last section of a draft; the very same again gives the same one. Raises ValidationError if it is locked."""
    draft: Any = lock_draft(by=by, version=version)
    if same := draft.sections.filter(**texts).first():
        found: DocumentSection = same
        return found
    section: DocumentSection = draft.sections.model(
        number=_next_number(draft.sections), **texts, **{parent_name(draft.sections.model): draft}
    )
    section.validate_constraints()
    section.save()
    _touch(draft)
    return section


@transaction.atomic
def revise_section(*, by: By, section: Section, seen: int, **texts: str) -> Section:
    """Change the texts of a draft's section.

    Raises StaleVersionError where someone else saved the section after `seen`, ValidationError where it is locked.
    """
    draft = lock_draft(by=by, version=version_of(section))
    locked: Section = _still_there(section, seen)
    for name, text in texts.items():
        setattr(locked, name, text)
    locked.validate_constraints()
    locked.version += 1
    locked.save(update_fields=[*texts, "version"])
    _touch(draft)
    return locked


@transaction.atomic
def enter_missing(*, by: By, row: Enterable, seen: int, **texts: str) -> Any:
    """Enter texts that an adopted version's section or requirement lacks; empty ones may follow later.

    The draft that follows the version gets them too, where it is still as it was copied.
    Texts that all stand there already, as after pressing twice, change nothing. Raises StaleVersionError where someone
    else entered something after `seen`, ValidationError at a text where another stands: that is locked.
    """
    actor_of(by)
    lock_line(version_of(row))
    locked: Any = lock_at(row, None)
    new = {name: text for name, text in texts.items() if text and getattr(locked, name) != text}
    if not new:
        return locked
    if locked.version != seen:
        raise StaleVersionError(locked)
    if taken := set(new) - set(locked.missing):
        refusal = _("This version is adopted and locked: start the next version to change something.")
        raise ValidationError(dict.fromkeys(taken, refusal))
    if twin := _twin_in_draft(locked):
        _fill(twin, {name: text for name, text in new.items() if _as_copied(twin, locked, name[:-3])})
    _fill(locked, new)
    return locked


@transaction.atomic
def move_section(*, by: By, section: DocumentSection, up: bool) -> None:
    """Let a section of a draft change places with its neighbour; at the end of the row nothing happens."""
    draft = lock_draft(by=by, version=version_of(section))
    _swap(_still_there(section, None), draft.sections, up=up)
    _touch(draft)


@transaction.atomic
def remove_section(*, by: By, section: DocumentSection) -> None:
    """Take a section out of a draft; those after it move up. It stays in the history."""
    draft = lock_draft(by=by, version=version_of(section))
    _take_out(_still_there(section, None), draft.sections)
    _touch(draft)


@transaction.atomic
def add_requirement(
    *, by: By, version: ClauseVersion, points: Iterable[Point] = (), **texts: str
) -> ProcessRequirement:
    """A new last requirement of a draft clause; the very same again gives the same one."""
    draft = lock_draft(by=by, version=version)
    if same := draft.requirements.filter(**texts).first():
        return same
    requirement = ProcessRequirement.objects.create(
        clause_version=draft, public_id=new_public_id(), number=_next_number(draft.requirements), **texts
    )
    _set_points(requirement, points)
    _touch(draft)
    return requirement


@transaction.atomic
def revise_requirement(
    *, by: By, requirement: ProcessRequirement, seen: int, points: Iterable[Point], **texts: str
) -> ProcessRequirement:
    """Change a draft clause's requirement; `points` are all of its sub-points, lettered anew in their order.

    Raises StaleVersionError where someone else saved it after `seen`, ValidationError where it is locked.
    """
    draft = lock_draft(by=by, version=requirement.clause_version)
    locked: ProcessRequirement = _still_there(requirement, seen)
    for name, text in texts.items():
        setattr(locked, name, text)
    locked.version += 1
    locked.save(update_fields=[*texts, "version"])
    _set_points(locked, points)
    _touch(draft)
    return locked


@transaction.atomic
def move_requirement(*, by: By, requirement: ProcessRequirement, up: bool) -> None:
    """Let a requirement of a draft change places, and numbers, with its neighbour."""
    draft = lock_draft(by=by, version=requirement.clause_version)
    _swap(_still_there(requirement, None), draft.requirements, up=up)
    _touch(draft)


@transaction.atomic
def remove_requirement(*, by: By, requirement: ProcessRequirement) -> None:
    """Take a requirement with its points out of a draft; those after it get new numbers.

    Raises ValidationError where a questionnaire asks about it.
    """
    draft = lock_draft(by=by, version=requirement.clause_version)
    locked = _still_there(requirement, None)
    locked.points.all().delete()
    _take_out(locked, draft.requirements)
    _touch(draft)


@transaction.atomic
def add_parameter(
    *, by: By, version: ClauseVersion, label_sv: str, label_en: str, unit: ParameterUnit, default: int | None
) -> ClauseParameter:
    """A new parameter of a draft clause, with a key of its label; the very same again gives the same one."""
    draft = lock_draft(by=by, version=version)
    said = {"label_sv": label_sv, "label_en": label_en, "unit": unit, "default": default}
    if same := draft.parameters.filter(**said).first():
        return same
    parameter = ClauseParameter.objects.create(clause_version=draft, key=_free_key(draft, label_en), **said)
    _touch(draft)
    return parameter


@transaction.atomic
def revise_parameter(*, by: By, parameter: ClauseParameter, seen: int, **values: Any) -> ClauseParameter:
    """Change a parameter of a draft clause; its key stays.

    Raises StaleVersionError where someone else saved it after `seen`, ValidationError where it is locked.
    """
    draft = lock_draft(by=by, version=parameter.clause_version)
    locked: ClauseParameter = _still_there(parameter, seen)
    for name, value in values.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save(update_fields=[*values, "version"])
    _touch(draft)
    return locked


@transaction.atomic
def remove_parameter(*, by: By, parameter: ClauseParameter) -> None:
    """Take a parameter out of a draft clause."""
    draft = lock_draft(by=by, version=parameter.clause_version)
    _still_there(parameter, None).delete()
    _touch(draft)


@transaction.atomic
def start_guidance(
    *,
    by: By,
    title_sv: str,
    title_en: str,
    area: str,
    category: PurchaseCategory | None,
    name: str,
    valid_from: date,
) -> GuidanceVersion:
    """A new line of guidance with an empty draft; the very same again gives the same one."""
    said = {"title_sv": title_sv, "title_en": title_en, "area": area, "category": category}
    begun = GuidanceVersion.objects.drafts().filter(**{f"guidance__{key}": value for key, value in said.items()})
    if same := begun.filter(name=name, sections=None).first():
        return same
    guidance = Guidance.objects.create(**said, created_by=actor_of(by))
    return start_first_version(
        by=by, model=GuidanceVersion, name=name, valid_from=valid_from, line={"guidance": guidance}
    )


@transaction.atomic
def publish_guidance(
    *,
    by: By,
    title_sv: str,
    title_en: str,
    area: str,
    category: PurchaseCategory | None,
    sections: Iterable[tuple[str, str, str, str]],
    valid_from: date,
) -> GuidanceVersion:
    """A new line of guidance in force from a day. `sections`: (heading_sv, heading_en, body_sv, body_en).

    Raises ValidationError where there is nothing in them.
    """
    guidance = Guidance.objects.create(
        title_sv=title_sv, title_en=title_en, area=area, category=category, created_by=actor_of(by)
    )
    draft = start_first_version(
        by=by, model=GuidanceVersion, name=str(valid_from.year), valid_from=valid_from, line={"guidance": guidance}
    )
    names = ("heading_sv", "heading_en", "body_sv", "body_en")
    for texts in sections:
        add_section(by=by, version=draft, **dict(zip(names, texts, strict=True)))
    draft.refresh_from_db()
    return adopt_version(by=by, version=draft, seen=draft.version, valid_from=valid_from)


def _still_there(row: Any, seen: int | None) -> Any:
    """The row, locked. Raises ValidationError where someone took it out, StaleVersionError where someone saved after `seen`."""
    try:
        return lock_at(row, seen)
    except type(row).DoesNotExist:
        raise ValidationError(_("Someone has taken this out of the draft meanwhile.")) from None


def _twin_in_draft(row: Any) -> Any:
    """The copy of an adopted version's row, locked, in the draft that follows the version; or None.

    No draft follows an earlier version than the last adopted one.
    """
    line = line_of(version_of(row))
    if line.filter(adopted_at__isnull=False).latest("valid_from") != version_of(row):
        return None
    same = {name: getattr(row, name) for name in row.known_by}
    draft = {f"{parent_name(type(row))}__in": line.filter(adopted_at__isnull=True)}
    return type(row)._default_manager.select_for_update(of=("self",)).filter(**same, **draft).first()


def _as_copied(twin: Any, row: Any, stem: str) -> bool:
    """Whether a text says the same in both: a translation belongs to the Swedish that it was made of."""
    return all(getattr(twin, f"{stem}_{code}") == getattr(row, f"{stem}_{code}") for code in ("sv", "en"))


def _fill(row: Any, texts: dict[str, str]) -> None:
    if not texts:
        return
    for name, text in texts.items():
        setattr(row, name, text)
    row.version += 1
    row.save(update_fields=[*texts, "version"])
    _touch(version_of(row))


def _touch(draft: Any) -> None:
    """Another state of the draft than the one that pages have shown: who adopts must have seen it."""
    type(draft)._default_manager.filter(pk=draft.pk).update(version=F("version") + 1)


def _next_number(rows: Any) -> int:
    return (rows.aggregate(last=Max("number"))["last"] or 0) + 1


def _swap(row: Any, rows: Any, *, up: bool) -> None:
    """Two steps around a free number: requirements may not share one even for a moment."""
    neighbours = rows.filter(number__lt=row.number) if up else rows.filter(number__gt=row.number)
    other = neighbours.order_by("-number" if up else "number").first()
    if other is None:
        return
    mine, theirs, free = row.number, other.number, _next_number(rows)
    for each, number in ((row, free), (other, mine), (row, theirs)):
        each.number = number
        each.save(update_fields=["number"])


def _take_out(row: Any, rows: Any) -> None:
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError:
        raise ValidationError(_("A question in a questionnaire is about this: change the question first.")) from None
    for number, other in enumerate(rows.order_by("number"), start=1):
        if other.number != number:
            other.number = number
            other.save(update_fields=["number"])


def _set_points(requirement: ProcessRequirement, points: Iterable[Point]) -> None:
    """Letters stay with the points that are as they were, so that the history tells only what changed."""
    wanted = dict(zip(POINT_LETTERS, points, strict=False))
    stored = {point.letter: point for point in requirement.points.all()}
    for letter, (text_sv, text_en) in wanted.items():
        point = stored.pop(letter, None) or RequirementPoint(requirement=requirement, letter=letter)
        if (point.text_sv, point.text_en) != (text_sv, text_en):
            point.text_sv, point.text_en = text_sv, text_en
            point.save()
    for point in stored.values():
        point.delete()


def _free_key(draft: ClauseVersion, label: str) -> str:
    """A key of the label that the version has not used: contracts and later versions name the parameter by it."""
    stem = slugify(label).replace("-", "_")[:36] or "parameter"
    taken = set(draft.parameters.values_list("key", flat=True))
    return next(key for key in (stem, *(f"{stem}_{number}" for number in range(2, 99))) if key not in taken)
