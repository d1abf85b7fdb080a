"""The mail that a severe deviation is there: where to read it and nothing of what it says."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from followups.models import Finding, SevereReport


def _address(name: str, public_id: str) -> str:
    return settings.BASE_URL.rstrip("/") + reverse(name, args=[public_id])


def finding_alert(finding: Finding, language: str) -> tuple[str, str]:
    """Subject and body for one who is told that a severe finding was submitted."""
    with translation.override(language):
        address = _address("followups:follow-up-detail", finding.follow_up.public_id)
        body = _("A severe deviation has been submitted in a follow-up that concerns you.")
        return _("A severe deviation has been submitted"), _letter(body, f"{address}#finding-{finding.public_id}")


def report_alert(report: SevereReport, language: str) -> tuple[str, str]:
    """Subject and body for one who is told that a supplier has reported a severe deviation."""
    with translation.override(language):
        body = _("A supplier has reported a severe deviation under a contract that concerns you.")
        return _("A supplier has reported a severe deviation"), _letter(
            body, _address("followups:severe-detail", report.public_id)
        )


def _letter(body: str, address: str) -> str:
    where = _("Read it in the portal: %(address)s") % {"address": address}
    care = _("It may be confidential, so this mail says nothing of it. Don't pass on what you read.")
    return f"{body}\n\n{where}\n\n{care}\n"
