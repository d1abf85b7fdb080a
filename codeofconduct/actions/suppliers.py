"""Writes about suppliers."""

from collections.abc import Iterable
from datetime import date
from typing import NotRequired, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from codeofconduct.actions.duplicates import note_suspicions
from codeofconduct.enums import Scheme
from codeofconduct.identifiers import is_of_person, organisation_number_in, organisation_number_of
from codeofconduct.models import CodeVersion, Supplier, SupplierCommitment, SupplierContact, SupplierIdentifier
from portal.files.actions import store_file
from portal.files.checks import Upload
from portal.history.models import By, actor_of
from portal.history.versions import lock_at

# Scheme, country (of a foreign register, else empty) and value, as they are stored.
Number = tuple[str, str, str]


class SupplierFacts(TypedDict):
    """What the register says of a supplier beside its numbers."""

    name: str
    country: NotRequired[str]
    street: NotRequired[str]
    postal_code: NotRequired[str]
    city: NotRequired[str]
    website: NotRequired[str]
    is_sole_trader: NotRequired[bool]


class ContactFacts(TypedDict):
    """A person at a supplier."""

    name: str
    email: str
    telephone: NotRequired[str]
    role: NotRequired[str]
    language: NotRequired[str]
    ended_on: NotRequired[date | None]


@transaction.atomic
def register_supplier(
    *, by: By, organisation_number: str = "", numbers: Iterable[Number] = (), **facts: Unpack[SupplierFacts]
) -> Supplier:
    """Put a supplier into the common register, and note what it is likely the same as; a personal number makes it a sole trader.

    Raises ValidationError for a wrong organisation number, and IntegrityError where another supplier has a number.
    """
    told = [*numbers]
    if organisation_number:
        told.insert(0, (Scheme.ORGANISATION_NUMBER, "", organisation_number_of(organisation_number)))
    if any(is_of_person(scheme, value) for scheme, _country, value in told):
        facts["is_sole_trader"] = True
    supplier = Supplier.objects.create(**facts, created_by=actor_of(by))
    SupplierIdentifier.objects.bulk_create(
        SupplierIdentifier(supplier=supplier, scheme=scheme, country=country, value=value)
        for scheme, country, value in told
    )
    note_suspicions(by=by, suppliers=[supplier])
    return supplier


@transaction.atomic
def revise_supplier(
    *, by: By, supplier: Supplier, seen: int, parent: Supplier | None, **facts: Unpack[SupplierFacts]
) -> Supplier:
    """Correct what the register says, its place in a group included.

    Raises StaleVersionError where someone else saved after `seen`, ValidationError where the group would close a circle
    or the parent was merged into another meanwhile.
    """
    # Both in the order of merges, so that none waits for the other.
    rows = Supplier.objects.select_for_update().filter(pk__in=[supplier.pk, parent.pk if parent else supplier.pk])
    among = {row.pk: row for row in rows.order_by("pk")}
    locked = _locked(supplier, seen)
    if parent is not None and among[parent.pk].merged_into_id is not None:
        raise ValidationError({"parent": _("The parent company was merged into another.")}, code="merged")
    actor_of(by)
    for name, value in {**facts, "parent": parent}.items():
        setattr(locked, name, value)
    locked.version += 1
    try:
        with transaction.atomic():
            locked.save(update_fields=[*facts, "parent", "version"])
    except IntegrityError as error:
        sentence = _("The parent company belongs to the supplier's own group, beneath it.")
        raise ValidationError({"parent": sentence}, code="circle") from error
    note_suspicions(by=by, suppliers=[locked])
    return locked


@transaction.atomic
def add_identifier(*, by: By, supplier: Supplier, scheme: str, value: str, country: str = "") -> SupplierIdentifier:
    """Give a supplier another number, as it is stored; the very same again gives the one that is there.

    A personal number makes it a sole trader. Raises ValidationError where another supplier has the number, or where a VAT
    number holds another organisation number than the supplier's own.
    """
    locked = _locked(supplier)
    actor_of(by)
    own = SupplierIdentifier.objects.filter(supplier=locked)
    if found := own.filter(scheme=scheme, country=country, value=value).first():
        return found
    held = organisation_number_in(scheme, value)
    others = {
        number for each in own.filter(ended_on=None) if (number := organisation_number_in(each.scheme, each.value))
    }
    if held and others and held not in others:
        raise ValidationError(
            {"value": _("The number belongs to another organisation number than the supplier's own.")}, code="other"
        )
    try:
        with transaction.atomic():
            identifier = SupplierIdentifier.objects.create(supplier=locked, scheme=scheme, country=country, value=value)
    except IntegrityError as error:
        raise ValidationError({"value": _("Another supplier already has this number.")}, code="taken") from error
    if is_of_person(scheme, value) and not locked.is_sole_trader:
        locked.is_sole_trader = True
        locked.version += 1
        locked.save(update_fields=["is_sole_trader", "version"])
    note_suspicions(by=by, suppliers=[locked])
    return identifier


@transaction.atomic
def end_identifier(*, by: By, identifier: SupplierIdentifier, ended_on: date | None) -> None:
    """Say until when a number held; None takes a wrong one away, so that its right owner can have it."""
    _locked(identifier.supplier)
    actor_of(by)
    if ended_on is None:
        SupplierIdentifier.objects.filter(pk=identifier.pk).delete()
    else:
        locked = SupplierIdentifier.objects.select_for_update().get(pk=identifier.pk)
        locked.ended_on = ended_on
        locked.save(update_fields=["ended_on"])


@transaction.atomic
def add_contact(*, by: By, supplier: Supplier, **facts: Unpack[ContactFacts]) -> SupplierContact:
    """Register a person at the supplier. Raises ValidationError where it has a contact with this address."""
    locked = _locked(supplier)
    actor = actor_of(by)
    try:
        with transaction.atomic():
            return SupplierContact.objects.create(supplier=locked, **facts, created_by=actor)
    except IntegrityError as error:
        raise ValidationError({"email": _address_taken()}, code="taken") from error


@transaction.atomic
def revise_contact(*, by: By, contact: SupplierContact, seen: int, **facts: Unpack[ContactFacts]) -> SupplierContact:
    """Correct a contact, or say its last day. Raises StaleVersionError and ValidationError as the other writes."""
    locked = lock_at(contact, seen)
    actor_of(by)
    for name, value in facts.items():
        setattr(locked, name, value)
    locked.version += 1
    try:
        with transaction.atomic():
            locked.save(update_fields=[*facts, "version"])
    except IntegrityError as error:
        raise ValidationError({"email": _address_taken()}, code="taken") from error
    return locked


@transaction.atomic
def record_commitment(
    *, by: By, supplier: Supplier, code_version: CodeVersion, committed_on: date, document: Upload | None = None
) -> SupplierCommitment:
    """Record that the supplier has committed itself to a version of the code; the very same again gives the same one."""
    locked = _locked(supplier)
    actor = actor_of(by)
    same = SupplierCommitment.objects.filter(supplier=locked, code_version=code_version, committed_on=committed_on)
    if (found := same.first()) and (document is None or found.document_id is not None):
        return found
    stored = None
    if document is not None:
        stored = store_file(by=by, name=document.name, content=document.content, media_type=document.media_type)
    if found:
        found.document = stored
        found.save(update_fields=["document"])
        return found
    return SupplierCommitment.objects.create(
        supplier=locked, code_version=code_version, committed_on=committed_on, document=stored, created_by=actor
    )


@transaction.atomic
def remove_commitment(*, by: By, commitment: SupplierCommitment) -> None:
    """Take away a commitment that was never made; the history keeps that it stood there."""
    _locked(commitment.supplier)
    actor_of(by)
    SupplierCommitment.objects.filter(pk=commitment.pk).delete()


def _locked(supplier: Supplier, seen: int | None = None) -> Supplier:
    """The supplier, locked. Raises ValidationError where it was merged into another in the meantime."""
    locked = lock_at(supplier, seen)
    if locked.merged_into_id is not None:
        raise ValidationError(_("The supplier was merged into another."), code="merged")
    return locked


def _address_taken() -> str:
    return _("The supplier already has a contact with this e-mail address.")
