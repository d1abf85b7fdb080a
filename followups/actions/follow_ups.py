"""A follow-up as a whole. Each action locks the row that its rule hangs on, so that two at once take turns."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import (
    ClauseVersion,
    Contract,
    PurchaseCategory,
    Supplier,
)
from followups.enums.follow_ups import LINE, SHAREABLE, TRANSITIONS, State, Transition
from followups.models import FollowUp, FollowUpContract, StateChange
from followups.queries.closing import lacking, why_unsettled
from followups.refusals import ended
from portal import clock
from portal.history.models import By, actor_of
from portal.history.versions import StaleVersionError, lock_at
from regions.enums import SharingTier
from regions.models import Region, User


@transaction.atomic
def open_follow_up(
    *,
    by: By,
    submission: UUID,
    supplier: Supplier,
    category: PurchaseCategory,
    clause_version: ClauseVersion,
    lead_region: Region,
    contracts: Iterable[Contract],
    planned_on: date | None = None,
) -> FollowUp:
    """Open a follow-up of the supplier with these contracts of it; the same `submission` again gives the same one.

    Raises IntegrityError for a contract with another supplier or given twice, Supplier.DoesNotExist for one that isn't
    stored, ValidationError for one that was merged into another, PermissionDenied where `by` is nobody; nothing is
    written then.
    """
    if Supplier.objects.select_for_update().get(pk=supplier.pk).merged_into_id is not None:
        raise ValidationError(_("The supplier was merged into another."), code="merged")
    if found := FollowUp.objects.filter(supplier=supplier, submission=submission).first():
        return found
    actor = actor_of(by)
    follow_up = FollowUp.objects.create(
        submission=submission,
        supplier=supplier,
        category=category,
        clause_version=clause_version,
        lead_region=lead_region,
        planned_on=planned_on,
        created_by=actor,
    )
    FollowUpContract.objects.bulk_create(
        FollowUpContract(follow_up=follow_up, contract=contract, created_by=actor) for contract in contracts
    )
    return follow_up


@transaction.atomic
def assign_follow_up(
    *, by: By, follow_up: FollowUp, version: int, handler: User | None, planned_on: date | None
) -> FollowUp:
    """Say who carries it out and when.

    Raises ValidationError where the follow-up has ended, StaleVersionError where someone else saved after `version`.
    """
    locked = lock_at(follow_up, None)
    if not locked.is_under_way:
        raise ended()
    if locked.version != version:
        raise StaleVersionError(locked)
    if locked.handler != handler:
        locked.handler = handler
        locked.assigned_at, locked.assigned_by = (clock.now(), actor_of(by)) if handler else (None, None)
    locked.planned_on = planned_on
    locked.version += 1
    locked.save(update_fields=["handler", "assigned_at", "assigned_by", "planned_on", "version"])
    return locked


@transaction.atomic
def share_follow_up(*, by: By, follow_up: FollowUp, tier: SharingTier, version: int | None = None) -> FollowUp:
    """Share with all regions, or with those concerned only.

    Raises ValueError for public: that is a summary's way; StaleVersionError where someone else saved after `version`,
    the one that a page showed; ValidationError while a summary is published, which has to be withdrawn first.
    """
    if tier not in SHAREABLE:
        raise ValueError(tier)
    locked = lock_at(follow_up, version)
    if locked.sharing_tier == SharingTier.PUBLIC:
        raise ValidationError(_("A summary of it is published. Withdraw that first."), code="published")
    if locked.sharing_tier != tier:
        locked.sharing_tier = tier
        locked.shared_at, locked.shared_by = clock.now(), actor_of(by)
        locked.version += 1
        locked.save(update_fields=["sharing_tier", "shared_at", "shared_by", "version"])
    return locked


@transaction.atomic
def move_follow_up(
    *, by: By, follow_up: FollowUp, transition: Transition, reason: str = "", version: int | None = None
) -> FollowUp:
    """Take a transition of the table and leave its trail.

    Raises StaleVersionError where someone else saved after `version`, the one that a page showed; ValidationError
    without a needed reason, where the follow-up isn't in the transition's state any more, and where the transition
    settles what is still open; ValueError for a transition that isn't in the table; FollowUp.DoesNotExist for a
    follow-up that isn't stored; PermissionDenied where `by` is nobody.
    """
    if TRANSITIONS.get((transition.source, transition.target)) != transition:
        raise ValueError(transition)
    if transition.needs_reason and not reason.strip():
        raise ValidationError(
            {"reason": _("Write the reason: steps are skipped, or the follow-up is aborted or opened again.")}
        )
    locked = lock_at(follow_up, version)
    if locked.state != transition.source:
        raise ValidationError(
            _("The follow-up has been moved by someone else and is now: %(state)s."),
            code="moved",
            params={"state": locked.get_state_display()},
        )
    if transition.settles and (why := why_unsettled(lacking(locked))):
        raise ValidationError(why, code="unsettled")
    StateChange.objects.create(
        follow_up=locked, source=locked.state, target=transition.target, reason=reason.strip(), created_by=actor_of(by)
    )
    locked.state = State(transition.target)
    locked.version += 1
    locked.save(update_fields=["state", "version"])
    return locked


@transaction.atomic
def carry_forward(*, by: By, follow_up: FollowUp, target: State, reason: str = "") -> FollowUp:
    """Move it along the line to `target`, because that has happened: what was sent, booked, audited, accepted.

    Where it is there already, or further on, nothing moves. `reason` is left where steps are skipped. Raises
    ValidationError where the follow-up has ended, and where steps are skipped without a reason.
    """
    locked = lock_at(follow_up, None)
    if not locked.is_under_way:
        raise ended()
    if LINE.index(State(locked.state)) >= LINE.index(target):
        return locked
    transition = TRANSITIONS[State(locked.state), target]
    return move_follow_up(
        by=by, follow_up=locked, transition=transition, reason=reason if transition.needs_reason else ""
    )
