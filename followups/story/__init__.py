"""The demo's follow-ups, a file a noun. Each tells what is not there yet."""

from followups.story import action_plans, assessments, audits, follow_ups, outcome, plan, reuse, severe
from portal.history.models import SystemActor

PARTS = (
    follow_ups,
    assessments,
    action_plans,
    severe,
    audits,
    plan,
    outcome,
    reuse,
)


def tell(*, by: SystemActor) -> None:
    """In the order in which one needs the other."""
    for part in PARTS:
        part.tell(by=by)
