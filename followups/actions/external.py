"""Results that others made, and the bodies that make them."""

from datetime import date
from typing import NotRequired, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from codeofconduct.models import Facility, PurchaseCategory, Supplier
from followups.models import ExternalResult, ResultBody
from portal import clock
from portal.files.actions import store_file
from portal.files.checks import Upload
from portal.files.models import StoredFile
from portal.history.models import By, actor_of
from portal.history.versions import StaleVersionError, lock_at
from regions.enums import SharingTier
from regions.models import Region


class ResultFacts(TypedDict):
    """What is registered of a result. `sharing_tier`: who may see it beside those it concerns."""

    body: ResultBody
    carried_out_on: date
    terms_level: str
    method: str
    sharing_tier: SharingTier
    auditor: NotRequired[str]
    category: NotRequired[PurchaseCategory | None]
    facility: NotRequired[Facility | None]
    terms: NotRequired[str]
    light: NotRequired[str]
    action_plan_on: NotRequired[date | None]
    summary: NotRequired[str]


@transaction.atomic
def register_result(
    *, by: By, supplier: Supplier, region: Region | None, document: Upload | None = None, **facts: Unpack[ResultFacts]
) -> ExternalResult:
    """Register another body's result, for a region or (None) for the secretariat.

    Raises ValidationError for a supplier that was merged into another; OSError where the file can't be stored.
    """
    if Supplier.objects.select_for_update().get(pk=supplier.pk).merged_into_id is not None:
        raise ValidationError(_("The supplier was merged into another."), code="merged")
    return ExternalResult.objects.create(
        supplier=supplier, region=region, document=_stored(by, document), created_by=actor_of(by), **facts
    )


@transaction.atomic
def revise_result(
    *, by: By, result: ExternalResult, version: int, document: Upload | None = None, **facts: Unpack[ResultFacts]
) -> ExternalResult:
    """Correct what is registered; a new `document` takes the place of the old one, which stays in the history.

    Raises StaleVersionError where someone else saved after `version`, ValidationError where it was withdrawn.
    """
    locked = lock_at(result, None)
    if locked.withdrawn_at is not None:
        raise ValidationError(_("The result has been withdrawn."), code="withdrawn")
    if locked.version != version:
        raise StaleVersionError(locked)
    for name, value in facts.items():
        setattr(locked, name, value)
    changed = [*facts, "changed_at", "changed_by", "version"]
    if document is not None:
        locked.document = _stored(by, document)
        changed.append("document")
    locked.changed_at, locked.changed_by = clock.now(), actor_of(by)
    locked.version += 1
    locked.save(update_fields=changed)
    return locked


@transaction.atomic
def withdraw_external(*, by: By, result: ExternalResult, version: int, reason: str) -> ExternalResult:
    """It was registered by mistake, or holds no longer: it counts for nothing from now on, and stays to be read.

    Raises StaleVersionError where someone else saved after `version`. Withdrawing again changes nothing.
    """
    locked = lock_at(result, None)
    if locked.withdrawn_at is not None:
        return locked
    if locked.version != version:
        raise StaleVersionError(locked)
    locked.withdrawn_at, locked.withdrawn_by, locked.withdrawn_reason = clock.now(), actor_of(by), reason
    locked.version += 1
    locked.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason", "version"])
    return locked


@transaction.atomic
def add_body(*, by: By, name: str, kind: str, country: str = "") -> ResultBody:
    """A body that follows suppliers up. Raises ValidationError for a name that is taken."""
    try:
        with transaction.atomic():
            return ResultBody.objects.create(name=name, kind=kind, country=country, created_by=actor_of(by))
    except IntegrityError:
        raise ValidationError({"name": _("There is a body with this name already.")}, code="taken") from None


@transaction.atomic
def offer_body(*, by: By, body: ResultBody, is_offered: bool) -> ResultBody:
    """Whether the body can be chosen for new results; those that name it keep it."""
    locked = ResultBody.objects.select_for_update().get(pk=body.pk)
    if locked.is_offered != is_offered:
        locked.is_offered = is_offered
        locked.save(update_fields=["is_offered"])
    return locked


def _stored(by: By, upload: Upload | None) -> StoredFile | None:
    if upload is None:
        return None
    return store_file(by=by, name=upload.name, content=upload.content, media_type=upload.media_type)
