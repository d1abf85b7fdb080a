"""An audit from its order to its invoice. Each action locks the follow-up first, then the audit."""

from datetime import date, time
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from codeofconduct.models import Facility
from followups.actions.follow_ups import carry_forward
from followups.actions.links import issue_link, revoke_link
from followups.emails.audits import queue_audit_announced, queue_audit_given_back, queue_audit_moved
from followups.enums.audits import AuditKind, Payer, Scope
from followups.enums.follow_ups import State
from followups.enums.links import Holder
from followups.models import AccessLink, Audit, FollowUp, FrameworkAgreement
from followups.queries.audits import assigned, next_number, not_yet_judged, payer_by_rule
from followups.refusals import ended, handed_in, settled
from portal import clock
from portal.history.models import By, LinkActor, actor_of
from portal.history.versions import StaleVersionError


def lock_audit(*, by: By, audit: Audit, version: int | None = None) -> tuple[FollowUp, Audit]:
    """The follow-up and the audit, locked in this order, of an audit in which `by` may still write.

    Raises ValidationError where the follow-up has ended, the audit is settled, or an auditor has handed it in;
    StaleVersionError where someone else saved after `version`.
    """
    follow_up = FollowUp.objects.select_for_update(of=["self"]).get(pk=audit.follow_up_id)
    locked = Audit.objects.select_for_update(of=["self"]).get(pk=audit.pk)
    locked.follow_up = follow_up
    if not follow_up.is_under_way:
        raise ended()
    if locked.is_settled:
        raise settled()
    if isinstance(by, LinkActor) and locked.handed_in_at is not None:
        raise handed_in()
    if version is not None and locked.version != version:
        raise StaleVersionError(locked)
    return follow_up, locked


def _save(audit: Audit, **facts: Any) -> Audit:
    for name, value in facts.items():
        setattr(audit, name, value)
    audit.version += 1
    audit.save(update_fields=[*facts, "version"])
    return audit


@transaction.atomic
def order_audit(
    *,
    by: By,
    follow_up: FollowUp,
    submission: UUID,
    kind: AuditKind,
    scope: Scope,
    ordered_on: date,
    follows: Audit | None = None,
    facility: Facility | None = None,
    framework: FrameworkAgreement | None = None,
    order_reference: str = "",
    price_ore: int | None = None,
    payer: Payer | None = None,
    payer_reason: str = "",
    planned_on: date | None = None,
    is_unannounced: bool = False,
) -> Audit:
    """Order an audit; the same `submission` again gives the one that is there. `price_ore`: öre excluding VAT.

    The payer follows the rule unless `payer` says otherwise, which needs `payer_reason`. Raises ValidationError where
    the follow-up has ended, the facility is another supplier's, or the reason is missing; IntegrityError for a follow-up
    audit that follows nothing, and for one planned before its order.
    """
    locked = FollowUp.objects.select_for_update(of=["self"]).get(pk=follow_up.pk)
    if found := Audit.objects.filter(follow_up=locked, submission=submission).first():
        return found
    if not locked.is_under_way:
        raise ended()
    _check_facility(locked, facility)
    return Audit.objects.create(
        follow_up=locked,
        submission=submission,
        kind=kind,
        number=next_number(locked),
        follows=follows,
        scope=scope,
        facility=facility,
        framework=framework,
        ordered_on=ordered_on,
        order_reference=order_reference,
        price_ore=price_ore,
        planned_on=planned_on,
        is_unannounced=is_unannounced,
        created_by=actor_of(by),
        **_payment(payer_by_rule(locked, kind), payer, payer_reason),
    )


def _check_facility(follow_up: FollowUp, facility: Facility | None) -> None:
    if facility is not None and facility.supplier_id != follow_up.supplier_id:
        raise ValidationError({"facility": _("The facility belongs to another supplier.")})


def _payment(by_rule: Payer, payer: Payer | None, reason: str) -> dict[str, str]:
    chosen = payer or by_rule
    if chosen == by_rule:
        return {"payer": chosen, "payer_by_rule": by_rule, "payer_reason": ""}
    if not reason.strip():
        raise ValidationError({"payer_reason": _("Write why someone else than by the rule pays.")})
    return {"payer": chosen, "payer_by_rule": by_rule, "payer_reason": reason.strip()}


@transaction.atomic
def change_order(
    *,
    by: By,
    audit: Audit,
    version: int,
    scope: Scope,
    facility: Facility | None,
    framework: FrameworkAgreement | None,
    ordered_on: date,
    order_reference: str,
    price_ore: int | None,
    payer: Payer | None,
    payer_reason: str,
) -> Audit:
    """Change what was ordered until the audit is carried out. Its kind stays: another kind is another order.

    Raises as `order_audit`, and StaleVersionError where someone else saved after `version`.
    """
    follow_up, locked = lock_audit(by=by, audit=audit, version=version)
    if locked.carried_out_at is not None:
        raise ValidationError(_("The audit is carried out. Its order can't be changed any more."), code="carried_out")
    _check_facility(follow_up, facility)
    return _save(
        locked,
        scope=scope,
        facility=facility,
        framework=framework,
        ordered_on=ordered_on,
        order_reference=order_reference,
        price_ore=price_ore,
        **_payment(payer_by_rule(follow_up, locked.kind, but=locked), payer, payer_reason),
    )


@transaction.atomic
def book_audit(
    *,
    by: By,
    audit: Audit,
    version: int,
    planned_on: date,
    start_time: time | None,
    is_remote: bool,
    place: str,
    agenda: str,
    is_unannounced: bool,
    auditor_name: str = "",
    auditor_email: str = "",
    auditor_language: str = "sv",
) -> Audit:
    """Say when, where and with whom; again for a change. The auditor gets a link of their own by mail, and the supplier's
    people with a link are told, unless it comes unannounced.

    The follow-up goes forward to the audit's step. An auditor who is replaced loses the link. Without an auditor the
    region or the secretariat carries it out. Raises ValidationError where nothing can be booked any more, and
    StaleVersionError where someone else saved after `version`.
    """
    follow_up, locked = lock_audit(by=by, audit=audit, version=version)
    if locked.carried_out_at is not None:
        raise ValidationError(_("The audit is carried out already."), code="carried_out")
    if is_unannounced and locked.document_requests.filter(withdrawn_at__isnull=True).exists():
        raise ValidationError(
            {"is_unannounced": _("The supplier has been asked for documents, so the audit can't come unannounced.")}
        )
    before, told = locked.auditor_email.casefold(), _appointment(locked)
    was_announced = locked.booked_at is not None and not locked.is_unannounced
    _save(
        locked,
        planned_on=planned_on,
        start_time=start_time,
        is_remote=is_remote,
        place=place,
        agenda=agenda,
        is_unannounced=is_unannounced,
        auditor_name=auditor_name,
        auditor_email=auditor_email,
        auditor_language=auditor_language,
        booked_at=locked.booked_at or clock.now(),
        booked_by=locked.booked_by if locked.booked_at else actor_of(by),
    )
    if before == auditor_email.casefold():
        if before and told != _appointment(locked):
            queue_audit_moved(by=by, audit=locked)
    else:
        _change_auditor(by, follow_up, locked, before)
    if not is_unannounced and not (was_announced and told == _appointment(locked)):
        queue_audit_announced(by=by, audit=locked)
    step = State.FOLLOW_UP_AUDIT if locked.kind == AuditKind.FOLLOW_UP else State.OFFICE_AUDIT_PLANNED
    reason = _("An audit was booked: %(audit)s.") % {"audit": locked}
    carry_forward(by=by, follow_up=follow_up, target=step, reason=reason)
    return locked


def _appointment(audit: Audit) -> tuple[Any, ...]:
    return audit.planned_on, audit.start_time, audit.is_remote, audit.place


def _change_auditor(by: By, follow_up: FollowUp, audit: Audit, before: str) -> None:
    if before:
        _release(by, follow_up, before)
    if audit.auditor_email:
        issue_link(
            by=by,
            holder=Holder.AUDITOR,
            name=audit.auditor_name,
            email=audit.auditor_email,
            language=audit.auditor_language,
            follow_up=follow_up,
        )


def _release(by: By, follow_up: FollowUp, email: str) -> None:
    """Take back the link of an auditor who has no audit left in the follow-up."""
    if assigned(follow_up, email).exists():
        return
    links = AccessLink.objects.open().filter(follow_up=follow_up, holder=Holder.AUDITOR, email__iexact=email)
    for link in links:
        revoke_link(by=by, link=link)


@transaction.atomic
def cancel_audit(*, by: By, audit: Audit, version: int, reason: str) -> Audit:
    """It will not be carried out. Its number stays taken; the auditor loses the link.

    Raises ValidationError without a reason and where it is carried out, StaleVersionError after a lost race.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Write why the audit is cancelled.")})
    follow_up, locked = lock_audit(by=by, audit=audit, version=version)
    if locked.carried_out_at is not None:
        raise ValidationError(_("The audit is carried out already."), code="carried_out")
    _save(locked, cancel_reason=reason.strip(), cancelled_at=clock.now(), cancelled_by=actor_of(by))
    if locked.auditor_email:
        _release(by, follow_up, locked.auditor_email)
    return locked


TOO_EARLY = gettext_lazy("The audit was ordered on %(day)s. It can't have been carried out before that.")


def _carry_out(by: By, follow_up: FollowUp, audit: Audit, carried_out_on: date) -> None:
    if carried_out_on < audit.ordered_on:
        raise ValidationError({"carried_out_on": TOO_EARLY % {"day": audit.ordered_on}})
    if carried_out_on > clock.today():
        raise ValidationError({"carried_out_on": _("The date is in the future. Write today or an earlier day.")})
    _save(audit, carried_out_on=carried_out_on, carried_out_at=clock.now(), carried_out_by=actor_of(by))
    if audit.kind != AuditKind.FOLLOW_UP:
        reason = _("An audit was carried out: %(audit)s.") % {"audit": audit}
        carry_forward(by=by, follow_up=follow_up, target=State.AUDITED, reason=reason)


@transaction.atomic
def register_carried_out(*, by: By, audit: Audit, carried_out_on: date) -> Audit:
    """Once; again changes nothing. The follow-up goes forward to audited, unless this was a follow-up audit.

    Raises ValidationError for a day before the order or in the future, and where nothing can be changed any more.
    """
    follow_up, locked = lock_audit(by=by, audit=audit)
    if locked.carried_out_at is None:
        _carry_out(by, follow_up, locked, carried_out_on)
    return locked


@transaction.atomic
def hand_in_audit(*, by: By, audit: Audit, carried_out_on: date) -> Audit:
    """The auditor is done: from now on the audit is closed to the auditor. It counts as carried out on the day given,
    unless that is registered already.

    Raises ValidationError as `register_carried_out`, and while the auditor has drafts that are not submitted.
    """
    follow_up, locked = lock_audit(by=by, audit=audit)
    unsent = locked.drafts.of(by).count()
    if unsent:
        raise ValidationError(
            ngettext(
                "%(count)d finding is not submitted yet. Submit it or throw it away first.",
                "%(count)d findings are not submitted yet. Submit them or throw them away first.",
                unsent,
            )
            % {"count": unsent},
            code="drafts",
        )
    if locked.carried_out_at is None:
        _carry_out(by, follow_up, locked, carried_out_on)
    if locked.handed_in_at is None:
        _save(locked, handed_in_at=clock.now(), handed_in_by=actor_of(by), returned_note="")
    return locked


@transaction.atomic
def give_back_audit(*, by: By, audit: Audit, note: str) -> Audit:
    """Open it to the auditor again, who is told by mail what is missing. Raises ValidationError where it isn't handed in."""
    if not note.strip():
        raise ValidationError({"note": _("Write what is missing.")})
    _follow_up, locked = lock_audit(by=by, audit=audit)
    if locked.handed_in_at is None:
        raise ValidationError(_("The audit isn't handed in."), code="not_handed_in")
    _save(locked, handed_in_at=None, handed_in_by=None, returned_note=note.strip())
    if locked.auditor_email:
        queue_audit_given_back(by=by, audit=locked)
    return locked


@transaction.atomic
def approve_audit(*, by: By, audit: Audit) -> Audit:
    """Accept what the audit found; from then on nothing in it changes but its invoice.

    Raises ValidationError where it isn't carried out, and where an audit of due diligence lacks a judgement.
    """
    _follow_up, locked = lock_audit(by=by, audit=audit)
    if locked.carried_out_at is None:
        raise ValidationError(_("The audit isn't carried out yet."), code="not_carried_out")
    missing = not_yet_judged(locked) if locked.scope != Scope.ENVIRONMENT else 0
    if missing:
        raise ValidationError(
            ngettext(
                "%(count)d requirement has no judgement yet.", "%(count)d requirements have no judgement yet.", missing
            )
            % {"count": missing},
            code="not_judged",
        )
    return _save(locked, approved_at=clock.now(), approved_by=actor_of(by))


@transaction.atomic
def register_invoice(
    *, by: By, audit: Audit, version: int, invoice_number: str, invoiced_on: date, actual_ore: int
) -> Audit:
    """What the audit cost in the end, öre excluding VAT; also after the follow-up has ended. Again corrects it.

    Raises ValidationError for an invoice before the audit and for an audit that has cost nothing yet, StaleVersionError
    after a lost race.
    """
    FollowUp.objects.select_for_update(of=["self"]).get(pk=audit.follow_up_id)
    locked = Audit.objects.select_for_update(of=["self"]).get(pk=audit.pk)
    if locked.version != version:
        raise StaleVersionError(locked)
    earliest = locked.carried_out_on or (locked.ordered_on if locked.cancelled_at else None)
    if earliest is None:
        raise ValidationError(_("The audit isn't carried out yet."), code="not_carried_out")
    if invoiced_on < earliest:
        raise ValidationError({"invoiced_on": _("The invoice can't be dated before the audit.")})
    return _save(locked, invoice_number=invoice_number, invoiced_on=invoiced_on, actual_ore=actual_ore)
