"""Reuses that are about to expire: the region has to find another result, or follow up itself."""

from collections.abc import Collection, Iterator
from datetime import date

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followups.models import Reuse
from followups.models.reuse import ReuseQuerySet
from portal import clock
from portal.reminders.schedule import Steps
from portal.reminders.sources import Deadline, Due, Source
from portal.ui.templatetags.formats import day as written_day
from regions.models import User
from regions.queries import at_work

SOURCE = "reuse"
# A follow-up of one's own takes a while to plan, so the first comes early.
STEPS = Steps((-60, -14, 7))


def _open() -> ReuseQuerySet:
    """Those that stand, and that a contract still needs when they expire or did lately."""
    return Reuse.objects.relying().filter(contracts__ends_on__gte=clock.today()).distinct()


def due(day: date) -> Iterator[Due]:
    """To whoever accepted the result, while at work for the region; otherwise to the region's buyers."""
    reuses = _open().filter(valid_until_on__lte=STEPS.latest_due_on(day)).select_related("created_by").order_by("pk")
    people: dict[int, list[User]] = {}
    for reuse in reuses:
        until = reuse.valid_until_on
        step = STEPS.on(until, day) if until else None
        if until is None or step is None:
            continue
        if reuse.region_id not in people:
            people[reuse.region_id] = list(at_work(day, Q(region=reuse.region_id)))
        buyers = people[reuse.region_id]
        mine = [person for person in buyers if person.pk == reuse.created_by.user_id]
        for recipient in mine or buyers:
            yield Due(recipient, step, reuse.public_id, until)


def text(due: Due) -> tuple[str, str]:
    """Subject and body in the active language: supplier, what was relied on, until when, and where to look."""
    reuse = Reuse.objects.select_related(
        "supplier", "follow_up__category", "follow_up__lead_region", "external_result__body"
    ).get(public_id=due.public_id)
    names = {"supplier": reuse.supplier, "date": written_day(reuse.valid_until_on), "result": reuse.source_name}
    if due.step.startswith("+"):
        subject = _("%(supplier)s: the result you rely on expired on %(date)s") % names
        opening = _("Your contracts with %(supplier)s relied on a result (%(result)s) until %(date)s.") % names
    else:
        subject = _("%(supplier)s: the result you rely on expires on %(date)s") % names
        opening = _("Your contracts with %(supplier)s rely on a result (%(result)s) until %(date)s.") % names
    closing = _("See what exists by now, and reuse it, join a follow-up or ask for one: %(link)s") % {
        "link": _page(reuse)
    }
    return subject, f"{opening}\n\n{closing}\n"


def _page(reuse: Reuse) -> str:
    page = f"{reverse('followups:follow-up-open')}?supplier={reuse.supplier.public_id}&kind={reuse.avoided_kind}"
    return settings.BASE_URL.rstrip("/") + page


def open_among(public_ids: Collection[str]) -> set[str]:
    return set(_open().filter(public_id__in=public_ids).values_list("public_id", flat=True))


def url(public_id: str) -> str:
    return _page(Reuse.objects.select_related("supplier").get(public_id=public_id))


def deadlines(user: User) -> Iterator[Deadline]:
    """The expiry of what the user accepted."""
    for reuse in _open().visible_to(user).filter(created_by__user=user).select_related("supplier"):
        title = _("The result about %(supplier)s expires") % {"supplier": reuse.supplier}
        if reuse.valid_until_on:
            yield Deadline(reuse.public_id, reuse.valid_until_on, title, _page(reuse))


REUSES = Source(SOURCE, gettext_lazy("Reused results"), due, text, open_among=open_among, url=url, deadlines=deadlines)
