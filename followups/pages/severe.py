"""Reports of severe deviations on a follow-up's page, for those who may read them."""

from typing import Any

from followups.models import FollowUp
from followups.queries.severe import reports_of_follow_up
from regions.models import User


def section(user: User, follow_up: FollowUp) -> tuple[str, dict[str, Any]] | None:
    """The supplier's reports that are linked to the follow-up; nothing, not even a number, for anyone else."""
    reports = list(reports_of_follow_up(user, follow_up))
    return ("followups/_severe_section.html", {"reports": reports}) if reports else None
