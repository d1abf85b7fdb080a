"""The letter with an access link, in the language of the one it is for."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from followups.enums.links import Holder
from followups.models import AccessLink
from portal.ui.templatetags.formats import day


def address_of(token: str) -> str:
    return settings.BASE_URL.rstrip("/") + reverse("followups:link-open", args=[token])


def link_letter(link: AccessLink, token: str) -> tuple[str, str]:
    """Subject and body. The body holds the secret address: queue it as secret."""
    with translation.override(link.language):
        supplier = _supplier_of(link)
        subject = _SUBJECTS[Holder(link.holder)]() % {"supplier": supplier}
        parts = [
            _("Hello %(name)s,") % {"name": link.name},
            _WHAT[Holder(link.holder)]() % {"supplier": supplier},
            address_of(token),
            _("The link is personal: whoever has it can read and answer in your name. No account is needed."),
        ]
        if link.expires_at:
            parts.append(_("It works until %(day)s.") % {"day": day(link.expires_at)})
        parts.append(_("The regions' secretariat for sustainable procurement"))
        return subject, "\n\n".join(parts) + "\n"


def _supplier_of(link: AccessLink) -> str:
    about = link.follow_up or link.contract
    return str(about.supplier) if about else ""


_SUBJECTS = {
    Holder.SUPPLIER: lambda: _("%(supplier)s: your link to the regions' follow-up"),
    Holder.AUDITOR: lambda: _("%(supplier)s: your link as an auditor"),
    Holder.REPORTER: lambda: _("%(supplier)s: your link for reporting severe deviations"),
}
_WHAT = {
    Holder.SUPPLIER: lambda: _(
        "Sweden's regions follow up how %(supplier)s meets the code of conduct in its contracts. Here you answer, "
        "see what has been found and plan what is to be done:"
    ),
    Holder.AUDITOR: lambda: _("You audit %(supplier)s for Sweden's regions. Here are the audit and its checklist:"),
    Holder.REPORTER: lambda: _(
        "If %(supplier)s learns of a severe deviation in its supply chain, the contract says that it is reported to the "
        "region. Keep this link; this is where you do it:"
    ),
}
