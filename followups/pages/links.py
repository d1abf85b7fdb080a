"""The links of a follow-up, on its page."""

from typing import Any

from followups.models import AccessLink, FollowUp
from followups.permissions import can_give_access
from regions.models import User


def section(user: User, follow_up: FollowUp) -> tuple[str, dict[str, Any]] | None:
    """For those who work in it: who outside has a link, whether the letter arrived, and what can be done about it."""
    may_give = can_give_access(user, follow_up)
    links = list(AccessLink.objects.visible_to(user).filter(follow_up=follow_up).select_related("message"))
    if not links and not may_give:
        return None
    return "followups/_links_section.html", {"follow_up": follow_up, "links": links, "may_give": may_give}
