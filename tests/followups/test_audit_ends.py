"""Audits as they are handed in, approved, invoiced and shown."""

from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from followups.actions.audit_details import (
    add_framework,
    add_role,
    ask_for_document,
    change_framework,
    receive_document,
    remove_role,
    withdraw_request,
)
from followups.actions.audits import (
    approve_audit,
    book_audit,
    order_audit,
    register_carried_out,
    register_invoice,
)
from followups.actions.judgements import judge
from followups.enums.audits import AuditKind, Judgement, Scope
from followups.enums.follow_ups import State
from followups.models import Audit, FollowUp, RoleMet
from portal import clock
from portal.files.checks import Upload
from portal.files.models import StoredFile
from portal.history.models import SystemActor
from portal.history.versions import StaleVersionError
from tests.factories import ClauseVersionFactory
from tests.followups.audit_factories import (
    AUDITOR,
    DocumentRequestFactory,
)
from tests.followups.factories import RequirementFactory

pytestmark = pytest.mark.django_db
BY = SystemActor("test")


def in_days(days):
    return clock.today() + timedelta(days=days)


def ordered(follow_up, kind=AuditKind.OFFICE, **values) -> Audit:
    facts = {"scope": Scope.DUE_DILIGENCE, "ordered_on": in_days(-60), "submission": uuid4()} | values
    return order_audit(by=BY, follow_up=follow_up, kind=kind, **facts)


def booked(audit, **values) -> Audit:
    audit.refresh_from_db()
    facts = {
        "version": audit.version,
        "planned_on": in_days(5),
        "start_time": time(9, 30),
        "is_remote": False,
        "place": "Malmö",
        "agenda": "",
        "is_unannounced": False,
        "auditor_name": "Rita Revisor",
        "auditor_email": AUDITOR,
    } | values
    return book_audit(by=BY, audit=audit, **facts)


def judged(audit, judgement=Judgement.FULFILLED) -> None:
    for requirement in audit.follow_up.clause_version.requirements.all():
        judge(by=BY, audit=audit, requirement=requirement, version=0, judgement=judgement)


# --- Order and payer -------------------------------------------------------------------------------------


def test_what_is_not_carried_out_is_not_approved(follow_up):
    audit = ordered(follow_up)
    judged(audit)
    with pytest.raises(ValidationError):
        approve_audit(by=BY, audit=audit)


def test_an_invoice_comes_after_the_audit_also_when_the_follow_up_has_ended(follow_up):
    audit = ordered(follow_up)
    invoice = {"invoice_number": "F-7", "actual_ore": 4_812_550}
    with pytest.raises(ValidationError):
        register_invoice(by=BY, audit=audit, version=1, invoiced_on=clock.today(), **invoice)
    register_carried_out(by=BY, audit=audit, carried_out_on=in_days(-2))
    FollowUp.objects.update(state=State.CLOSED)
    with pytest.raises(ValidationError) as refused:
        register_invoice(by=BY, audit=audit, version=2, invoiced_on=in_days(-3), **invoice)
    assert list(refused.value.error_dict) == ["invoiced_on"]
    paid = register_invoice(by=BY, audit=audit, version=2, invoiced_on=in_days(-2), **invoice)
    assert (paid.actual_ore, paid.invoice_number) == (4_812_550, "F-7")
    with pytest.raises(StaleVersionError):
        register_invoice(by=BY, audit=audit, version=2, invoiced_on=in_days(-1), **invoice)


# --- What goes with it -----------------------------------------------------------------------------------


def test_the_second_judge_gets_a_lost_race_and_the_first_text_stays(follow_up):
    audit, requirement = ordered(follow_up), follow_up.clause_version.requirements.first()
    judge(by=BY, audit=audit, requirement=requirement, version=0, judgement=Judgement.PARTLY, note="Först")
    with pytest.raises(StaleVersionError) as lost:
        judge(by=BY, audit=audit, requirement=requirement, version=0, judgement=Judgement.NOT_FULFILLED, note="Sedan")
    assert (lost.value.stored.note, lost.value.stored.version) == ("Först", 1)
    same = judge(by=BY, audit=audit, requirement=requirement, version=0, judgement=Judgement.PARTLY, note="Först")
    assert same.version == 1


def test_a_requirement_of_another_clause_version_is_refused(follow_up):
    other = RequirementFactory(clause_version=ClauseVersionFactory(name="2016"), number=1)
    with pytest.raises(IntegrityError, match="audit_judgement_of_clause"), transaction.atomic():
        judge(by=BY, audit=ordered(follow_up), requirement=other, version=0, judgement=Judgement.FULFILLED)


def test_documents_are_asked_for_received_once_and_withdrawn(follow_up):
    audit, submission = ordered(follow_up), uuid4()
    facts = {"title": "Riskanalys", "due_on": in_days(3)}
    wanted, again = (ask_for_document(by=BY, audit=audit, submission=submission, **facts) for _turn in range(2))
    assert wanted == again
    upload = Upload("analys.pdf", "application/pdf", b"%PDF")
    receive_document(by=BY, request=wanted, uploads=[upload])
    received = receive_document(by=BY, request=wanted, uploads=[upload, Upload("bild.png", "image/png", b"png")])
    assert [document.file.name for document in received.documents.all()] == ["analys.pdf", "bild.png"]
    assert StoredFile.objects.count() == 2
    with pytest.raises(ValidationError):
        withdraw_request(by=BY, request=wanted)
    other = DocumentRequestFactory(audit=audit)
    withdraw_request(by=BY, request=other)
    with pytest.raises(ValidationError):
        receive_document(by=BY, request=other, uploads=[upload])


def test_an_unannounced_audit_asks_for_nothing_and_what_asks_cannot_become_unannounced(follow_up):
    audit = ordered(follow_up, is_unannounced=True)
    with pytest.raises(ValidationError):
        ask_for_document(by=BY, audit=audit, submission=uuid4(), title="Policy", due_on=in_days(3))
    other = ordered(follow_up)
    ask_for_document(by=BY, audit=other, submission=uuid4(), title="Policy", due_on=in_days(3))
    with pytest.raises(ValidationError) as refused:
        booked(other, is_unannounced=True)
    assert list(refused.value.error_dict) == ["is_unannounced"]


def test_roles_are_noted_once_and_taken_back(follow_up):
    audit, submission = ordered(follow_up), uuid4()
    role, again = (
        add_role(by=BY, audit=audit, submission=submission, role="Skyddsombud", people=2) for _turn in range(2)
    )
    assert role == again
    remove_role(by=BY, role=role)
    remove_role(by=BY, role=role)
    assert not RoleMet.objects.exists()


def test_an_agreement_is_registered_once(db):
    facts = {"firm": "Granskarna AB", "number": "1", "valid_from": clock.today()}
    agreement = add_framework(by=BY, **facts)
    with pytest.raises(ValidationError) as refused:
        add_framework(by=BY, **facts)
    assert list(refused.value.error_dict) == ["number"]
    facts |= {"number": "2", "valid_to": None}
    changed = change_framework(by=BY, framework=agreement, version=1, **facts)
    assert (changed.number, changed.version) == ("2", 2)
    with pytest.raises(StaleVersionError):
        change_framework(by=BY, framework=agreement, version=1, **facts)
