"""Which corrective actions are reminded of, to whom, when, and in which words."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from codeofconduct.models import CategoryOwner
from followups.actions.links import issue_link, revoke_link
from followups.enums.links import Holder
from followups.models import FollowUp
from followups.reminders.corrective_actions import deadlines, due, text
from portal import clock
from portal.history.models import SystemActor
from portal.outbox.models import Message
from portal.outbox.tasks import deliver
from portal.reminders.actions import tick
from regions.models import Membership, PurchasingGroup
from tests.factories import RegionFactory
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


def test_the_handler_is_reminded_by_the_whole_schedule(action, buyer):
    days = (date(2026, 11, 17), date(2026, 11, 18), THREE_BEFORE, DUE_ON, date(2026, 12, 9), date(2026, 12, 23))
    steps = [[(who, step) for who, step, about in found(day) if about == action.public_id] for day in days]
    assert steps == [[], [(buyer, "-14")], [(buyer, "-3")], [(buyer, "0")], [(buyer, "+7")], [(buyer, "+21")]]


@pytest.fixture
def coordinators(person, action, secretariat):
    """Those of the group that answers for the category, and of another."""
    answers, other = person("area_coordinator", "A"), person("area_coordinator", "B")
    CategoryOwner.objects.create(
        category=action.finding.follow_up.category,
        group=PurchasingGroup.objects.get(letter="A"),
        valid_from=date(2020, 1, 1),
    )
    return answers, other


@pytest.mark.parametrize("days", [7, 21])
def test_late_it_is_escalated_to_the_categorys_coordinator_and_the_secretariat(
    action, buyer, coordinators, secretariat, admin, days
):
    answers, _other = coordinators
    late = DUE_ON + timedelta(days=days)
    assert {entry[0] for entry in found(late)} == {buyer, answers, secretariat}
    assert {entry[0] for entry in found(late - timedelta(days=days))} == {buyer}


def test_who_is_told_because_it_is_late_reads_why(action, buyer, coordinators, settings):
    settings.PORTAL_NOW = "2026-12-09T09:00"
    bodies = {}
    with translation.override("en"):
        for entry in due(DUE_ON + timedelta(days=7)):
            bodies[entry.recipient] = text(entry)[1]
    assert "mark the action as done" in bodies[buyer]
    assert "because it is late" in bodies[coordinators[0]]


def test_a_coordinator_who_handles_it_is_reminded_once(action, coordinators):
    follow_up = action.finding.follow_up
    follow_up.handler = coordinators[0]
    follow_up.save(update_fields=["handler"])
    assert [entry[0] for entry in found(DUE_ON + timedelta(days=7))].count(coordinators[0]) == 1


def link_to(follow_up, email):
    return issue_link(
        by=SystemActor("test"), holder=Holder.SUPPLIER, name="Anna", email=email, language="en", follow_up=follow_up
    )


def test_the_suppliers_contacts_are_reminded_by_their_open_links(action, buyer):
    follow_up = action.finding.follow_up
    link_to(follow_up, "anna@supplier.example")
    revoke_link(by=SystemActor("test"), link=link_to(follow_up, "gone@supplier.example"))
    link_to(FollowUpFactory(), "elsewhere@supplier.example")
    assert [entry[0] for entry in found(THREE_BEFORE)] == [buyer]  # nothing is told before the plan
    FollowUp.objects.update(state="action_plan_awaited")
    told = [entry for entry in due(THREE_BEFORE) if entry.recipient != buyer]
    assert [entry.recipient.email for entry in told] == ["anna@supplier.example"]
    with translation.override("en"):
        body = text(told[0])[1]
    assert "/follow-ups/links/mine/" in body
    assert follow_up.public_id not in body


def test_number_of_queries_does_not_grow_with_actions(action, buyer, django_assert_num_queries):
    FollowUp.objects.update(state="actions_under_way")
    for _turn in range(2):
        with django_assert_num_queries(6):
            list(due(DUE_ON + timedelta(days=7)))
        for _number in range(2):
            follow_up = FollowUpFactory(
                handler=buyer, category=action.finding.follow_up.category, state="actions_under_way"
            )
            CorrectiveActionFactory(finding=FindingFactory(follow_up=follow_up), due_on=DUE_ON)


def test_nothing_is_mailed_for_what_was_closed_before_it_left(action, buyer):
    tick(by=SystemActor("reminders"), day=THREE_BEFORE)
    message = Message.objects.get()
    action.done_at, action.done_by = clock.now(), action.created_by
    action.save(update_fields=["done_at", "done_by"])
    deliver(message.public_id)
    message.refresh_from_db()
    assert message.state == "dropped"


def test_own_deadlines_are_those_that_one_sees_to(action, buyer, neighbour, secretariat):
    other = FollowUpFactory(lead_region=RegionFactory(code="25"), contracts=["25"], sharing_tier="regions")
    foreign = CorrectiveActionFactory(finding=FindingFactory(follow_up=other), due_on=DUE_ON)
    assert [each.public_id for each in deadlines(buyer)] == [action.public_id]
    assert [each.public_id for each in deadlines(neighbour)] == [foreign.public_id]
    assert [each.public_id for each in deadlines(secretariat)] == []


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
