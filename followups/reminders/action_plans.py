"""Action plans as a source of reminders: for the supplier's contacts, and for those who wait.

One mail a plan, however many corrective actions wait for it. What a plan promises has a source of its own.
"""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Min, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followups.enums.actions import PLANNING
from followups.models import ActionPlan, CorrectiveAction, FollowUp
from followups.queries.follow_ups import mine
from followups.reminders.recipients import Recipients
from portal.reminders.schedule import Steps
from portal.reminders.sources import Deadline, Due, Outside, Source
from portal.ui.templatetags.formats import day as written_day
from regions.models import User

SOURCE = "action_plan"
STEPS = Steps()


def _awaited() -> QuerySet[Any]:
    """Plans that corrective actions of a follow-up that is under way still wait for, with the day `awaited_on`."""
    waiting = CorrectiveAction.objects.open().filter(
        finding__follow_up=OuterRef("follow_up"), state__in=PLANNING, plan_due_on__isnull=False
    )
    first = waiting.order_by().values("finding__follow_up").annotate(first=Min("plan_due_on")).values("first")
    plans: QuerySet[Any] = ActionPlan.objects.select_related("follow_up__handler", "follow_up__supplier")
    return plans.annotate(awaited_on=Subquery(first)).filter(awaited_on__isnull=False)


def due(day: date) -> Iterator[Due]:
    """For those who see to the follow-up and the supplier's contacts with an open link; when late also for those whom it
    is escalated to."""
    recipients = Recipients(day)
    for plan in _awaited().filter(awaited_on__lte=STEPS.latest_due_on(day)).order_by("pk"):
        step = STEPS.on(plan.awaited_on, day)
        if step is None:
            continue
        follow_up = plan.follow_up
        for recipient in [*recipients.of(follow_up, step), *recipients.contacts(follow_up)]:
            yield Due(recipient, step, plan.public_id, plan.awaited_on, within=follow_up.public_id)


def text(due: Due) -> tuple[str, str]:
    """Subject and body in the active language. Nothing of what was found: only that a plan is waited for."""
    follow_up = FollowUp.objects.select_related("supplier").get(action_plan__public_id=due.public_id)
    named = {"supplier": follow_up.supplier, "date": written_day(due.due_on)}
    subject = (
        _("%(supplier)s: the action plan was due on %(date)s")
        if due.step.startswith("+")
        else _("%(supplier)s: the action plan is due on %(date)s")
    ) % named
    if isinstance(due.recipient, Outside):
        where = _("Open the link from our earlier letter. If you no longer have it, get it here: %(link)s")
        page = settings.BASE_URL.rstrip("/") + reverse("followups:link-mail")
    else:
        where, page = _("Read it in the portal: %(link)s"), _page(follow_up)
    return subject, f"{subject}.\n\n{where % {'link': page}}\n"


def open_among(public_ids: Collection[str]) -> set[str]:
    """Those that something still waits for."""
    return set(_awaited().filter(public_id__in=public_ids).values_list("public_id", flat=True))


def url(public_id: str) -> str:
    """The page of the follow-up."""
    return _page(FollowUp.objects.get(action_plan__public_id=public_id))


def deadlines(user: User) -> Iterator[Deadline]:
    """Of the follow-ups that the user handles, or sees to where nobody does."""
    for plan in _awaited().filter(follow_up__in=mine(user).values("pk")).order_by("awaited_on", "pk"):
        title = _("Action plan: %(supplier)s") % {"supplier": plan.follow_up.supplier}
        yield Deadline(plan.public_id, plan.awaited_on, title, _page(plan.follow_up))


def _page(follow_up: FollowUp) -> str:
    return settings.BASE_URL.rstrip("/") + reverse("followups:follow-up-detail", args=[follow_up.public_id])


ACTION_PLANS = Source(
    SOURCE, gettext_lazy("Action plans"), due, text, open_among=open_among, url=url, deadlines=deadlines
)
