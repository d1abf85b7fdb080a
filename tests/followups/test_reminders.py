"""Which corrective actions are reminded of, to whom, when, and in which words."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from followups.reminders.corrective_actions import due, text
from portal import clock
from portal.history.models import SystemActor
from portal.outbox.models import Message
from portal.reminders.actions import tick
from regions.models import Membership
from tests.followups.factories import CorrectiveActionFactory, FindingFactory, FollowUpFactory

pytestmark = pytest.mark.django_db
DUE_ON = date(2026, 12, 2)  # a Wednesday; the Sunday before is 29 November
THREE_BEFORE = date(2026, 11, 27)  # the Friday before that Sunday


@pytest.fixture
def action(buyer):
    follow_up = FollowUpFactory(supplier__name="Norrmed AB", contracts=["23"], handler=buyer)
    return CorrectiveActionFactory(
        finding=FindingFactory(follow_up=follow_up), description="Öppna nödutgången", due_on=DUE_ON
    )


def found(day):
    return [(entry.recipient, entry.step, entry.public_id) for entry in due(day)]


def test_handler_is_reminded_three_days_before_and_when_late(action, buyer):
    assert found(THREE_BEFORE - timedelta(days=1)) == []
    assert found(THREE_BEFORE) == [(buyer, "-3", action.public_id)]
    assert found(DUE_ON + timedelta(days=7)) == [(buyer, "+7", action.public_id)]
    assert found(DUE_ON + timedelta(days=21)) == [(buyer, "+21", action.public_id)]


def test_without_a_handler_the_lead_regions_people_are(action, buyer, person, neighbour):
    colleague = person("buyer", "23", email="colleague@test.example")
    follow_up = action.finding.follow_up
    follow_up.handler = follow_up.assigned_at = follow_up.assigned_by = None
    follow_up.save(update_fields=["handler", "assigned_at", "assigned_by"])
    assert {entry[0] for entry in found(THREE_BEFORE)} == {buyer, colleague}


def test_a_handler_who_left_does_not_silence_it(action, buyer, person):
    colleague = person("buyer", "23", email="colleague@test.example")
    Membership.objects.filter(user=buyer).update(valid_to=THREE_BEFORE - timedelta(days=1))
    assert [entry[0] for entry in found(THREE_BEFORE)] == [colleague]
    Membership.objects.filter(user=colleague).update(valid_to=THREE_BEFORE)
    assert [entry[0] for entry in found(THREE_BEFORE)] == [colleague]
    assert found(DUE_ON + timedelta(days=7)) == []


def test_done_draft_and_ended_are_not_reminded_of(action, buyer):
    finding = action.finding
    draft = FindingFactory(follow_up=finding.follow_up, state="draft")
    CorrectiveActionFactory(finding=draft, due_on=DUE_ON)
    CorrectiveActionFactory(finding=finding, due_on=DUE_ON, done_at=clock.now(), done_by=action.created_by)
    ended = FollowUpFactory(handler=buyer, state="closed")
    CorrectiveActionFactory(finding=FindingFactory(follow_up=ended), due_on=DUE_ON)
    assert found(THREE_BEFORE) == [(buyer, "-3", action.public_id)]


@pytest.mark.parametrize(("language", "day"), [("sv", "2 december 2026"), ("en", "2 December 2026")])
def test_text_names_supplier_action_date_and_page(action, buyer, language, day):
    (entry,) = due(THREE_BEFORE)
    with translation.override(language):
        subject, body = text(entry)
    assert subject.startswith("Norrmed AB")
    assert day in subject
    assert "Öppna nödutgången" in body
    assert f"/follow-ups/{action.finding.follow_up.public_id}/" in body


def test_tick_mails_once_and_the_page_shows_it(action, buyer, neighbour, client_of):
    for _turn in range(2):
        tick(by=SystemActor("reminders"), day=THREE_BEFORE)
    message = Message.objects.get()
    assert message.to == buyer.email
    page = f"/follow-ups/{action.finding.follow_up.public_id}/"
    assert message.subject in client_of(buyer).get(page).text
    follow_up = action.finding.follow_up
    follow_up.sharing_tier, follow_up.shared_at, follow_up.shared_by = "regions", clock.now(), action.created_by
    follow_up.save(update_fields=["sharing_tier", "shared_at", "shared_by"])
    shared = client_of(neighbour).get(page).text
    assert "Öppna nödutgången" in shared
    assert message.subject not in shared
