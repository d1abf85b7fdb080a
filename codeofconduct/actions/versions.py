"""Writes that every kind of governing document shares: start the next version, adopt it, discard the draft.

`codeofconduct.copiers` knows what hangs on each kind. The line is locked by its rows, the oldest first, so that two
who act on it do so one after the other.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError, UniqueConstraint
from django.utils.translation import gettext as _

from codeofconduct.copiers import cloned, contents_of, line_of, lock_line
from codeofconduct.models.governing import GoverningVersion
from portal import clock
from portal.history.models import By, actor_of
from portal.history.versions import StaleVersionError, lock_at
from portal.ui.templatetags.formats import day

AnyVersion = TypeVar("AnyVersion", bound=GoverningVersion)


@transaction.atomic
def start_first_version(
    *,
    by: By,
    model: type[AnyVersion],
    name: str,
    valid_from: date,
    line: Mapping[str, Any] | None = None,
    values: Mapping[str, Any] | None = None,
) -> AnyVersion:
    """The empty draft that a line without versions begins with. `line` says which, `values` what else the model needs.

    Raises ValidationError where the line has versions: the next one starts as a copy.
    """
    draft = model(name=name, valid_from=valid_from, created_by=actor_of(by), **(line or {}), **(values or {}))
    if line_of(draft).exists():
        raise ValidationError(_("There are versions already: the next one starts as a copy of one of them."))
    _validate(draft)
    draft.save()
    return draft


@transaction.atomic
def start_next_version(*, by: By, version: AnyVersion, name: str, valid_from: date) -> AnyVersion:
    """A draft that begins as a copy of `version`, whichever of its line, with all that hangs on it.

    Raises ValidationError where the line has a draft already or a version of that name.
    """
    lock_line(version)
    values = {"adopted_at": None, "adopted_by": None, "valid_to": None, "change_note": "", "source": ""}
    draft: AnyVersion = cloned(
        version, name=name, valid_from=valid_from, created_by=actor_of(by), created_at=clock.now(), **values
    )
    _validate(draft)
    draft.save()
    contents_of(version).copy(version, draft)
    return draft


@transaction.atomic
def revise_draft(*, by: By, version: AnyVersion, seen: int, **values: Any) -> AnyVersion:
    """Change what a draft says of itself: name, first day, source, what is new.

    Raises StaleVersionError where someone else saved after `seen`, ValidationError where it is adopted or the name taken.
    """
    draft = lock_draft(by=by, version=version, seen=seen)
    for name, value in values.items():
        setattr(draft, name, value)
    _validate(draft)
    draft.version += 1
    draft.save(update_fields=[*values, "version"])
    return draft


@transaction.atomic
def adopt_version(*, by: By, version: AnyVersion, seen: int, valid_from: date) -> AnyVersion:
    """Put a draft in force from a day; from then on it is locked. What was in force before ends the day before.

    A day that has passed is allowed, as decisions are registered afterwards, but only after the predecessor's first.
    Raises StaleVersionError where someone else saved after `seen`, and ValidationError with a sentence for each thing
    that lacks.
    """
    lock_line(version)
    draft = lock_draft(by=by, version=version, seen=seen)
    if lacks := contents_of(draft).lacks(draft):
        raise ValidationError(lacks)
    _end_predecessor(draft, valid_from)
    draft.valid_from, draft.valid_to = valid_from, None
    draft.adopted_at, draft.adopted_by = clock.now(), actor_of(by)
    draft.version += 1
    draft.validate_constraints()
    draft.save(update_fields=["valid_from", "valid_to", "adopted_at", "adopted_by", "version"])
    return draft


@transaction.atomic
def discard_draft(*, by: By, version: GoverningVersion, seen: int) -> None:
    """Take a draft away with all that hangs on it; its history stays.

    Raises StaleVersionError where someone else saved after `seen`, ValidationError where it is adopted or referred to.
    """
    draft = lock_draft(by=by, version=version, seen=seen)
    try:
        with transaction.atomic():
            contents_of(draft).remove(draft)
            draft.delete()
            if not line_of(draft).exists():
                contents_of(draft).emptied(draft)
    except ProtectedError:
        raise ValidationError(_("Something refers to this draft: take that away first.")) from None


def lock_draft(*, by: By, version: AnyVersion, seen: int | None = None) -> AnyVersion:
    """The draft, locked against other writers, inside the caller's transaction. `by` acts on it.

    Raises ValidationError where it is adopted meanwhile, StaleVersionError where someone else saved after `seen`.
    """
    actor_of(by)
    try:
        draft = lock_at(version, None)
    except type(version).DoesNotExist:
        raise ValidationError(_("The draft has been discarded meanwhile.")) from None
    if draft.is_locked:
        raise ValidationError(_("This version is adopted and locked: start the next version to change something."))
    if seen is not None and draft.version != seen:
        raise StaleVersionError(draft)
    return draft


def _validate(draft: GoverningVersion) -> None:
    """Its constraints, with a sentence of ours at the name."""
    unique = next(c for c in draft._meta.constraints if isinstance(c, UniqueConstraint) and "name" in c.fields)
    same = {field: getattr(draft, field) for field in unique.fields}
    if type(draft)._default_manager.filter(**same).exclude(pk=draft.pk).exists():
        raise ValidationError({"name": _("Another version has this name.")})
    draft.validate_constraints()


def _end_predecessor(draft: GoverningVersion, valid_from: date) -> None:
    """Let the adopted version that began last end the day before."""
    last = line_of(draft).filter(adopted_at__isnull=False).order_by("-valid_from").first()
    if last is None:
        return
    if valid_from <= last.valid_from:
        raise ValidationError(
            {
                "valid_from": _("Version %(name)s is in force from %(day)s: the next one must begin later.")
                % {"name": last.name, "day": day(last.valid_from)}
            }
        )
    if last.valid_to is None or last.valid_to >= valid_from:
        last.valid_to = valid_from - timedelta(days=1)
        last.version += 1
        last.save(update_fields=["valid_to", "version"])
