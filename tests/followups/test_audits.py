"""An audit from its order to its invoice: what each action writes, refuses and lets follow."""

from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from followups.actions.audits import (
    approve_audit,
    book_audit,
    cancel_audit,
    change_order,
    give_back_audit,
    hand_in_audit,
    order_audit,
    register_carried_out,
)
from followups.actions.judgements import judge
from followups.actions.links import issue_link
from followups.enums.audits import AuditKind, AuditState, Judgement, Payer, Scope
from followups.enums.follow_ups import State
from followups.enums.links import Holder
from followups.models import AccessLink, Audit, AuditJudgement, FollowUp, StateChange
from portal import clock
from portal.history.models import SystemActor, actor_of
from portal.history.versions import StaleVersionError
from portal.outbox.models import Message
from tests.followups.audit_factories import (
    AUDITOR,
    AuditFactory,
    FacilityFactory,
    FindingDraftFactory,
    FrameworkFactory,
)

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


def test_the_cooperation_pays_the_first_office_audit_and_the_first_follow_up_audit_and_the_supplier_the_rest(follow_up):
    facility = FacilityFactory(supplier=follow_up.supplier)
    first = ordered(follow_up)
    register_carried_out(by=BY, audit=first, carried_out_on=clock.today())
    others = [
        ordered(follow_up, AuditKind.FOLLOW_UP, follows=first),
        ordered(follow_up, AuditKind.FOLLOW_UP, follows=first),
        ordered(follow_up),
        ordered(follow_up, AuditKind.FACTORY, facility=facility),
    ]
    assert [(audit.number, audit.payer) for audit in (first, *others)] == [
        (1, Payer.COOPERATION),
        (2, Payer.COOPERATION),
        (3, Payer.SUPPLIER),
        (4, Payer.SUPPLIER),
        (5, Payer.SUPPLIER),
    ]


def test_a_cancelled_audit_does_not_use_up_what_the_cooperation_pays(follow_up):
    first = ordered(follow_up)
    cancel_audit(by=BY, audit=first, version=1, reason="Bolaget har flyttat")
    second = ordered(follow_up)
    assert (second.number, second.payer) == (2, Payer.COOPERATION)


def test_another_payer_than_the_rule_says_needs_a_reason(follow_up):
    with pytest.raises(ValidationError) as refused:
        ordered(follow_up, payer=Payer.SUPPLIER, payer_reason=" ")
    assert list(refused.value.error_dict) == ["payer_reason"]
    audit = ordered(follow_up, payer=Payer.SUPPLIER, payer_reason="Enligt avtalet")
    assert (audit.payer, audit.payer_by_rule, audit.payer_reason) == ("supplier", "cooperation", "Enligt avtalet")
    with pytest.raises(IntegrityError, match="audit_payer_explained"), transaction.atomic():
        Audit.objects.update(payer_reason="")


def test_the_same_order_sent_twice_is_one_audit(follow_up):
    submission = uuid4()
    assert ordered(follow_up, submission=submission) == ordered(follow_up, submission=submission)
    assert Audit.objects.count() == 1


def test_a_follow_up_audit_follows_an_earlier_one_of_the_same_follow_up(follow_up):
    elsewhere = AuditFactory(carried_out=-1)
    with pytest.raises(IntegrityError, match="audit_follows_an_earlier"), transaction.atomic():
        ordered(follow_up, AuditKind.FOLLOW_UP, follows=elsewhere)
    with pytest.raises(IntegrityError, match="audit_follow_up_follows"), transaction.atomic():
        ordered(follow_up, AuditKind.FOLLOW_UP)
    with pytest.raises(IntegrityError, match="audit_factory_at_facility"), transaction.atomic():
        ordered(follow_up, AuditKind.FACTORY)


def test_a_facility_of_another_supplier_is_refused(follow_up):
    with pytest.raises(ValidationError) as refused:
        ordered(follow_up, AuditKind.FACTORY, facility=FacilityFactory())
    assert list(refused.value.error_dict) == ["facility"]
    assert not Audit.objects.exists()


def test_nothing_is_ordered_in_a_follow_up_that_has_ended(follow_up):
    FollowUp.objects.update(state=State.CLOSED)
    with pytest.raises(ValidationError):
        ordered(follow_up)


def test_an_order_is_changed_until_the_audit_is_carried_out_and_never_silently(follow_up):
    audit = ordered(follow_up, price_ore=1_000_000)
    facts = {
        "scope": Scope.BOTH,
        "facility": None,
        "framework": FrameworkFactory(),
        "ordered_on": in_days(-30),
        "order_reference": "B-1",
        "price_ore": 2_500_050,
        "payer": None,
        "payer_reason": "",
    }
    changed = change_order(by=BY, audit=audit, version=1, **facts)
    assert (changed.price_ore, changed.scope, changed.payer) == (2_500_050, "both", "cooperation")
    with pytest.raises(StaleVersionError):
        change_order(by=BY, audit=audit, version=1, **facts)
    register_carried_out(by=BY, audit=audit, carried_out_on=clock.today())
    audit.refresh_from_db()
    with pytest.raises(ValidationError):
        change_order(by=BY, audit=audit, version=audit.version, **facts)


# --- Booking ---------------------------------------------------------------------------------------------


def test_booking_gives_the_auditor_a_link_and_moves_the_follow_up_on(follow_up):
    audit = booked(ordered(follow_up))
    link = AccessLink.objects.get()
    assert (link.holder, link.email, link.follow_up, link.message.to) == ("auditor", AUDITOR, follow_up, AUDITOR)
    follow_up.refresh_from_db()
    assert (follow_up.state, audit.state) == (State.OFFICE_AUDIT_PLANNED, AuditState.BOOKED)
    assert StateChange.objects.get().reason  # the self-assessment was skipped


def test_another_date_is_told_to_the_same_auditor_and_the_link_stays(follow_up):
    audit = booked(ordered(follow_up))
    booked(audit, agenda="Ny dagordning")
    assert Message.objects.count() == 1
    booked(audit, planned_on=in_days(9), agenda="Ny dagordning")
    assert AccessLink.objects.count() == 1
    letter = Message.objects.latest("pk")
    assert (letter.to, letter.kind) == (AUDITOR, "audit")
    assert "09:30" in letter.body


def test_the_suppliers_people_are_told_of_an_audit_and_of_another_date_but_not_of_one_that_comes_unannounced(follow_up):
    issue_link(by=BY, holder=Holder.SUPPLIER, name="Anna Ek", email="anna@leverantor.example", language="sv",
               follow_up=follow_up)  # fmt: skip
    told = Message.objects.filter(kind="audit_announced", to="anna@leverantor.example")
    audit = ordered(follow_up)
    booked(audit, is_unannounced=True)
    assert not told.exists()
    booked(audit, place="Malmö")
    booked(audit, agenda="En annan ordning")
    assert "Malmö" in told.get().body
    booked(audit, place="Lund")
    assert [("Lund" in body) for body in told.order_by("pk").values_list("body", flat=True)] == [False, True]


def test_an_auditor_who_is_replaced_loses_the_link_unless_there_is_another_audit(follow_up):
    first, second = booked(ordered(follow_up)), booked(ordered(follow_up))
    assert AccessLink.objects.count() == 1
    booked(first, auditor_name="Sten", auditor_email="sten@revision.example")
    assert AccessLink.objects.get(email=AUDITOR).is_open
    booked(second, auditor_name="Sten", auditor_email="STEN@revision.example")
    assert not AccessLink.objects.get(email=AUDITOR).is_open
    assert AccessLink.objects.get(email__iexact="sten@revision.example").is_open


def test_cancelling_ends_the_link_and_needs_a_reason(follow_up):
    audit = booked(ordered(follow_up))
    with pytest.raises(ValidationError):
        cancel_audit(by=BY, audit=audit, version=audit.version, reason=" ")
    cancelled = cancel_audit(by=BY, audit=audit, version=audit.version, reason="Ställs in")
    assert cancelled.state == AuditState.CANCELLED
    assert not AccessLink.objects.get().is_open
    with pytest.raises(ValidationError):
        booked(audit)


def test_two_who_book_at_once_do_not_overwrite_each_other(follow_up):
    audit = ordered(follow_up)
    booked(audit)
    with pytest.raises(StaleVersionError):
        booked(audit, version=1, place="Lund")
    audit.refresh_from_db()
    assert audit.place == "Malmö"


def test_a_booking_without_an_auditor_gives_no_link(follow_up):
    booked(ordered(follow_up), auditor_name="", auditor_email="")
    assert not AccessLink.objects.exists()


# --- Carried out, handed in, approved, paid --------------------------------------------------------------


def test_carried_out_moves_the_follow_up_to_audited(follow_up):
    audit = register_carried_out(by=BY, audit=booked(ordered(follow_up)), carried_out_on=clock.today())
    follow_up.refresh_from_db()
    assert (follow_up.state, audit.state, audit.carried_out_on) == (State.AUDITED, "carried_out", clock.today())
    again = register_carried_out(by=BY, audit=audit, carried_out_on=in_days(-1))
    assert again.carried_out_on == clock.today()


def test_a_follow_up_audit_moves_it_to_its_own_step(follow_up):
    first = register_carried_out(by=BY, audit=ordered(follow_up), carried_out_on=clock.today())
    booked(ordered(follow_up, AuditKind.FOLLOW_UP, follows=first))
    follow_up.refresh_from_db()
    assert follow_up.state == State.FOLLOW_UP_AUDIT


@pytest.mark.parametrize("days", [-61, 1])
def test_a_day_before_the_order_or_in_the_future_is_refused_at_its_field(follow_up, days):
    audit = ordered(follow_up)
    with pytest.raises(ValidationError) as refused:
        register_carried_out(by=BY, audit=audit, carried_out_on=in_days(days))
    assert list(refused.value.error_dict) == ["carried_out_on"]


def test_the_database_holds_the_order_of_the_dates(follow_up):
    audit = ordered(follow_up)
    register_carried_out(by=BY, audit=audit, carried_out_on=in_days(-5))
    with pytest.raises(IntegrityError, match="audit_after_its_order"), transaction.atomic():
        Audit.objects.update(carried_out_on=in_days(-61))
    with pytest.raises(IntegrityError, match="audit_invoice_after"), transaction.atomic():
        Audit.objects.update(invoice_number="1", invoiced_on=in_days(-6), actual_ore=1)
    with pytest.raises(IntegrityError, match="audit_invoice_whole"), transaction.atomic():
        Audit.objects.update(invoice_number="1")


def test_the_auditor_hands_in_and_is_then_locked_out_until_it_is_given_back(follow_up):
    audit = booked(ordered(follow_up))
    auditor = AccessLink.objects.get().actor
    requirement = follow_up.clause_version.requirements.first()
    handed_in = hand_in_audit(by=auditor, audit=audit, carried_out_on=clock.today())
    assert (handed_in.state, handed_in.handed_in_by.name) == ("handed_in", "Rita Revisor")
    with pytest.raises(ValidationError):
        judge(by=auditor, audit=audit, requirement=requirement, version=0, judgement=Judgement.PARTLY)
    judge(by=BY, audit=audit, requirement=requirement, version=0, judgement=Judgement.PARTLY)
    give_back_audit(by=BY, audit=audit, note="Krav 3 saknas")
    assert Message.objects.latest("pk").body.count("Krav 3 saknas") == 1
    judge(by=auditor, audit=audit, requirement=requirement, version=1, judgement=Judgement.FULFILLED)
    assert AuditJudgement.objects.get().changed_by.name == "Rita Revisor"


def test_nothing_is_handed_in_over_the_auditors_own_drafts(follow_up):
    audit = booked(ordered(follow_up))
    auditor = AccessLink.objects.get().actor
    FindingDraftFactory(audit=audit)
    FindingDraftFactory(audit=audit, created_by=actor_of(auditor))
    with pytest.raises(ValidationError, match="1"):
        hand_in_audit(by=auditor, audit=audit, carried_out_on=clock.today())
    audit.refresh_from_db()
    assert audit.handed_in_at is None


def test_approval_waits_until_every_requirement_is_judged(follow_up):
    audit = register_carried_out(by=BY, audit=ordered(follow_up), carried_out_on=clock.today())
    with pytest.raises(ValidationError, match="3"):
        approve_audit(by=BY, audit=audit)
    judged(audit)
    assert approve_audit(by=BY, audit=audit).state == AuditState.APPROVED
    with pytest.raises(ValidationError):
        judge(
            by=BY,
            audit=audit,
            requirement=follow_up.clause_version.requirements.first(),
            version=1,
            judgement=Judgement.PARTLY,
        )
