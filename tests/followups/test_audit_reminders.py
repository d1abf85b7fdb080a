"""Who is reminded of an audit and of the documents before it, when, and in which words."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from followups.actions.links import issue_link
from followups.enums.follow_ups import State
from followups.enums.links import Holder
from followups.models import Audit, AuditDocumentRequest, FollowUp
from followups.reminders.audits import (
    audit_deadlines,
    audit_text,
    audits_due,
    audits_open,
    documents_due,
    documents_open,
    documents_text,
)
from portal import clock
from portal.history.models import SystemActor
from portal.reminders.sources import Outside
from tests.followups.audit_factories import AUDITOR, AuditFactory, DocumentRequestFactory
from tests.followups.factories import FollowUpFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 12, 2)  # a Wednesday
THREE_BEFORE = date(2026, 11, 27)
FORTNIGHT_BEFORE = date(2026, 11, 18)
CONTACT = "anna@leverantor.example"


@pytest.fixture
def audit(buyer) -> Audit:
    follow_up = FollowUpFactory(supplier__name="Norrmed AB", contracts=["23"], handler=buyer)
    audit = AuditFactory(follow_up=follow_up, booked=5, place="Malmö", ordered_on=date(2026, 1, 1))
    Audit.objects.update(planned_on=DAY)
    audit.refresh_from_db()
    return audit


def told(found):
    return [(getattr(due.recipient, "email", ""), due.step, due.public_id) for due in found]


def test_handler_and_auditor_are_reminded_and_each_by_their_own_schedule(audit, buyer):
    assert told(audits_due(FORTNIGHT_BEFORE)) == [
        (buyer.email, "-14", audit.public_id),
        (AUDITOR, "-14", audit.public_id),
    ]
    assert told(audits_due(THREE_BEFORE)) == [
        (buyer.email, "-3", audit.public_id),
        (AUDITOR, "-3", audit.public_id),
    ]
    assert told(audits_due(DAY + timedelta(days=22)))[0] == (buyer.email, "+21", audit.public_id)


@pytest.mark.parametrize("change", ["carried out", "cancelled", "ended"])
def test_nothing_is_due_for_what_is_settled_meanwhile(audit, change):
    assert audits_open([audit.public_id]) == {audit.public_id}
    by = audit.created_by
    if change == "carried out":
        Audit.objects.update(carried_out_on=DAY, carried_out_at=clock.now(), carried_out_by=by)
    elif change == "cancelled":
        Audit.objects.update(cancelled_at=clock.now(), cancelled_by=by, cancel_reason="Inställd")
    else:
        FollowUp.objects.update(state=State.ABORTED)
    assert told(audits_due(THREE_BEFORE)) == []
    assert audits_open([audit.public_id]) == set()


def test_the_words_say_when_and_where_and_give_the_auditor_no_inside_address(audit, buyer):
    inside, outside = audits_due(THREE_BEFORE)
    with translation.override("sv"):
        subject, body = audit_text(inside)
        assert "Norrmed AB" in subject
        assert "2 december 2026" in body
        assert "Malmö" in body
        assert f"/follow-ups/audits/{audit.public_id}/" in body
        assert f"/follow-ups/audits/{audit.public_id}/" not in audit_text(outside)[1]
        assert "/follow-ups/links/mine/" in audit_text(outside)[1]


def test_deadlines_are_the_handlers_own(audit, buyer, neighbour):
    assert [deadline.due_on for deadline in audit_deadlines(buyer)] == [DAY]
    assert list(audit_deadlines(neighbour)) == []


def contact_of(follow_up):
    return issue_link(
        by=SystemActor("test"), holder=Holder.SUPPLIER, name="Anna", email=CONTACT, language="en", follow_up=follow_up
    )


def test_the_supplier_is_reminded_once_of_all_documents_of_a_day(audit):
    contact_of(audit.follow_up)
    for title in ("Policy", "Riskanalys"):
        DocumentRequestFactory(audit=audit, title=title, due_on=DAY)
    (due,) = documents_due(THREE_BEFORE)
    assert (due.recipient, due.step) == (Outside(CONTACT, "Anna", "en"), "-3 2026-12-02")
    with translation.override("en"):
        _subject, body = documents_text(due)
    assert "Policy" in body
    assert "Riskanalys" in body


def test_documents_that_came_or_were_withdrawn_are_asked_for_no_more(audit):
    contact_of(audit.follow_up)
    wanted = DocumentRequestFactory(audit=audit, due_on=DAY)
    assert documents_open([audit.public_id]) == {audit.public_id}
    AuditDocumentRequest.objects.filter(pk=wanted.pk).update(received_at=clock.now(), received_by=audit.created_by)
    assert list(documents_due(THREE_BEFORE)) == []
    assert documents_open([audit.public_id]) == set()


def test_without_a_contact_nobody_is_reminded_of_documents(audit):
    DocumentRequestFactory(audit=audit, due_on=DAY)
    assert list(documents_due(THREE_BEFORE)) == []
