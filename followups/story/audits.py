"""The demo's audits: agreements, orders, judgements, a booked audit with what it asks for. Told once."""

import uuid
from dataclasses import dataclass
from datetime import date, time, timedelta

from followups.actions.audit_details import add_framework, add_role, ask_for_document
from followups.actions.audits import (
    approve_audit,
    book_audit,
    order_audit,
    register_carried_out,
    register_invoice,
)
from followups.actions.judgements import judge
from followups.enums.audits import AuditKind, Judgement, Scope
from followups.models import Audit, FollowUp, FrameworkAgreement
from portal import clock
from portal.history.models import SystemActor
from regions.models import User

SECRETARIAT = "kansli@demo.example"
FIRM = "Nordisk Leverantörsgranskning AB"
# One letter a requirement: fulfilled, partly, not.
LETTERS = {"f": Judgement.FULFILLED, "p": Judgement.PARTLY, "n": Judgement.NOT_FULFILLED}
NOTES = {
    Judgement.FULFILLED: "",
    Judgement.PARTLY: "Arbetssättet finns beskrivet men används inte i hela kedjan.",
    Judgement.NOT_FULFILLED: "Leverantören kunde inte visa hur kravet följs.",
}


@dataclass(frozen=True)
class ToldAudit:
    """Carried out on `carried_out` (days from today), or booked for `booked`."""

    supplier: str
    price: int
    judged: str = ""
    carried_out: int = 0
    booked: int = 0


AUDITS = (
    ToldAudit("Norrmed Instrument AB", 6_200_000, "fppfffp", carried_out=-60),
    ToldAudit("Handskfabriken i Borås AB", 5_850_000, "ffpfpnn", carried_out=-20),
    ToldAudit("Fjällpapper AB", 5_900_000, booked=9),
)


def tell(*, by: SystemActor) -> None:
    """Tell the audits of follow-ups that are under way and have none yet."""
    secretariat = User.objects.filter(email=SECRETARIAT).first() or by
    agreement = FrameworkAgreement.objects.filter(firm=FIRM).first() or add_framework(
        by=secretariat, firm=FIRM, number="HUSR 2025/3", valid_from=clock.today() - timedelta(days=400)
    )
    for told in AUDITS:
        follow_up = FollowUp.objects.filter(supplier__name=told.supplier, audits__isnull=True).order_by("pk").first()
        if follow_up is not None and follow_up.is_under_way:
            _tell(secretariat, follow_up, agreement, told)


def _day(days: int) -> date:
    return clock.today() + timedelta(days=days)


def _tell(by: User | SystemActor, follow_up: FollowUp, agreement: FrameworkAgreement, told: ToldAudit) -> None:
    planned = told.carried_out or told.booked
    audit = order_audit(
        by=by,
        follow_up=follow_up,
        submission=uuid.uuid4(),
        kind=AuditKind.OFFICE,
        scope=Scope.BOTH,
        ordered_on=_day(planned - 45),
        framework=agreement,
        order_reference=f"A-{follow_up.pk:03d}",
        price_ore=told.price,
    )
    book_audit(
        by=by,
        audit=audit,
        version=audit.version,
        planned_on=_day(planned),
        start_time=time(9, 0),
        is_remote=False,
        place="Leverantörens kontor",
        agenda="09.00 Inledning\n09.30 Riskbedömning och leverantörsled\n13.00 Samtal med skyddsombud\n15.00 Avslutning",
        is_unannounced=False,
        auditor_name="Rita Revisor",
        auditor_email="revisor@demo.example",
    )
    audit.refresh_from_db()
    if told.carried_out:
        _carried_out(by, audit, told)
    else:
        for title in ("Senaste riskbedömningen av leverantörsleden", "Policy för mänskliga rättigheter, med datum"):
            ask_for_document(by=by, audit=audit, submission=uuid.uuid4(), title=title, due_on=_day(4))


def _carried_out(by: User | SystemActor, audit: Audit, told: ToldAudit) -> None:
    requirements = audit.follow_up.clause_version.requirements.order_by("number")
    for requirement, letter in zip(requirements, told.judged, strict=False):
        judgement = LETTERS[letter]
        judge(by=by, audit=audit, requirement=requirement, version=0, judgement=judgement, note=NOTES[judgement])
    for role, people in (("Hållbarhetschef", 1), ("Inköpare", 2), ("Skyddsombud", 1)):
        add_role(by=by, audit=audit, submission=uuid.uuid4(), role=role, people=people)
    register_carried_out(by=by, audit=audit, carried_out_on=_day(told.carried_out))
    audit.refresh_from_db()
    if requirements.count() == len(told.judged):
        approve_audit(by=by, audit=audit)
    audit.refresh_from_db()
    register_invoice(
        by=by,
        audit=audit,
        version=audit.version,
        invoice_number=f"F{audit.pk:04d}",
        invoiced_on=_day(told.carried_out + 15),
        actual_ore=told.price + 145_000,
    )
