"""One run of a job, from the claim to its end."""

import pghistory
import structlog
from django.utils import translation
from django.utils.translation import gettext as _

from portal.jobs import actions, registry
from portal.jobs.models import Job

log = structlog.get_logger(__name__)


def execute(public_id: str) -> None:
    """Do the job in its language, unless it is done or another run is at it. Its rows remember the owner and the job.

    Whatever the kind raises becomes a state with a reason; only a lost database comes through.
    """
    job = actions.claim(public_id)
    if job is None:
        return
    user = job.created_by.user
    with (
        pghistory.context(job=job.public_id, user=user.public_id if user else None),
        translation.override(job.language),
        structlog.contextvars.bound_contextvars(job=job.public_id),
    ):
        try:
            _run(job)
        except actions.LeaseLost:
            log.warning("job_lease_lost")


def _run(job: Job) -> None:
    try:
        output = registry.get(job.kind).run(job, lambda done, total: actions.report_progress(job, done, total))
        actions.finish_job(job, output)
    except registry.JobFailed as failure:
        actions.fail_job(job, str(failure))
    except actions.LeaseLost:
        raise
    except Exception:
        log.exception("job_crashed", kind=job.kind)
        actions.fail_job(job, _("An unexpected error occurred. It has been logged. Try again."))
