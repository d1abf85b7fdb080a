"""Writes about suppliers that are likely the same: noting, dismissing, merging."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from codeofconduct.models import (
    DuplicateSuspicion,
    Facility,
    Supplier,
    SupplierCommitment,
    SupplierContact,
    SupplyLink,
)
from codeofconduct.queries.duplicates import (
    Pair,
    commitments_at_both,
    contacts_at_both,
    facilities_at_both,
    likely_pairs,
    references,
)
from portal import clock
from portal.history.models import Actor, By, actor_of

BATCH = 500
FILLED = ("street", "postal_code", "city", "website")


@transaction.atomic
def note_suspicions(*, by: By, suppliers: Iterable[Supplier]) -> int:
    """Note which suppliers of the register these are likely the same as; how many pairs are new to the work list.

    A pair that is there already keeps its place with the reasons of today, a dismissed one dismissed.
    """
    actor, keys = actor_of(by), [supplier.pk for supplier in suppliers]
    before = DuplicateSuspicion.objects.count()
    for start in range(0, len(keys), BATCH):
        pairs = {(pair.first, pair.second): pair for pair in likely_pairs(keys[start : start + BATCH])}
        DuplicateSuspicion.objects.bulk_create(
            [
                DuplicateSuspicion(first_id=pair.first, second_id=pair.second, created_by=actor, **_reasons(pair))
                for pair in pairs.values()
            ],
            ignore_conflicts=True,
        )
        _tell_todays_reasons(pairs)
    return DuplicateSuspicion.objects.count() - before


def _tell_todays_reasons(pairs: Mapping[tuple[int, int], Pair]) -> None:
    """To the pairs that were there already. Only what differs is written: a long import holds no row that it doesn't change."""
    suspicions = DuplicateSuspicion.objects.select_for_update(skip_locked=True).order_by("pk")
    stale = []
    for suspicion in DuplicateSuspicion.objects.filter(first__in={first for first, _second in pairs}):
        pair = pairs.get((suspicion.first_id, suspicion.second_id))
        if pair is not None and any(getattr(suspicion, name) != value for name, value in _reasons(pair).items()):
            stale.append(suspicion.pk)
    for suspicion in suspicions.filter(pk__in=stale) if stale else ():
        reasons = _reasons(pairs[suspicion.first_id, suspicion.second_id])
        for name, value in reasons.items():
            setattr(suspicion, name, value)
        suspicion.save(update_fields=[*reasons])


def _reasons(pair: Pair) -> dict[str, Any]:
    return {name: getattr(pair, name) for name in ("by_number", "by_name", "by_address", "likeness")}


@transaction.atomic
def dismiss_suspicion(*, by: By, suspicion: DuplicateSuspicion) -> DuplicateSuspicion:
    """Say that they are two companies; said already, it stays as it was said first."""
    locked = DuplicateSuspicion.objects.select_for_update().get(pk=suspicion.pk)
    if locked.dismissed_at is None:
        locked.dismissed_at, locked.dismissed_by = clock.now(), actor_of(by)
        locked.save(update_fields=["dismissed_at", "dismissed_by"])
    return locked


@transaction.atomic
def merge_suppliers(*, by: By, keep: Supplier, gone: Supplier) -> Supplier:
    """Make of two suppliers one: everything that points at `gone`, in every room, points at `keep` from now on.

    What is empty in `keep` is filled from `gone`. A contact, facility or commitment that both have stays with `gone`, and
    what pointed at it points at the kept one's. Raises ValidationError for a supplier and itself, for one that was merged
    already, and where a row can't move; nothing is written then.
    """
    if keep.pk == gone.pk:
        raise ValidationError(_("A supplier can't be merged with itself."), code="itself")
    rows = Supplier.objects.select_for_update().filter(pk__in=[keep.pk, gone.pk]).order_by("pk")
    locked = {row.pk: row for row in rows}
    keep, gone = locked[keep.pk], locked[gone.pk]
    actor = actor_of(by)
    for each in (keep, gone):
        if each.merged_into_id is not None:
            raise ValidationError(_("%(name)s is already merged into another.") % {"name": each.name}, code="merged")
    try:
        with transaction.atomic():
            _merge(keep, gone, actor)
    except IntegrityError as error:
        raise ValidationError(_("Something of %(name)s can't be moved.") % {"name": gone.name}, code="move") from error
    return keep


def _merge(keep: Supplier, gone: Supplier, actor: Actor) -> None:
    """First that they are one: rows refuse another supplier than the one that theirs was merged into."""
    _join_groups(keep, gone)
    gone.merged_into, gone.merged_at, gone.merged_by = keep, clock.now(), actor
    gone.version += 1
    gone.save(update_fields=["merged_into", "merged_at", "merged_by", "version"])
    behind = {
        SupplierContact: _merge_contacts(keep, gone),
        Facility: _merge_facilities(keep, gone),
        SupplierCommitment: _merge_commitments(keep, gone),
    }
    for field in references():
        rows = field.model._base_manager.filter(**{field.name: gone}).exclude(pk__in=behind.get(field.model, []))
        rows.update(**{field.name: keep})
    Supplier.objects.filter(merged_into=gone).update(merged_into=keep)
    _move_suspicions(keep, gone)


def _join_groups(keep: Supplier, gone: Supplier) -> None:
    """The facts that `keep` lacks, and one place for both in their groups, without a circle."""
    changed = [name for name in FILLED if not getattr(keep, name) and getattr(gone, name)]
    for name in changed:
        setattr(keep, name, getattr(gone, name))
    above_keep, above_gone = _above(keep), _above(gone)
    if gone.pk in above_keep or (keep.parent_id is None and keep.pk not in above_gone):
        keep.parent_id = gone.parent_id
    keep.is_sole_trader = keep.is_sole_trader or gone.is_sole_trader
    keep.version += 1
    keep.save(update_fields=[*changed, "parent", "is_sole_trader", "version"])
    Supplier.objects.filter(parent=gone).exclude(pk=keep.pk).update(parent=keep)


def _above(supplier: Supplier) -> list[int]:
    """Ids of the companies above it in its group."""
    found: list[int] = []
    parent = supplier.parent_id
    while parent is not None and parent not in found:
        found.append(parent)
        parent = Supplier.objects.values_list("parent", flat=True).get(pk=parent)
    return found


def _merge_contacts(keep: Supplier, gone: Supplier) -> list[int]:
    """Contacts of `gone` that stay there, for `keep` has them; what they knew more fills the kept ones'."""
    pairs = contacts_at_both(keep, gone)
    for kept, other in pairs:
        changed = [name for name in ("telephone", "role") if not getattr(kept, name) and getattr(other, name)]
        if kept.ended_on is not None and other.ended_on is None:
            changed.append("ended_on")
        for name in changed:
            setattr(kept, name, getattr(other, name))
        if changed:
            kept.version += 1
            kept.save(update_fields=[*changed, "version"])
        _point_at(kept, other)
    return [other.pk for _kept, other in pairs]


def _merge_facilities(keep: Supplier, gone: Supplier) -> list[int]:
    """Facilities of `gone` that stay there, for `keep` has them; confidential if either was."""
    pairs = facilities_at_both(keep, gone)
    for kept, other in pairs:
        if other.is_confidential and not kept.is_confidential:
            kept.is_confidential = True
            kept.version += 1
            kept.save(update_fields=["is_confidential", "version"])
        for link in SupplyLink.objects.filter(facility=other):
            same = SupplyLink.objects.filter(
                facility=kept, contract=link.contract_id, product=link.product, stage=link.stage
            ).first()
            if same is not None:
                _make_one_link(*sorted((same, link), key=lambda each: each.tier))
        _point_at(kept, other)
    return [other.pk for _kept, other in pairs]


def _merge_commitments(keep: Supplier, gone: Supplier) -> list[int]:
    """Commitments of `gone` that stay there, for `keep` has them; with the document where only this one has it."""
    pairs = commitments_at_both(keep, gone)
    for kept, other in pairs:
        if kept.document_id is None and other.document_id is not None:
            kept.document_id = other.document_id
            kept.save(update_fields=["document"])
        _point_at(kept, other)
    return [other.pk for _kept, other in pairs]


def _make_one_link(stays: SupplyLink, goes: SupplyLink) -> None:
    """Of two that say the same the one in the nearer tier: what delivers to the other is further away than both."""
    SupplyLink.objects.filter(parent=goes).update(parent=stays)
    _point_at(stays, goes)
    goes.delete()


def _point_at(kept: Any, other: Any) -> None:
    """Everything that points at the other row points at the kept one."""
    for field in references(type(kept)):
        field.model._base_manager.filter(**{field.name: other}).update(**{field.name: kept})


def _move_suspicions(keep: Supplier, gone: Supplier) -> None:
    """Whom `gone` was likely the same as, `keep` is now, unless that is said already."""
    known = set(DuplicateSuspicion.objects.filter(first=keep).values_list("second", flat=True))
    known |= set(DuplicateSuspicion.objects.filter(second=keep).values_list("first", flat=True))
    for each in DuplicateSuspicion.objects.filter(first=gone) | DuplicateSuspicion.objects.filter(second=gone):
        other = each.second_id if each.first_id == gone.pk else each.first_id
        if other not in known | {keep.pk}:
            each.first_id, each.second_id = sorted((keep.pk, other))
            each.save(update_fields=["first", "second"])
