"""Reminders of the tasks of category action plans: who gets them when, in which words, who sees them (product rule 7)."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codeofconduct.models import PlanTask
from codeofconduct.queries.plans import STAFF_ROLES, open_tasks_of
from portal.reminders.models import Reminder
from portal.reminders.queries import reminders_of
from portal.reminders.schedule import Steps
from portal.reminders.sources import Deadline, Due, Source
from portal.ui.templatetags.formats import day as written_day
from regions.models import User
from regions.queries import at_work

SOURCE = "plan_task"
STEPS = Steps()


def due(day: date) -> Iterator[Due]:
    """Open tasks near or past their day: for the owner; the secretariat's where nobody has it who works here today."""
    tasks = PlanTask.objects.open().filter(due_on__lte=STEPS.latest_due_on(day)).select_related("owner")
    present = set(at_work(day).values_list("pk", flat=True))
    staff = at_work(day, Q(role__in=STAFF_ROLES))
    for task in tasks.order_by("due_on", "pk"):
        step = STEPS.on(task.due_on, day)
        if step is None:
            continue
        for recipient in [task.owner] if task.owner_id in present else staff:
            yield Due(recipient, step, task.public_id, task.due_on)


def text(due: Due) -> tuple[str, str]:
    """Subject and body in the active language: category, task, day, and where to go."""
    task = PlanTask.objects.select_related("plan__category").get(public_id=due.public_id)
    names = {"category": task.plan.category, "plan": task.plan, "date": written_day(task.due_on)}
    late = due.step.startswith("+")
    subject = (
        _("%(category)s: a task of the action plan was due on %(date)s")
        if late
        else _("%(category)s: a task of the action plan is due on %(date)s")
    ) % names
    opening = (
        _("A task of the category action plan %(plan)s was due on %(date)s and is not done.")
        if late
        else _("A task of the category action plan %(plan)s is due on %(date)s.")
    ) % names
    link = _page(task)
    closing = _("Open the plan, and mark the task as done when it is: %(link)s") % {"link": link}
    return subject, f"{opening}\n\n{task.text}\n\n{closing}\n"


def reminders_shown(user: User, tasks: Sequence[PlanTask], *, may_keep: bool) -> list[tuple[PlanTask, list[Reminder]]]:
    """The tasks of which reminders were sent, with these, in one query; the caller has checked that they are visible.

    To those who keep the plan all of them, to others their own and those to the owner, who is named beside the task.
    """
    sent = reminders_of(SOURCE, [task.public_id for task in tasks])
    found = []
    for task in tasks:
        named = {user.pk, task.owner_id}
        letters = [each for each in sent.get(task.public_id, []) if may_keep or each.recipient_id in named]
        if letters:
            found.append((task, letters))
    return found


def open_among(public_ids: Collection[str]) -> set[str]:
    """Those that are not done."""
    return set(PlanTask.objects.open().filter(public_id__in=public_ids).values_list("public_id", flat=True))


def url(public_id: str) -> str:
    """The page of the plan."""
    return _page(PlanTask.objects.select_related("plan").get(public_id=public_id))


def deadlines(user: User) -> Iterator[Deadline]:
    """The user's own open tasks."""
    for task in open_tasks_of(user).order_by("due_on", "pk"):
        yield Deadline(task.public_id, task.due_on, f"{task.plan.category}: {task}", _page(task))


def _page(task: PlanTask) -> str:
    return settings.BASE_URL.rstrip("/") + reverse("codeofconduct:plan-detail", args=[task.plan.public_id])


PLAN_TASKS = Source(
    SOURCE,
    gettext_lazy("Tasks of category action plans"),
    due,
    text,
    open_among=open_among,
    url=url,
    deadlines=deadlines,
)
