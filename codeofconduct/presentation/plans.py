"""Tasks of the action plans on the start page."""

from django.urls import reverse
from django.utils.translation import ngettext

from codeofconduct.queries.plans import open_tasks_of
from portal import clock
from portal.slots import Tile
from portal.ui.templatetags.formats import days_left
from regions.models import User


def attention_tiles(user: User) -> list[Tile]:
    """The user's own open tasks; amber where one of them is overdue."""
    tasks = open_tasks_of(user)
    first = tasks.order_by("due_on", "pk").first()
    if first is None:
        return []
    count = tasks.count()
    text = ngettext(
        "of your tasks in a category action plan is open", "of your tasks in category action plans are open", count
    )
    note = f"{first.plan.category} · {days_left(first.due_on)}"
    return [Tile(count, text, reverse("codeofconduct:task-list"), note, late=first.due_on < clock.today())]
