"""Reports of severe deviations that no one has taken up: urgent, and for those who may read them."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followups.models import SevereReport
from followups.permissions import can_handle_report
from followups.queries.severe import told_of_report
from portal import clock
from portal.reminders.schedule import Steps
from portal.reminders.sources import Due, Source
from portal.ui.templatetags.formats import day as written_day

SOURCE = "severe_report"
# Days from its arrival until someone is to have taken it up, and when after that one is reminded.
TAKE_UP_DAYS = 3
STEPS = Steps((0, 7, 21))


def take_up_by(report: SevereReport) -> date:
    """The day by which someone is to have taken it up."""
    return report.created_at.astimezone(clock.STOCKHOLM).date() + timedelta(days=TAKE_UP_DAYS)


def due(day: date) -> Iterator[Due]:
    """For each who can take the report up. Everyone was told at once when it came in."""
    reports = SevereReport.objects.waiting().select_related("contract").order_by("created_at", "pk")
    for report in reports:
        due_on = take_up_by(report)
        if step := STEPS.on(due_on, day):
            for user in told_of_report(report):
                if can_handle_report(user, report):
                    yield Due(user, step, report.public_id, due_on, is_urgent=True)


def text(due: Due) -> tuple[str, str]:
    """Subject and body in the active language: that one waits and where to read it, and nothing of it."""
    subject = _("A report of a severe deviation has not been taken up")
    came = _("It was to be taken up by %(date)s.") % {"date": written_day(due.due_on)}
    where = _("Read it in the portal: %(link)s") % {"link": url(due.public_id)}
    return subject, f"{subject}. {came}\n\n{where}\n"


def open_among(public_ids: Collection[str]) -> set[str]:
    waiting = SevereReport.objects.waiting().filter(public_id__in=public_ids)
    return set(waiting.values_list("public_id", flat=True))


def url(public_id: str) -> str:
    return settings.BASE_URL.rstrip("/") + reverse("followups:severe-detail", args=[public_id])


SEVERE_REPORTS = Source(SOURCE, gettext_lazy("Reports of severe deviations"), due, text, open_among, url)
