"""Calls for contracts as a source of reminders: whoever can answer for a region that has not."""

from collections.abc import Collection, Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followups.emails.calls import call_link, people_by_region
from followups.models import ContractCall
from followups.queries.calls import regions_of, unanswered
from portal.reminders.schedule import Steps
from portal.reminders.sources import Deadline, Due, Source
from portal.ui.templatetags.formats import day as written_day
from regions.models import User

SOURCE = "contract_call"
STEPS = Steps()


def due(day: date) -> Iterator[Due]:
    """Open calls near or past their last day, for the buyers and coordinators of the regions that have not answered."""
    calls = ContractCall.objects.open().filter(answer_by_on__lte=STEPS.latest_due_on(day)).order_by("answer_by_on")
    for call in calls:
        step = STEPS.on(call.answer_by_on, day)
        if step is None:
            continue
        for person in people_by_region(unanswered(call)):
            yield Due(person, step, call.public_id, call.answer_by_on)


def text(due: Due) -> tuple[str, str]:
    """Subject and body in the active language: which regions of the recipient are missing, and where to answer."""
    call = ContractCall.objects.get(public_id=due.public_id)
    missing = unanswered(call).filter(pk__in=regions_of(due.recipient).values("pk"))
    told = {
        "year": call.year,
        "date": written_day(call.answer_by_on),
        "regions": ", ".join(str(region) for region in missing),
        "link": call_link(call),
    }
    subject = _("The call for contracts %(year)s waits for your answer") % told
    opening = (
        _("%(regions)s has not answered the call for contracts %(year)s. The last day was %(date)s.")
        if due.step.startswith("+")
        else _("%(regions)s has not answered the call for contracts %(year)s. The last day is %(date)s.")
    ) % told
    closing = _("Choose contracts, answer as last year, or say that you have none: %(link)s") % told
    return subject, f"{opening}\n\n{closing}\n"


def open_among(public_ids: Collection[str]) -> set[str]:
    """Calls that wait for an answer."""
    calls = ContractCall.objects.open().filter(public_id__in=public_ids)
    return {call.public_id for call in calls if unanswered(call).exists()}


def url(public_id: str) -> str:
    return call_link(ContractCall.objects.get(public_id=public_id))


def deadlines(user: User) -> Iterator[Deadline]:
    """The last day of open calls that the user's regions have not answered."""
    for call in ContractCall.objects.visible_to(user).open().order_by("answer_by_on", "pk"):
        if unanswered(call).filter(pk__in=regions_of(user).values("pk")).exists():
            title = _("Call for contracts %(year)s: last day to answer") % {"year": call.year}
            yield Deadline(call.public_id, call.answer_by_on, title, call_link(call))


CONTRACT_CALLS = Source(
    SOURCE, gettext_lazy("Calls for contracts"), due, text, open_among=open_among, url=url, deadlines=deadlines
)
