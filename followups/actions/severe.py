"""Severe deviations: the supplier's report, what is done with it, and the alert at once.

Lock order: the follow-up, then the report.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import Contract, Facility
from followups.emails.severe import finding_alert, report_alert
from followups.models import Finding, FollowUp, SevereAlert, SevereFile, SevereReport
from followups.queries.deadlines import severe_report_due
from followups.queries.severe import told_of_finding, told_of_report
from followups.refusals import ended
from portal import clock
from portal.files.actions import store_file
from portal.files.checks import Upload
from portal.history.models import By, actor_of
from portal.history.versions import lock_at
from portal.outbox.actions import queue_mail


@transaction.atomic
def report_severe(
    *,
    by: By,
    contract: Contract,
    submission: UUID,
    severe_type: str,
    happened: str,
    facts: str,
    known_on: date,
    measures_taken: str = "",
    measures_planned: str = "",
    facility: Facility | None = None,
    place: str = "",
    country: str = "",
    uploads: Iterable[Upload] = (),
) -> SevereReport:
    """The supplier's report under the contract; those who may read it are told at once, in this transaction.

    The same `submission` again gives the report that is there. Its date follows from the contract's clause.
    """
    Contract.objects.select_for_update(of=["self"]).get(pk=contract.pk)
    if found := SevereReport.objects.filter(contract=contract, submission=submission).first():
        return found
    report = SevereReport.objects.create(
        contract=contract,
        submission=submission,
        severe_type=severe_type,
        happened=happened,
        facts=facts,
        known_on=known_on,
        due_on=severe_report_due(contract, known_on),
        measures_taken=measures_taken,
        measures_planned=measures_planned,
        facility=facility,
        place=place,
        country=country,
        created_at=clock.now(),
        created_by=actor_of(by),
    )
    for upload in uploads:
        stored = store_file(by=by, name=upload.name, content=upload.content, media_type=upload.media_type)
        SevereFile.objects.create(report=report, file=stored, created_by=actor_of(by))
    told = {alert.recipient_id for alert in report.alerts.all()}
    for user in told_of_report(report):
        if user.pk not in told:
            subject, body = report_alert(report, user.language)
            _alert(by, user, subject, body, report=report)
    return report


@transaction.atomic
def alert_of_finding(*, by: By, finding: Finding) -> int:
    """Tell the secretariat and those concerned at once that a severe finding is submitted; how many were told now.

    Whoever was told of it before is not told again: one mail a person and finding.
    """
    told = set(SevereAlert.objects.filter(finding=finding).values_list("recipient", flat=True))
    recipients = [user for user in told_of_finding(finding) if user.pk not in told]
    for user in recipients:
        subject, body = finding_alert(finding, user.language)
        _alert(by, user, subject, body, finding=finding)
    return len(recipients)


def _alert(by: By, user: Any, subject: str, body: str, **about: Any) -> None:
    message = queue_mail(to=user.email, subject=subject, body=body, kind="severe_alert", language=user.language, by=by)
    SevereAlert.objects.create(recipient=user, message=message, created_by=actor_of(by), **about)


@transaction.atomic
def take_up_report(*, by: By, report: SevereReport) -> SevereReport:
    """Say that one sees to it; the first who does stays."""
    locked = lock_at(report, None)
    if locked.taken_up_at is None:
        locked.taken_up_at, locked.taken_up_by = clock.now(), actor_of(by)
        locked.version += 1
        locked.save(update_fields=["taken_up_at", "taken_up_by", "version"])
    return locked


@transaction.atomic
def link_report(*, by: By, report: SevereReport, follow_up: FollowUp, version: int | None = None) -> SevereReport:
    """Let the report belong to a follow-up of the same supplier; who links it sees to it.

    Raises ValidationError where the follow-up has ended or is of another supplier, StaleVersionError where someone else
    saved after `version`.
    """
    locked_follow_up = FollowUp.objects.select_for_update(of=["self"]).get(pk=follow_up.pk)
    locked = lock_at(report, version)
    if not locked_follow_up.is_under_way:
        raise ended()
    if locked.contract.supplier_id != locked_follow_up.supplier_id:
        raise ValidationError(_("The follow-up is of another supplier."), code="supplier")
    now, actor = clock.now(), actor_of(by)
    if locked.follow_up_id != locked_follow_up.pk:
        locked.follow_up, locked.linked_at, locked.linked_by = locked_follow_up, now, actor
    if locked.taken_up_at is None:
        locked.taken_up_at, locked.taken_up_by = now, actor
    locked.version += 1
    locked.save(update_fields=["follow_up", "linked_at", "linked_by", "taken_up_at", "taken_up_by", "version"])
    return locked
