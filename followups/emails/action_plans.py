"""What the supplier is told about its action plan. The letter has no secret address: the links stay as they were sent."""

from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from followups.emails.assessments import way_back
from followups.enums.actions import Move
from followups.models import AccessLink
from portal.ui.templatetags.formats import day

# Of the other moves the supplier reads when it opens its link.
TOLD = (Move.RETURN, Move.REJECT, Move.REOPEN)


def asked_letter(link: AccessLink, due_on: date) -> tuple[str, str]:
    """What is asked for and until when, beside the letter with the link. The link has its follow-up."""
    with translation.override(link.language):
        names = {"supplier": str(link.follow_up.supplier) if link.follow_up else "", "date": day(due_on)}
        parts = [
            _("Hello %(name)s,") % {"name": link.name},
            _(
                "Sweden's regions ask %(supplier)s for an action plan: what is done about each deviation, by whom and until "
                "when. Please send it by %(date)s."
            )
            % names,
            _("You can write it over several days: a draft is read by nobody else until you send it."),
            way_back(),
            _("The regions' secretariat for sustainable procurement"),
        ]
        return _("%(supplier)s: please send an action plan by %(date)s") % names, "\n\n".join(parts) + "\n"


def plan_letter(link: AccessLink, move: Move) -> tuple[str, str]:
    """Subject and body in the language of the link's holder. The link has its follow-up."""
    with translation.override(link.language):
        supplier = str(link.follow_up.supplier) if link.follow_up else ""
        subject = (
            _("%(supplier)s: your action plan needs completion")
            if move == Move.RETURN
            else _("%(supplier)s: what was handed in is not enough yet")
        ) % {"supplier": supplier}
        address = settings.BASE_URL.rstrip("/") + reverse("followups:link-mail")
        parts = [
            _("Hello %(name)s,") % {"name": link.name},
            _("Sweden's regions have answered about the corrective actions of %(supplier)s, and ask for more.")
            % {"supplier": supplier},
            _("Open the link from our earlier letter to read what is missing. If you no longer have it, get it here:"),
            address,
            _("The regions' secretariat for sustainable procurement"),
        ]
        return subject, "\n\n".join(parts) + "\n"
