"""Corrective actions as a source of reminders: who is reminded when, and in which words (product rule 7)."""

from collections.abc import Collection, Iterator
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followups.enums.actions import WAITING_FOR_US
from followups.enums.follow_ups import State
from followups.models import CorrectiveAction, FollowUp
from followups.queries.follow_ups import mine
from followups.reminders.recipients import Recipients, is_responsible
from portal import clock
from portal.reminders.schedule import Steps
from portal.reminders.sources import Deadline, Due, Outside, Source
from portal.ui.templatetags.formats import day as written_day
from regions.models import User

SOURCE = "corrective_action"
STEPS = Steps()
# Before these the findings may still be under review, and the supplier is not told of actions.
TOLD_TO_SUPPLIER = frozenset({State.ACTION_PLAN_AWAITED, State.ACTIONS_UNDER_WAY, State.FOLLOW_UP_AUDIT})


def due(day: date) -> Iterator[Due]:
    """Open actions near or past their due date: for those who see to the follow-up and the supplier's contacts who have
    an open link; when late also for the category's area coordinators and the secretariat."""
    actions = (
        CorrectiveAction.objects.open()
        .filter(due_on__lte=STEPS.latest_due_on(day))
        .select_related("finding__follow_up__handler")
        .order_by("due_on", "pk")
    )
    recipients = Recipients(day)
    for action in actions:
        step = STEPS.on(action.due_on, day)
        if step is None:
            continue
        follow_up = action.finding.follow_up
        # Not of what the supplier has sent, and waits for our answer.
        waits = follow_up.state in TOLD_TO_SUPPLIER and action.state not in WAITING_FOR_US
        told = recipients.contacts(follow_up) if waits else []
        for recipient in [*recipients.of(follow_up, step), *told]:
            yield Due(recipient, step, action.public_id, action.due_on, within=follow_up.public_id)


def text(due: Due) -> tuple[str, str]:
    """Subject and body in the active language: supplier, action, date, and where to go."""
    action = CorrectiveAction.objects.select_related(
        "finding__follow_up__supplier", "finding__follow_up__category", "finding__follow_up__handler"
    ).get(public_id=due.public_id)
    follow_up = action.finding.follow_up
    names = {"supplier": follow_up.supplier, "category": follow_up.category, "date": written_day(action.due_on)}
    late = due.step.startswith("+") or action.due_on < clock.today()
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
    return subject, f"{opening}\n\n{action.title}\n\n{_closing(due, follow_up)}\n"


def _closing(due: Due, follow_up: FollowUp) -> str:
    if isinstance(due.recipient, Outside):
        link = _whole(reverse("followups:link-mail"))
        return _(
            "Open the follow-up by the personal link that you were sent, and tell us when it is done. Get the link anew: %(link)s"
        ) % {"link": link}
    link = _page(follow_up)
    if is_responsible(follow_up, due.recipient, clock.today()):
        return _("Open the follow-up, and mark the action as done when it is: %(link)s") % {"link": link}
    return _(
        "You are told because it is late: you coordinate the category, or work at the secretariat. The follow-up: %(link)s"
    ) % {"link": link}


def open_among(public_ids: Collection[str]) -> set[str]:
    """Those that are still not done, in follow-ups that are under way."""
    return set(CorrectiveAction.objects.open().filter(public_id__in=public_ids).values_list("public_id", flat=True))


def url(public_id: str) -> str:
    """The page of the follow-up."""
    return _page(FollowUp.objects.get(findings__actions__public_id=public_id))


def deadlines(user: User) -> Iterator[Deadline]:
    """Of the follow-ups that the user handles, or sees to where nobody does."""
    actions = CorrectiveAction.objects.visible_to(user).open().filter(finding__follow_up__in=mine(user).values("pk"))
    for action in actions.select_related("finding__follow_up__supplier").order_by("due_on", "pk"):
        follow_up = action.finding.follow_up
        title = _("Corrective action: %(supplier)s") % {"supplier": follow_up.supplier}
        yield Deadline(action.public_id, action.due_on, f"{title} – {action}", _page(follow_up))


def _page(follow_up: FollowUp) -> str:
    return _whole(reverse("followups:follow-up-detail", args=[follow_up.public_id]))


def _whole(path: str) -> str:
    return settings.BASE_URL.rstrip("/") + path


CORRECTIVE_ACTIONS = Source(
    SOURCE, gettext_lazy("Corrective actions"), due, text, open_among=open_among, url=url, deadlines=deadlines
)
