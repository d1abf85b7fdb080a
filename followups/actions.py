"""Every write in a follow-up. Each locks the row that its rule hangs on, so that two at once take turns."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import (
    ClauseVersion,
    CodeSection,
    Contract,
    ProcessRequirement,
    PurchaseCategory,
    Supplier,
)
from followups.enums import SHAREABLE, TRANSITIONS, FindingState, State, Transition
from followups.models import CorrectiveAction, Evidence, Finding, FollowUp, FollowUpContract, Severity, StateChange
from followups.queries import why_unsettled
from portal import clock
from portal.files.actions import store_file
from portal.files.checks import Upload
from portal.history.models import By, actor_of
from portal.history.versions import StaleVersionError, lock_at
from regions.enums import SharingTier
from regions.models import Region, User


def _ended() -> ValidationError:
    return ValidationError(_("The follow-up has ended. Nothing can be added to it."), code="ended")


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
        raise _ended()
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
    """Share with all regions, or with those concerned only. Raises ValueError for public: that is a summary's way, and
    StaleVersionError where someone else saved after `version`, the one that a page showed."""
    if tier not in SHAREABLE:
        raise ValueError(tier)
    locked = lock_at(follow_up, version)
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
        raise ValidationError({"reason": _("Write the reason: steps are skipped or the follow-up is aborted.")})
    locked = lock_at(follow_up, version)
    if locked.state != transition.source:
        raise ValidationError(
            _("The follow-up has been moved by someone else and is now: %(state)s."),
            code="moved",
            params={"state": locked.get_state_display()},
        )
    if transition.settles and (why := why_unsettled(locked)):
        raise ValidationError(why, code="unsettled")
    StateChange.objects.create(
        follow_up=locked, source=locked.state, target=transition.target, reason=reason.strip(), created_by=actor_of(by)
    )
    locked.state = State(transition.target)
    locked.version += 1
    locked.save(update_fields=["state", "version"])
    return locked


@transaction.atomic
def submit_finding(
    *,
    by: By,
    follow_up: FollowUp,
    submission: UUID,
    text: str,
    severity: Severity,
    requirement: ProcessRequirement,
    section: CodeSection | None = None,
    evidence: Iterable[Upload] = (),
    action: str = "",
    due_on: date | None = None,
) -> Finding:
    """A finding with its evidence and, where `action` describes one, its corrective action: all of it or nothing.

    The same `submission` again gives the finding that is there. Raises ValidationError where the follow-up has ended,
    ValueError for an `action` without `due_on`, IntegrityError for a requirement of another clause version,
    FollowUp.DoesNotExist for a follow-up that isn't stored, PermissionDenied where `by` is nobody. A file that could
    not be stored raises OSError.
    """
    locked = FollowUp.objects.select_for_update(of=["self"]).get(pk=follow_up.pk)
    if found := Finding.objects.filter(follow_up=locked, submission=submission).first():
        return found
    if not locked.is_under_way:
        raise _ended()
    actor, now = actor_of(by), clock.now()
    finding = Finding.objects.create(
        follow_up=locked,
        submission=submission,
        created_at=now,
        text=text,
        severity=severity,
        requirement=requirement,
        section=section,
        state=FindingState.SUBMITTED,
        submitted_at=now,
        submitted_by=actor,
        created_by=actor,
    )
    for upload in evidence:
        stored = store_file(by=by, name=upload.name, content=upload.content, media_type=upload.media_type)
        Evidence.objects.create(finding=finding, file=stored, created_by=actor)
    if action:
        if due_on is None:
            raise ValueError("A corrective action needs a due date.")
        CorrectiveAction.objects.create(
            finding=finding, description=action, due_on=due_on, created_at=now, created_by=actor
        )
    return finding


@transaction.atomic
def revise_finding(
    *,
    by: By,
    finding: Finding,
    version: int,
    text: str,
    severity: Severity,
    requirement: ProcessRequirement,
    section: CodeSection | None,
) -> Finding:
    """Change what stands in a finding; what stood there stays in its history.

    Raises StaleVersionError where someone else saved after `version`, ValidationError where the follow-up has ended.
    """
    follow_up = FollowUp.objects.select_for_update(of=["self"]).get(pk=finding.follow_up_id)
    locked = Finding.objects.select_for_update(of=["self"]).get(pk=finding.pk)
    if not follow_up.is_under_way:
        raise _ended()
    if locked.version != version:
        raise StaleVersionError(locked)
    locked.text, locked.severity, locked.requirement, locked.section = text, severity, requirement, section
    locked.changed_at, locked.changed_by = clock.now(), actor_of(by)
    locked.version += 1
    locked.save(update_fields=["text", "severity", "requirement", "section", "changed_at", "changed_by", "version"])
    return locked


@transaction.atomic
def add_action(*, by: By, finding: Finding, submission: UUID, description: str, due_on: date) -> CorrectiveAction:
    """What the supplier has to do about the finding; the same `submission` again gives the one that is there."""
    follow_up = FollowUp.objects.select_for_update(of=["self"]).get(pk=finding.follow_up_id)
    if found := CorrectiveAction.objects.filter(finding=finding, submission=submission).first():
        return found
    if not follow_up.is_under_way:
        raise _ended()
    return CorrectiveAction.objects.create(
        finding=finding, submission=submission, description=description, due_on=due_on, created_by=actor_of(by)
    )


@transaction.atomic
def mark_action_done(*, by: By, action: CorrectiveAction) -> CorrectiveAction:
    """Once; marking it again leaves the first who and when. Raises ValidationError where the follow-up has ended."""
    follow_up = FollowUp.objects.select_for_update(of=["self"]).get(findings__actions=action.pk)
    locked = CorrectiveAction.objects.select_for_update(of=["self"]).get(pk=action.pk)
    if locked.done_at is not None:
        return locked
    if not follow_up.is_under_way:
        raise _ended()
    locked.done_at, locked.done_by = clock.now(), actor_of(by)
    locked.version += 1
    locked.save(update_fields=["done_at", "done_by", "version"])
    return locked
