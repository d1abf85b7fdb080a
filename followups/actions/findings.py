"""Findings and their corrective actions. Each locks the follow-up first, then its own row."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import transaction

from codeofconduct.models import (
    CodeSection,
    ProcessRequirement,
)
from followups.actions.refusals import ended
from followups.enums.follow_ups import FindingState
from followups.models import CorrectiveAction, Evidence, Finding, FollowUp, Severity
from portal import clock
from portal.files.actions import store_file
from portal.files.checks import Upload
from portal.history.models import By, actor_of
from portal.history.versions import StaleVersionError


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
        raise ended()
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
        raise ended()
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
        raise ended()
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
        raise ended()
    locked.done_at, locked.done_by = clock.now(), actor_of(by)
    locked.version += 1
    locked.save(update_fields=["done_at", "done_by", "version"])
    return locked
