"""The letter that asks the supplier to check the facts of a summary, in the language of its contact."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from followups.models import AccessLink, FactCheck
from portal.ui.templatetags.formats import day


def check_letter(check: FactCheck, link: AccessLink) -> tuple[str, str]:
    """Subject and body. The address in it opens only in the browser that has opened the personal link, which comes apart."""
    with translation.override(link.language):
        names = {"supplier": check.summary.follow_up.supplier, "day": day(check.due_on), "name": link.name}
        address = settings.BASE_URL.rstrip("/") + reverse("followups:outside-start", args=[link.public_id])
        subject = _("%(supplier)s: check the facts before we publish, by %(day)s") % names
        parts = [
            _("Hello %(name)s,") % names,
            _(
                "The result of the regions' follow-up of %(supplier)s is to be published. Please read the text and tell us "
                "by %(day)s whether the facts are right. Without an answer by then it is published as it stands."
            )
            % names,
            _("Open the link in the other letter that you got just now. After that the text is here: %(link)s")
            % {"link": address},
            _("The regions' secretariat for sustainable procurement"),
        ]
        return subject, "\n\n".join(parts) + "\n"
