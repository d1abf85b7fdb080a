"""The documents of a follow-up on its page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from followups.enums.documents import DocumentKind
from followups.models import FollowUp
from followups.queries.documents import own_documents
from regions.models import User

ABOUT = {
    DocumentKind.AUDIT_REPORT: _("What was found, requirement by requirement."),
    DocumentKind.ACTION_PLAN: _("What the supplier has to do, by due date."),
}


def section(user: User, follow_up: FollowUp) -> tuple[str, dict[str, Any]] | None:
    """What can be made as PDF, in both languages, and what the user had made lately. One query."""
    offered = [
        {
            "name": kind.label,
            "about": about,
            "urls": [
                reverse("followups:document-order", args=[follow_up.public_id, kind.value, language])
                for language in ("sv", "en")
            ],
        }
        for kind, about in ABOUT.items()
    ]
    made = own_documents(user, follow_up, [kind.value for kind in ABOUT])
    return "followups/_documents_section.html", {"documents": offered, "made": made}
