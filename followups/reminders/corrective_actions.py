"""Corrective actions as a source of reminders: who is reminded when, and in which words (product rule 7)."""

from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followups.models import CorrectiveAction
from portal.reminders.schedule import SINGLE_MAIL_OFFSETS, Steps
from portal.reminders.sources import Due, Source
from portal.ui.templatetags.formats import day as written_day
from regions.models import User
from regions.queries import at_work

SOURCE = "corrective_action"
STEPS = Steps(SINGLE_MAIL_OFFSETS)


def due(day: date) -> Iterator[Due]:
    """Open actions near or past their due date: for the handler, otherwise for the lead region's buyers.

    A handler who has left is no handler here: the action must not fall silent.
    """
    actions = (
        CorrectiveAction.objects.open()
        .filter(due_on__lte=STEPS.latest_due_on(day))
        .select_related("finding__follow_up__handler")
        .order_by("due_on", "pk")
    )
    present = set(at_work(day).values_list("pk", flat=True))
    buyers: dict[int, list[User]] = {}
    for action in actions:
        step = STEPS.on(action.due_on, day)
        if step is None:
            continue
        follow_up = action.finding.follow_up
        has_handler = follow_up.handler_id in present
        for recipient in [follow_up.handler] if has_handler else _buyers_of(follow_up.lead_region_id, day, buyers):
            yield Due(recipient, step, action.public_id, action.due_on, within=follow_up.public_id)


def _buyers_of(region_id: int, day: date, known: dict[int, list[User]]) -> list[User]:
    if region_id not in known:
        known[region_id] = list(at_work(day, Q(region=region_id)))
    return known[region_id]


def text(due: Due) -> tuple[str, str]:
    """Subject and body in the active language: supplier, action, date, and where to go."""
    action = CorrectiveAction.objects.select_related(
        "finding__follow_up__supplier", "finding__follow_up__category"
    ).get(public_id=due.public_id)
    follow_up = action.finding.follow_up
    names = {"supplier": follow_up.supplier, "category": follow_up.category, "date": written_day(action.due_on)}
    late = due.step.startswith("+")
    subject = (
        _("%(supplier)s: a corrective action was due on %(date)s")
        if late
        else _("%(supplier)s: a corrective action is due on %(date)s")
    ) % names
    opening = (
        _("A corrective action in the follow-up of %(supplier)s (%(category)s) was due on %(date)s and is not done.")
        if late
        else _("A corrective action in the follow-up of %(supplier)s (%(category)s) is due on %(date)s.")
    ) % names
    link = settings.BASE_URL.rstrip("/") + reverse("followups:follow-up-detail", args=[follow_up.public_id])
    closing = _("Open the follow-up, and mark the action as done when it is: %(link)s") % {"link": link}
    return subject, f"{opening}\n\n{action.description}\n\n{closing}\n"


CORRECTIVE_ACTIONS = Source(SOURCE, gettext_lazy("Corrective actions"), due, text)
