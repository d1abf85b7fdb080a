"""That contracts of other regions have joined a follow-up: to whoever carries it out."""

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import override

from codeofconduct.models import Contract
from followups.models import FollowUp
from portal import clock
from portal.history.models import By
from portal.outbox.actions import queue_mail
from regions.models import User
from regions.queries import at_work

KIND = "follow_up_joined"


def tell_lead(*, by: By, follow_up: FollowUp, contracts: Iterable[Contract]) -> None:
    """A mail to the case handler, or where nobody is, to those who work for the lead region; not to who joined."""
    regions = sorted({str(contract.region) for contract in contracts})
    link = settings.BASE_URL.rstrip("/") + reverse("followups:follow-up-detail", args=[follow_up.public_id])
    for recipient in _recipients(follow_up):
        if recipient == by:
            continue
        with override(recipient.language):
            names = {
                "supplier": follow_up.supplier,
                "category": follow_up.category,
                "regions": get_text_list(regions, _("and")),
            }
            subject = _("%(supplier)s: %(regions)s joined the follow-up") % names
            body = _(
                "%(regions)s joined the follow-up of %(supplier)s (%(category)s) with own contracts. The result will "
                "count for them too."
            )
            closing = _("See which contracts take part: %(link)s") % {"link": link}
            queue_mail(
                to=recipient.email,
                subject=subject,
                body=f"{body % names}\n\n{closing}\n",
                kind=KIND,
                language=recipient.language,
            )


def _recipients(follow_up: FollowUp) -> list[User]:
    today = clock.today()
    handlers = list(at_work(today).filter(pk=follow_up.handler_id or 0))
    return handlers or list(at_work(today, Q(region=follow_up.lead_region_id)))
