from typing import TYPE_CHECKING

from portal.jobs.enums import JobState
from portal.jobs.models import Job

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


def can_retry(user: "AbstractBaseUser | AnonymousUser", job: Job) -> bool:
    """Who started a job that failed may have it tried again."""
    return job.state == JobState.FAILED and job.created_by.user_id == user.pk
