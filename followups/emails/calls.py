"""The letter that asks a region for its contracts."""

from collections import defaultdict
from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from followups.models import ContractCall
from portal import clock
from portal.history.models import By
from portal.outbox.actions import queue_mail
from portal.ui.templatetags.formats import day
from regions.models import Membership, Region, User

KIND = "contract_call"


def people_by_region(regions: Iterable[Region]) -> dict[User, list[Region]]:
    """Who can answer for these regions today, buyers and regional coordinators, each with the own ones. Two queries."""
    wanted = {region.pk: region for region in regions}
    found: dict[User, list[Region]] = defaultdict(list)
    memberships = (
        Membership.objects.valid_on(clock.today())
        .filter(Q(region__in=wanted), user__is_active=True)
        .select_related("user")
        .order_by("user", "region__code")
    )
    for membership in memberships:
        region = wanted[membership.region_id or 0]
        if region not in found[membership.user]:
            found[membership.user].append(region)
    return dict(found)


def ask_regions(*, by: By, call: ContractCall, regions: Iterable[Region]) -> int:
    """Queue a letter to everyone who can answer for these regions, each in the own language; how many were written."""
    people = people_by_region(regions)
    for person, own in people.items():
        with translation.override(person.language):
            subject, body = asking(call, own)
            queue_mail(to=person.email, subject=subject, body=body, kind=KIND, language=person.language, by=by)
    return len(people)


def asking(call: ContractCall, regions: Iterable[Region]) -> tuple[str, str]:
    """Subject and body in the active language."""
    told = {
        "year": call.year,
        "date": day(call.answer_by_on),
        "regions": ", ".join(str(region) for region in regions),
        "link": call_link(call),
    }
    subject = _("Which of your contracts should be followed up in %(year)s?") % told
    opening = _("%(regions)s is asked which contracts should be followed up in %(year)s. Answer by %(date)s.") % told
    closing = (
        _(
            "If nothing has changed since last year you can answer with one click. You can change your answer until the "
            "call is closed: %(link)s"
        )
        % told
    )
    return subject, "\n\n".join(part for part in (opening, call.text.strip(), closing) if part) + "\n"


def call_link(call: ContractCall) -> str:
    """The address of the call's page."""
    return settings.BASE_URL.rstrip("/") + reverse("followups:call-detail", args=[call.public_id])
