"""The supplier's plan and actions, and severe reports, as sources of reminders: who is told what, when, and when no more."""

import uuid
from datetime import date, timedelta

import pytest
from django.utils import translation

from followups.actions.action_plans import ask_for_plan
from followups.actions.links import issue_link, revoke_link
from followups.actions.severe import report_severe, take_up_report
from followups.enums.actions import ActionState
from followups.enums.follow_ups import State
from followups.enums.links import Holder
from followups.models import ActionPlan, CorrectiveAction, FollowUp
from followups.reminders import action_plans, corrective_actions, severe
from portal.history.models import LinkActor, SystemActor
from portal.outbox.models import Message
from portal.reminders.actions import tick
from portal.reminders.sources import Outside
from tests.factories import ContractFactory, RegionFactory
from tests.followups.factories import CorrectiveActionFactory, FindingFactory, FollowUpFactory

pytestmark = pytest.mark.django_db
BY = SystemActor("test")
DUE_ON = date(2026, 12, 16)  # a Wednesday
SARA = Outside("sara@leverantor.example", "Sara", "sv")


@pytest.fixture
def follow_up(buyer):
    """With two actions whose plan is asked for by DUE_ON; the supplier's contact has a link, the buyer handles it."""
    follow_up = FollowUpFactory(contracts=["23"], handler=buyer)
    finding = FindingFactory(follow_up=follow_up, text="Hemlig iakttagelse")
    for _number in range(2):
        CorrectiveActionFactory(finding=finding, due_on=DUE_ON + timedelta(days=90))
    issue_link(by=BY, holder=Holder.SUPPLIER, name=SARA.name, email=SARA.email, language="sv", follow_up=follow_up)
    ask_for_plan(by=BY, follow_up=follow_up, due_on=DUE_ON, recipients=[])
    return follow_up


def told(found):
    return [(str(due.recipient), due.step) for due in found]


def test_one_reminder_a_plan_for_the_supplier_and_the_handler_and_late_for_those_who_are_to_know(
    follow_up, buyer, secretariat
):
    both = [str(buyer), "Sara"]
    for days, step in ((-14, "-14"), (-3, "-3"), (0, "0")):
        assert told(action_plans.due(DUE_ON + timedelta(days=days))) == [(who, step) for who in both]
    late = [str(buyer), str(secretariat), "Sara"]
    assert told(action_plans.due(DUE_ON + timedelta(days=7))) == [(who, "+7") for who in late]


def test_one_plan_that_is_sent_leaves_the_other_and_the_last_leaves_none(follow_up):
    plan, (first, second) = ActionPlan.objects.get(), CorrectiveAction.objects.order_by("pk")
    CorrectiveAction.objects.filter(pk=first.pk).update(state=ActionState.PROPOSED)
    assert action_plans.open_among([plan.public_id]) == {plan.public_id}
    CorrectiveAction.objects.filter(pk=second.pk).update(state=ActionState.PROPOSED)
    assert action_plans.open_among([plan.public_id]) == set()
    assert told(action_plans.due(DUE_ON)) == []


def test_no_one_is_told_by_a_link_that_leads_nowhere_or_in_what_has_ended(follow_up, buyer):
    revoke_link(by=BY, link=follow_up.links.get())
    assert told(action_plans.due(DUE_ON - timedelta(days=3))) == [(str(buyer), "-3")]
    FollowUp.objects.update(state=State.ABORTED)
    assert told(action_plans.due(DUE_ON - timedelta(days=3))) == []


def test_supplier_is_reminded_of_what_it_owes_and_not_of_what_waits_for_us(follow_up):
    first, second = CorrectiveAction.objects.order_by("pk")
    CorrectiveAction.objects.filter(pk=first.pk).update(state=ActionState.ACCEPTED, due_on=DUE_ON)
    CorrectiveAction.objects.filter(pk=second.pk).update(state=ActionState.DELIVERED, due_on=DUE_ON)
    outside = [due.public_id for due in corrective_actions.due(DUE_ON) if due.recipient == SARA]
    assert outside == [first.public_id]


def test_deadlines_are_in_the_handlers_calendar(follow_up, buyer, neighbour):
    assert [each.due_on for each in action_plans.deadlines(buyer)] == [DUE_ON]
    assert list(action_plans.deadlines(neighbour)) == []


@pytest.mark.parametrize("language", ["sv", "en"])
def test_letters_say_that_a_plan_is_due_and_nothing_of_what_was_found(follow_up, language):
    with translation.override(language):
        inside, outside = [action_plans.text(due) for due in action_plans.due(DUE_ON)]
    for subject, body in (inside, outside):
        assert follow_up.supplier.name in subject
        assert "Hemlig" not in subject + body
    assert f"/follow-ups/{follow_up.public_id}/" in inside[1]
    assert "/follow-ups/links/mine/" in outside[1]
    assert follow_up.public_id not in outside[1]


def test_tick_mails_the_supplier_once(follow_up):
    day = DUE_ON - timedelta(days=14)
    for _turn in range(2):
        tick(by=BY, day=day)
    assert Message.objects.filter(to=SARA.email).exclude(kind="access_link").count() == 1


def test_a_report_that_no_one_takes_up_is_urgent_to_those_who_can(buyer, secretariat, area_coordinator, neighbour):
    contract = ContractFactory(region=RegionFactory(code="23"))
    report = report_severe(
        by=LinkActor("abcabcabcabc", "Sara"),
        contract=contract,
        submission=uuid.uuid4(),
        severe_type="corruption",
        happened="Hemlig händelse",
        facts="x",
        known_on=date(2026, 1, 2),
        country="IN",
    )
    day = severe.take_up_by(report)
    assert list(severe.due(day - timedelta(days=3))) == []
    found = list(severe.due(day + timedelta(days=7)))
    assert {due.recipient for due in found} == {buyer, secretariat}
    assert all(due.is_urgent for due in found)
    subject, body = severe.text(found[0])
    assert "Hemlig" not in subject + body
    assert report.public_id in body
    assert severe.open_among([report.public_id]) == {report.public_id}
    take_up_report(by=buyer, report=report)
    assert severe.open_among([report.public_id]) == set()
    assert list(severe.due(day + timedelta(days=7))) == []
