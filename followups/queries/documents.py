"""Reads over the documents that were made of follow-ups."""

from collections.abc import Iterable

from django.db.models import QuerySet

from followups.models import FollowUp
from portal.jobs.enums import JobState
from portal.jobs.models import Job
from regions.models import User

SHOWN = 3


def own_documents(user: User, follow_up: FollowUp, kinds: Iterable[str]) -> QuerySet[Job]:
    """The latest jobs of these kinds that the user had done for the follow-up. Nobody sees another's: it is cut to them."""
    done = Job.objects.visible_to(user).filter(kind__in=list(kinds), subject=follow_up.public_id, state=JobState.DONE)
    return done.select_related("result").order_by("-ended_at", "-pk")[:SHOWN]
