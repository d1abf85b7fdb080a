"""Reminders and letters of a follow-up, on its page: whether they are paused, and what did not arrive."""

from typing import Any

from followups.models import FollowUp
from followups.permissions import can_pause_reminders, can_see_reminders, can_work
from followups.queries.letters import undelivered_in
from portal import clock
from portal.reminders.queries import pause_of
from regions.models import User


def section(user: User, follow_up: FollowUp) -> tuple[str, dict[str, Any]] | None:
    """For those it concerns whether reminders are paused; addresses are for those who work in it."""
    if not can_see_reminders(user, follow_up):
        return None
    paused = pause_of(follow_up.public_id, clock.today())
    undelivered = undelivered_in(follow_up) if can_work(user, follow_up) else []
    may_pause = can_pause_reminders(user, follow_up)
    if not paused and not undelivered and not may_pause:
        return None
    return "followups/_reminders_section.html", {
        "follow_up": follow_up,
        "pause": paused,
        "undelivered": undelivered,
        "may_pause": may_pause,
    }
