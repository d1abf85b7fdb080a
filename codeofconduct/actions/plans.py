"""Writes about categories' action plans and their tasks."""

from datetime import date

from django.db import transaction

from codeofconduct.models import CategoryPlan, PlanTask, PurchaseCategory
from portal import clock
from portal.history.models import By, actor_of
from portal.history.versions import lock_at
from regions.models import User


@transaction.atomic
def add_plan(
    *, by: By, category: PurchaseCategory, title: str, goal: str, valid_from: date, valid_to: date | None
) -> CategoryPlan:
    """Begin an action plan; the very same again gives the same one."""
    told = {"category": lock_at(category, None), "title": title, "valid_from": valid_from, "valid_to": valid_to}
    if found := CategoryPlan.objects.filter(**told).first():
        return found
    return CategoryPlan.objects.create(**told, goal=goal, created_by=actor_of(by))


@transaction.atomic
def change_plan(
    *, by: By, plan: CategoryPlan, version: int, title: str, goal: str, valid_from: date, valid_to: date | None
) -> CategoryPlan:
    """Raises StaleVersionError where someone else saved after `version`."""
    locked = lock_at(plan, version)
    locked.title, locked.goal, locked.valid_from, locked.valid_to = title, goal, valid_from, valid_to
    locked.version += 1
    locked.save(update_fields=["title", "goal", "valid_from", "valid_to", "version"])
    return locked


@transaction.atomic
def add_task(*, by: By, plan: CategoryPlan, text: str, owner: User | None, due_on: date) -> PlanTask:
    """Add a task to the plan; the very same again, while it isn't done, gives the same one."""
    locked = lock_at(plan, None)
    if found := locked.tasks.open().filter(text=text, owner=owner, due_on=due_on).first():
        return found
    return PlanTask.objects.create(plan=locked, text=text, owner=owner, due_on=due_on, created_by=actor_of(by))


@transaction.atomic
def change_task(*, by: By, task: PlanTask, version: int, text: str, owner: User | None, due_on: date) -> PlanTask:
    """Raises StaleVersionError where someone else saved after `version`."""
    locked = lock_at(task, version)
    locked.text, locked.owner, locked.due_on = text, owner, due_on
    locked.version += 1
    locked.save(update_fields=["text", "owner", "due_on", "version"])
    return locked


@transaction.atomic
def finish_task(*, by: By, task: PlanTask) -> PlanTask:
    """Say that the task is done; one that is done already keeps who did it when."""
    locked = lock_at(task, None)
    if locked.done_at is None:
        locked.done_at, locked.done_by = clock.now(), actor_of(by)
        locked.version += 1
        locked.save(update_fields=["done_at", "done_by", "version"])
    return locked


@transaction.atomic
def reopen_task(*, by: By, task: PlanTask) -> PlanTask:
    """Say that the task isn't done after all; harmless where it is open."""
    locked = lock_at(task, None)
    if locked.done_at is not None:
        locked.done_at, locked.done_by = None, None
        locked.version += 1
        locked.save(update_fields=["done_at", "done_by", "version"])
    return locked
