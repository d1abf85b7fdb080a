"""Findings, their evidence and the simple ways with their corrective actions. Each locks the follow-up first."""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import (
    CodeSection,
    Facility,
    ProcessRequirement,
)
from followups.actions.corrective_actions import move_action, open_action
from followups.actions.severe import alert_of_finding
from followups.enums.actions import ActionState, Move
from followups.enums.follow_ups import FindingState
from followups.models import Audit, CorrectiveAction, Evidence, Finding, FollowUp, Severity
from followups.refusals import ended
from portal import clock
from portal.files.actions import store_file
from portal.files.checks import Upload
from portal.history.models import Actor, By, actor_of
from portal.history.versions import StaleVersionError, lock_at


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
    audit: Audit | None = None,
    involvement: str = "",
    severe_type: str = "",
    facility: Facility | None = None,
    root_cause: str = "",
    evidence: Iterable[Upload] = (),
    effective_on: date | None = None,
    valid_until_on: date | None = None,
    action: str = "",
    due_on: date | None = None,
) -> Finding:
    """A finding with its evidence and its corrective action: all of it or nothing.

    `action` describes what is to be done by `due_on`; without it the finding opens one by itself, for which the supplier
    is to make a plan. A severe finding alerts those concerned at once. `effective_on` and `valid_until_on`: of all its
    files. What tells of earlier times needs no `involvement`.

    The same `submission` again gives the finding that is there. Raises ValidationError where the follow-up has ended,
    and where a severe finding has no type or another has one; ValueError for an `action` without `due_on`; IntegrityError
    for a requirement of another clause version or a facility of another supplier; FollowUp.DoesNotExist for a follow-up
    that isn't stored, PermissionDenied where `by` is nobody. A file that could not be stored raises OSError.
    """
    locked = FollowUp.objects.select_for_update(of=["self"]).get(pk=follow_up.pk)
    if found := Finding.objects.filter(follow_up=locked, submission=submission).first():
        return found
    if not locked.is_under_way:
        raise ended()
    _check_type(severity, severe_type)
    if action and due_on is None:
        raise ValueError("A corrective action needs a due date.")
    actor, now = actor_of(by), clock.now()
    finding = Finding.objects.create(
        follow_up=locked,
        submission=submission,
        audit=audit,
        created_at=now,
        text=text,
        severity=severity,
        requirement=requirement,
        section=section,
        involvement=involvement,
        severe_type=severe_type,
        facility=facility,
        root_cause=root_cause,
        state=FindingState.SUBMITTED,
        submitted_at=now,
        submitted_by=actor,
        created_by=actor,
    )
    _store(by, actor, finding, evidence, effective_on=effective_on, valid_until_on=valid_until_on)
    open_action(by=by, finding=finding, description=action, due_on=due_on if action else None, opened_at=now)
    if severity.is_severe:
        alert_of_finding(by=by, finding=finding)
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
    involvement: str,
    severe_type: str,
    facility: Facility | None,
    root_cause: str,
) -> Finding:
    """Change what stands in a finding; what stood there stays in its history. One that becomes severe alerts at once.

    Raises StaleVersionError where someone else saved after `version`, ValidationError where the follow-up has ended, and
    where a severe finding has no type or another has one.
    """
    follow_up = FollowUp.objects.select_for_update(of=["self"]).get(pk=finding.follow_up_id)
    locked = Finding.objects.select_for_update(of=["self"]).get(pk=finding.pk)
    if not follow_up.is_under_way:
        raise ended()
    if locked.version != version:
        raise StaleVersionError(locked)
    _check_type(severity, severe_type)
    locked.text, locked.severity, locked.requirement, locked.section = text, severity, requirement, section
    locked.involvement, locked.severe_type = involvement, severe_type
    locked.facility, locked.root_cause = facility, root_cause
    locked.changed_at, locked.changed_by = clock.now(), actor_of(by)
    locked.version += 1
    locked.save(
        update_fields=[
            "text",
            "severity",
            "requirement",
            "section",
            "involvement",
            "severe_type",
            "facility",
            "root_cause",
            "changed_at",
            "changed_by",
            "version",
        ]
    )
    if severity.is_severe and locked.state == FindingState.SUBMITTED:
        alert_of_finding(by=by, finding=locked)
    return locked


def _check_type(severity: Severity, severe_type: str) -> None:
    if severity.is_severe and not severe_type:
        raise ValidationError({"severe_type": _("Choose which of the six types it is.")}, code="required")
    if severe_type and not severity.is_severe:
        raise ValidationError({"severe_type": _("Only a severe deviation has a type.")}, code="not_severe")


@transaction.atomic
def add_evidence(
    *,
    by: By,
    finding: Finding,
    uploads: Iterable[Upload],
    caption: str = "",
    effective_on: date | None = None,
    valid_until_on: date | None = None,
) -> int:
    """Further files for a finding; how many were new. A file that the finding has already is not stored again.

    Raises ValidationError where the follow-up has ended, IntegrityError for a document that ends before its effective
    date.
    """
    follow_up = FollowUp.objects.select_for_update(of=["self"]).get(pk=finding.follow_up_id)
    if not follow_up.is_under_way:
        raise ended()
    return _store(
        by,
        actor_of(by),
        finding,
        uploads,
        caption=caption,
        effective_on=effective_on,
        valid_until_on=valid_until_on,
    )


def _store(by: By, actor: Actor, finding: Finding, uploads: Iterable[Upload], **said: object) -> int:
    known = set(finding.evidence.values_list("file__name", "file__sha256"))
    added = 0
    for upload in uploads:
        if (upload.name, sha256(upload.content).hexdigest()) in known:
            continue
        stored = store_file(by=by, name=upload.name, content=upload.content, media_type=upload.media_type)
        Evidence.objects.create(finding=finding, file=stored, created_by=actor, **said)
        known.add((stored.name, stored.sha256))
        added += 1
    return added


@transaction.atomic
def date_evidence(
    *, by: By, evidence: Evidence, caption: str, effective_on: date | None, valid_until_on: date | None
) -> Evidence:
    """Say what a file is, what time it speaks of and how long it holds. Raises ValidationError where the follow-up has
    ended."""
    follow_up = FollowUp.objects.select_for_update(of=["self"]).get(findings__evidence=evidence.pk)
    locked = Evidence.objects.select_for_update(of=["self"]).get(pk=evidence.pk)
    if not follow_up.is_under_way:
        raise ended()
    locked.caption, locked.effective_on, locked.valid_until_on = caption, effective_on, valid_until_on
    locked.save(update_fields=["caption", "effective_on", "valid_until_on"])
    return locked


@transaction.atomic
def set_deadlines(*, by: By, severity: Severity, version: int, days_for_plan: int, days_for_action: int) -> Severity:
    """By when a plan and its actions are due where no clause says so. What is dated already keeps its date.

    Raises StaleVersionError where someone else saved after `version`.
    """
    locked = lock_at(severity, version)
    locked.days_for_plan, locked.days_for_action = days_for_plan, days_for_action
    locked.version += 1
    locked.save(update_fields=["days_for_plan", "days_for_action", "version"])
    return locked


@transaction.atomic
def add_action(*, by: By, finding: Finding, submission: UUID, description: str, due_on: date) -> CorrectiveAction:
    """What the supplier has to do about the finding; the same `submission` again gives the one that is there."""
    return open_action(by=by, finding=finding, description=description, due_on=due_on, submission=submission)


@transaction.atomic
def mark_action_done(*, by: By, action: CorrectiveAction) -> CorrectiveAction:
    """Once; marking it again leaves the first who and when. Raises ValidationError where the follow-up has ended."""
    FollowUp.objects.select_for_update(of=["self"]).get(findings__actions=action.pk)
    locked = lock_at(action, None)
    if locked.state == ActionState.CLEARED:
        return locked
    return move_action(by=by, action=locked, move=Move.CLEAR)
