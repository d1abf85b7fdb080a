"""The demo's follow-ups, a file a noun. Each tells what is not there yet."""

from followups.story import assessments, follow_ups, plan
from portal.history.models import SystemActor


def tell(*, by: SystemActor) -> None:
    """In the order in which one needs the other."""
    for part in (follow_ups, assessments, plan):
        part.tell(by=by)
