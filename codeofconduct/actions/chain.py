"""Writes about facilities and the chains that they make of contracts."""

from typing import NotRequired, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from codeofconduct.models import Contract, Facility, Supplier, SupplyLink
from portal.history.models import By, actor_of
from portal.history.versions import lock_at


class FacilityFacts(TypedDict):
    """A production site."""

    name: str
    country: str
    stage: str
    street: NotRequired[str]
    city: NotRequired[str]
    os_id: NotRequired[str]
    is_confidential: NotRequired[bool]


class LinkFacts(TypedDict):
    """How a facility serves a contract."""

    tier: int
    stage: str
    product: NotRequired[str]
    parent: NotRequired[SupplyLink | None]


@transaction.atomic
def add_facility(*, by: By, supplier: Supplier, **facts: Unpack[FacilityFacts]) -> Facility:
    """Register a facility in the supplier's chain; confidential unless something else is said.

    Raises ValidationError where the supplier was merged, or has a facility with this OS ID.
    """
    locked = Supplier.objects.select_for_update().get(pk=supplier.pk)
    actor = actor_of(by)
    if locked.merged_into_id is not None:
        raise ValidationError(_("The supplier was merged into another."), code="merged")
    try:
        with transaction.atomic():
            return Facility.objects.create(supplier=locked, **facts, created_by=actor)
    except IntegrityError as error:
        raise ValidationError({"os_id": _os_id_taken()}, code="taken") from error


@transaction.atomic
def revise_facility(*, by: By, facility: Facility, seen: int, **facts: Unpack[FacilityFacts]) -> Facility:
    """Correct a facility. Raises StaleVersionError where someone else saved after `seen`, ValidationError as when adding."""
    locked = lock_at(facility, seen)
    actor_of(by)
    for name, value in facts.items():
        setattr(locked, name, value)
    locked.version += 1
    try:
        with transaction.atomic():
            locked.save(update_fields=[*facts, "version"])
    except IntegrityError as error:
        raise ValidationError({"os_id": _os_id_taken()}, code="taken") from error
    return locked


@transaction.atomic
def link_facility(*, by: By, contract: Contract, facility: Facility, **facts: Unpack[LinkFacts]) -> SupplyLink:
    """Say that a facility serves a contract; the very same again gives the same link.

    Raises ValidationError where it does so with the same product and stage elsewhere in the chain, where the facility is
    another supplier's, and where what it delivers to isn't in a tier before its own.
    """
    locked = Contract.objects.select_for_update().get(pk=contract.pk)
    actor = actor_of(by)
    if facility.supplier_id != locked.supplier_id:
        raise ValidationError({"facility": _("The facility is in another supplier's chain.")}, code="supplier")
    found = SupplyLink.objects.filter(
        contract=locked, facility=facility, product=facts.get("product", ""), stage=facts["stage"], tier=facts["tier"]
    ).first()
    if found is not None and found.parent == facts.get("parent"):
        return found
    return _written(SupplyLink(contract=locked, facility=facility, created_by=actor), facts)


@transaction.atomic
def revise_link(*, by: By, link: SupplyLink, seen: int, **facts: Unpack[LinkFacts]) -> SupplyLink:
    """Correct a link. Raises StaleVersionError where someone else saved after `seen`, ValidationError as when linking."""
    Contract.objects.select_for_update().get(pk=link.contract_id)
    actor_of(by)
    locked = lock_at(link, seen)
    if any(child.tier <= facts["tier"] for child in locked.children.all()):
        sentence = _("What delivers to this facility must be in a tier after it.")
        raise ValidationError({"tier": sentence}, code="order")
    locked.version += 1
    return _written(locked, facts)


@transaction.atomic
def remove_link(*, by: By, link: SupplyLink) -> None:
    """Take a facility out of a contract's chain; the history keeps that it was there.

    Raises ValidationError while others deliver to it there.
    """
    Contract.objects.select_for_update().get(pk=link.contract_id)
    actor_of(by)
    if SupplyLink.objects.filter(parent=link).exists():
        raise ValidationError(_("Others deliver to this facility. Take them out of the chain first."), code="children")
    SupplyLink.objects.filter(pk=link.pk).delete()


def _written(link: SupplyLink, facts: LinkFacts) -> SupplyLink:
    """Check the link against its chain, whose contract is locked, and store it."""
    for name, value in facts.items():
        setattr(link, name, value)
    parent = link.parent
    if parent is not None and (parent.contract_id != link.contract_id or parent.tier >= link.tier):
        sentence = _("What the facility delivers to must be in a tier before it, in the same contract.")
        raise ValidationError({"parent": sentence}, code="order")
    try:
        with transaction.atomic():
            link.save(update_fields=[*facts, "version"] if link.pk else None)
    except IntegrityError as error:
        sentence = _("The facility already serves the contract with this product.")
        raise ValidationError({"product": sentence}, code="taken") from error
    return link


def _os_id_taken() -> str:
    return _("The supplier already has a facility with this OS ID. If you don't find it, ask the secretariat.")
