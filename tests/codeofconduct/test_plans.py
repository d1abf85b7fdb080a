"""A category's action plan: who keeps it, who does its tasks, and what waits for whom."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.translation import override

from codeofconduct.actions.plans import add_plan, add_task, finish_task
from codeofconduct.models import CategoryPlan, PlanTask
from codeofconduct.permissions import can_finish_task, can_keep_plan
from codeofconduct.presentation.plans import attention_tiles
from codeofconduct.queries.plans import possible_owners
from codeofconduct.reminders import due, text
from portal import clock
from portal.history.models import SystemActor
from portal.reminders.actions import tick
from regions.models import GroupMembership, Membership, Region, User
from tests.codeofconduct.factories_risk import OwnerFactory, PlanFactory, TaskFactory
from tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db
BY = SystemActor("test")


def url(name, *args):
    return reverse(f"codeofconduct:{name}", args=args)


@pytest.fixture
def plan():
    """The plan of a category that procurement region A answers for."""
    return PlanFactory(category=OwnerFactory(letter="A").category)


def test_coordinator_of_the_owning_group_makes_a_plan_with_tasks(client_of, area_coordinator, secretariat):
    category = OwnerFactory(letter="A").category
    client = client_of(area_coordinator)
    form = {"title": "Instrument 2026", "goal": "Känd kedja", "valid_from": "2026-01-01", "valid_to": "2026-12-31"}
    answer = client.post(url("plan-add", category.public_id), form)
    plan = CategoryPlan.objects.get()
    assert answer.url == url("plan-detail", plan.public_id)
    assert client.post(url("plan-add", category.public_id), form).url == answer.url
    task = {"text": "Fråga leverantörerna", "owner": secretariat.public_id, "due_on": "2026-05-01"}
    client.post(url("task-add", plan.public_id), task)
    client.post(url("task-add", plan.public_id), task)
    stored = PlanTask.objects.get()
    assert (stored.text, stored.owner, stored.created_by.user) == (task["text"], secretariat, area_coordinator)
    client.post(url("task-edit", stored.public_id), {**task, "text": "Fråga alla", "owner": "", "version": 1})
    stored.refresh_from_db()
    assert (stored.text, stored.owner, stored.version) == ("Fråga alla", None, 2)


def test_who_keeps_a_plan(plan, secretariat, area_coordinator, person, buyer, reader):
    other = person("area_coordinator", "B")
    people = (secretariat, area_coordinator, other, buyer, reader)
    assert [can_keep_plan(user, plan.category) for user in people] == [True, True, False, False, False]
    task = TaskFactory(plan=plan, owner=buyer)
    assert [can_finish_task(user, task) for user in people] == [True, True, False, True, False]


def test_owners_are_staff_and_the_people_of_the_group(plan, secretariat, area_coordinator, buyer, neighbour, reader):
    owner = plan.category.owners.get()
    GroupMembership.objects.create(
        group=owner.group, region=Region.objects.get(code="23"), valid_from=clock.today() - timedelta(days=9)
    )
    assert set(possible_owners(plan.category)) == {secretariat, area_coordinator, buyer}


def test_owner_who_left_keeps_the_task(client_of, secretariat, plan, neighbour):
    task = TaskFactory(plan=plan, owner=neighbour)
    form = {"text": "Ny text", "owner": neighbour.public_id, "due_on": "2090-01-01", "version": task.version}
    client_of(secretariat).post(url("task-edit", task.public_id), form)
    task.refresh_from_db()
    assert (task.text, task.owner) == ("Ny text", neighbour)


def test_stranger_to_the_group_cannot_be_given_a_task(client_of, secretariat, plan, neighbour):
    form = {"text": "Uppgift", "owner": neighbour.public_id, "due_on": "2090-01-01"}
    page = client_of(secretariat).post(url("task-add", plan.public_id), form)
    assert set(page.context["form"].errors) == {"owner"}
    assert not PlanTask.objects.exists()


def test_task_is_done_once_and_can_be_opened_again(client_of, buyer, reader, plan):
    task = TaskFactory(plan=plan, owner=buyer)
    assert client_of(reader).post(url("task-finish", task.public_id)).status_code == 403
    client = client_of(buyer)
    client.post(url("task-finish", task.public_id))
    task.refresh_from_db()
    done_at = task.done_at
    assert task.done_by.user == buyer
    assert client.post(url("task-finish", task.public_id), {"own": "yes"}).url == url("task-list")
    task.refresh_from_db()
    assert task.done_at == done_at
    client.post(url("task-reopen", task.public_id))
    task.refresh_from_db()
    assert (task.done_at, task.done_by) == (None, None)


def test_start_page_counts_what_the_list_shows(client_of, buyer, neighbour, plan):
    today = clock.today()
    TaskFactory(plan=plan, owner=buyer, due_on=today + timedelta(days=5))
    assert [(tile.figure, tile.late) for tile in attention_tiles(buyer)] == [(1, False)]
    TaskFactory(plan=plan, owner=buyer, due_on=today - timedelta(days=3))
    finish_task(by=BY, task=TaskFactory(plan=plan, owner=buyer, due_on=today - timedelta(days=9)))
    tiles = attention_tiles(buyer)
    assert [(tile.figure, tile.late) for tile in tiles] == [(2, True)]
    assert "3" in tiles[0].note
    assert len(client_of(buyer).get(tiles[0].url).context["page"].rows) == 2
    assert attention_tiles(neighbour) == []


def test_lost_race_over_a_task_keeps_both(client_of, secretariat, plan):
    task = TaskFactory(plan=plan)
    client = client_of(secretariat)
    form = {"text": "Den andres", "owner": "", "due_on": "2090-01-01", "version": task.version}
    client.post(url("task-edit", task.public_id), form)
    page = client.post(url("task-edit", task.public_id), {**form, "text": "Min"})
    assert page.status_code == 409
    assert "Den andres" in page.text
    form = {"title": "Ny", "goal": "", "valid_from": "2026-01-01", "valid_to": "2025-01-01", "version": plan.version}
    page = client.post(url("plan-edit", plan.public_id), form)
    assert set(page.context["form"].errors) == {"valid_to"}
    client.post(url("plan-edit", plan.public_id), {**form, "valid_to": ""})
    assert client.post(url("plan-edit", plan.public_id), {**form, "valid_to": "", "title": "Äldre"}).status_code == 409
    plan.refresh_from_db()
    assert plan.title == "Ny"


def test_the_very_same_plan_and_task_are_one():
    category = CategoryFactory()
    plans = {
        add_plan(by=BY, category=category, title="A", goal="", valid_from=clock.today(), valid_to=None).pk
        for _turn in range(2)
    }
    plan = CategoryPlan.objects.get(pk=plans.pop())
    tasks = {add_task(by=BY, plan=plan, text="B", owner=None, due_on=clock.today()).pk for _turn in range(2)}
    assert (plans, len(tasks)) == (set(), 1)


DUE_ON = date(2026, 12, 2)  # a Wednesday; three days before is a Sunday, and the Friday before that 27 November
THREE_BEFORE = date(2026, 11, 27)


def reminded(day):
    return [(entry.recipient, entry.step, entry.public_id) for entry in due(day)]


def test_owner_is_reminded_before_and_after_the_day(plan, secretariat, buyer):
    task = TaskFactory(plan=plan, owner=buyer, due_on=DUE_ON)
    finish_task(by=BY, task=TaskFactory(plan=plan, owner=buyer, due_on=DUE_ON))
    assert reminded(DUE_ON - timedelta(days=16)) == []
    assert reminded(THREE_BEFORE - timedelta(days=1)) == [(buyer, "-14", task.public_id)]
    assert reminded(THREE_BEFORE) == [(buyer, "-3", task.public_id)]
    assert reminded(DUE_ON + timedelta(days=7)) == [(buyer, "+7", task.public_id)]


def test_task_that_nobody_has_reminds_the_secretariat(plan, secretariat, buyer):
    tasks = [TaskFactory(plan=plan, due_on=DUE_ON), TaskFactory(plan=plan, owner=buyer, due_on=DUE_ON)]
    Membership.objects.filter(user=buyer).update(valid_to=THREE_BEFORE - timedelta(days=1))
    assert reminded(THREE_BEFORE) == [(secretariat, "-3", task.public_id) for task in tasks]
    User.objects.filter(pk=secretariat.pk).update(is_active=False)
    assert reminded(THREE_BEFORE) == []


def test_reminder_says_what_is_due_in_both_languages(plan, buyer):
    task = TaskFactory(plan=plan, owner=buyer, due_on=DUE_ON, text="Fråga leverantörerna")
    (entry,) = due(DUE_ON + timedelta(days=7))
    for language, sentence in {
        "sv": "skulle ha varit klar 2 december 2026",
        "en": "was due on 2 December 2026",
    }.items():
        with override(language):
            subject, body = text(entry)
        assert str(plan.category) in subject
        assert sentence in subject
        assert task.text in body
        assert url("plan-detail", plan.public_id) in body


def test_plan_shows_what_was_sent_to_those_who_may_know_to_whom(client_of, plan, secretariat, buyer, reader):
    owned, unowned = TaskFactory(plan=plan, owner=buyer, due_on=DUE_ON), TaskFactory(plan=plan, due_on=DUE_ON)
    TaskFactory(plan=plan, owner=buyer)
    tick(by=BY, day=THREE_BEFORE)

    def shown(user):
        page = client_of(user).get(url("plan-detail", plan.public_id))
        told = [(task, [each.recipient for each in letters]) for task, letters in page.context["reminders"]]
        assert all(page.text.count(f"<h3>{task.text}</h3>") == 1 for task, _recipients in told)
        assert page.text.count("<details>") == len(told)
        assert page.text.count(f"till {secretariat}") == (unowned in dict(told))
        return told

    assert shown(secretariat) == [(owned, [buyer]), (unowned, [secretariat])]
    assert shown(reader) == shown(buyer) == [(owned, [buyer])]
    PlanTask.objects.filter(pk=owned.pk).update(owner=reader)
    assert shown(buyer) == [(owned, [buyer])]
    assert shown(reader) == []


@pytest.mark.parametrize("count", [1, 3])
def test_plan_takes_the_same_queries(client_of, secretariat, buyer, django_assert_num_queries, plan, count):
    for _number in range(count):
        TaskFactory(plan=plan, owner=buyer, due_on=DUE_ON)
    tick(by=BY, day=THREE_BEFORE)
    client = client_of(secretariat)
    client.get(url("plan-detail", plan.public_id))
    with django_assert_num_queries(13):
        page = client.get(url("plan-detail", plan.public_id))
    assert len(page.context["reminders"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_reminders_take_the_same_queries(plan, secretariat, buyer, django_assert_num_queries, count):
    for _number in range(count):
        TaskFactory(plan=plan, owner=buyer, due_on=DUE_ON)
        TaskFactory(plan=plan, due_on=DUE_ON)
    with django_assert_num_queries(3):
        assert len(reminded(THREE_BEFORE)) == 2 * count
