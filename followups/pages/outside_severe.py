"""What the holder of a contract's standing link sees: the way to report, and what was reported by it."""

from typing import Any

from followups.enums.links import Holder
from followups.models import AccessLink, SevereReport


def section(link: AccessLink) -> tuple[str, dict[str, Any]] | None:
    """Only the holder's own reports: a colleague's may be as confidential as anyone's."""
    if link.holder != Holder.REPORTER:
        return None
    reports = SevereReport.objects.filter(contract=link.contract_id, created_by__link=link.public_id)
    return "followups/outside/_severe_section.html", {"reports": list(reports)}
