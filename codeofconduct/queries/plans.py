"""Reads over categories' action plans."""

from django.db.models import Count, Q, QuerySet

from codeofconduct.models import CategoryOwner, CategoryPlan, PlanTask, PurchaseCategory
from portal import clock
from regions.enums import NATIONAL_ROLES, Role
from regions.models import GroupMembership, User
from regions.queries import at_work

STAFF_ROLES = [role for role in NATIONAL_ROLES if role != Role.READER]


def plans_of(user: User, category: PurchaseCategory) -> QuerySet[CategoryPlan]:
    """The category's plans with `task_count`, `done_count` and `overdue_count`, the latest first."""
    overdue = Q(tasks__done_at__isnull=True, tasks__due_on__lt=clock.today())
    return (
        CategoryPlan.objects.visible_to(user)
        .filter(category=category)
        .annotate(
            task_count=Count("tasks"),
            done_count=Count("tasks", filter=Q(tasks__done_at__isnull=False)),
            overdue_count=Count("tasks", filter=overdue),
        )
        .order_by("-valid_from", "-pk")
    )


def possible_owners(category: PurchaseCategory) -> QuerySet[User]:
    """Who can take on a task: staff, and the people of the group that answers for the category today and of its regions."""
    today = clock.today()
    groups = CategoryOwner.objects.valid_on(today).filter(category=category).values("group")
    regions = GroupMembership.objects.valid_on(today).filter(group__in=groups).values("region")
    return at_work(today, Q(role__in=STAFF_ROLES) | Q(group__in=groups) | Q(region__in=regions))


def open_tasks_of(user: User) -> QuerySet[PlanTask]:
    """The user's own tasks that aren't done."""
    tasks = PlanTask.objects.visible_to(user).open().filter(owner=user)
    return tasks.select_related("plan__category", "owner")
