"""Start, claim, report, finish, fail, retry: every write on a job."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce, Now
from django.utils import translation
from django.utils.translation import gettext as _

from portal import clock
from portal.files.actions import store_file
from portal.files.models import StoredFile
from portal.history.models import By, actor_of
from portal.jobs import registry
from portal.jobs.enums import UNFINISHED, JobState
from portal.jobs.models import LEASE, MAX_ATTEMPTS, Job
from portal.jobs.registry import Output


class LeaseLost(Exception):  # noqa: N818 - a state of affairs, not a fault
    """Another run has taken the job over, or it was ended: this one must stop and write nothing."""


def start_job(
    *,
    by: By,
    kind: str,
    subject: str = "",
    params: Mapping[str, Any] | None = None,
    title: str = "",
    language: str | None = None,
) -> Job:
    """Queue a job, or return the same person's identical one that is still waiting or working.

    `title` and `language` default to the kind's label and the language in use. The worker is woken after commit.
    Raises KeyError for an unknown kind.
    """
    label = registry.get(kind).label
    same = {
        "created_by": actor_of(by),
        "kind": kind,
        "subject": subject,
        "params": dict(params or {}),
        "language": language or translation.get_language() or settings.LANGUAGE_CODE,
    }
    while True:
        try:
            with transaction.atomic():
                job = Job.objects.create(**same, title=title or str(label))
                _wake(job)
                return job
        except IntegrityError:
            # Between the refusal and the look the other may have ended: then the next round creates ours.
            twin = Job.objects.filter(**same, state__in=UNFINISHED).first()
            if twin is not None:
                return twin


def retry_job(*, by: By, job: Job) -> Job:
    """Queue a failed job again; one that isn't failed stays as it is. Returns the job that now waits or works.

    `by` is the one who started it (`can_retry`), whose identical job may already be on its way: then that one.
    That it was retried, and by whom, stands in the history.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update(of=("self",)).get(pk=job.pk)
        if job.state != JobState.FAILED:
            return job
        job.state, job.reason, job.attempts, job.done, job.total = JobState.QUEUED, "", 0, 0, 0
        job.started_at = job.ended_at = None
        try:
            with transaction.atomic():
                job.save(update_fields=["state", "reason", "attempts", "done", "total", "started_at", "ended_at"])
        except IntegrityError:
            return start_job(
                by=by, kind=job.kind, subject=job.subject, params=job.params, title=job.title, language=job.language
            )
        _wake(job)
        return job


def claim(public_id: str) -> Job | None:
    """Take the job for this run, with a new lease; None if there is nothing to do (done, or another run has it)."""
    token = secrets.token_hex(16)
    taken = (
        Job.objects.filter(public_id=public_id, attempts__lt=MAX_ATTEMPTS)
        .claimable()
        .update(
            state=JobState.RUNNING,
            lease_token=token,
            leased_until=Now() + LEASE,
            attempts=F("attempts") + 1,
            started_at=Coalesce("started_at", Value(clock.now())),
            done=0,
        )
    )
    return Job.objects.select_related("created_by__user").held(token).get() if taken else None


def report_progress(job: Job, done: int, total: int) -> None:
    """Say how far it is and renew the lease; visible at once. Raises LeaseLost, whereupon the run must stop."""
    done, total = min(max(done, 0), max(total, 0)), max(total, 0)
    if not Job.objects.held(job.lease_token).update(done=done, total=total, leased_until=Now() + LEASE):
        raise LeaseLost(job.public_id)


def finish_job(job: Job, output: Output | StoredFile | None) -> None:
    """Store the output, let the kind write its rows and say done: all or nothing, and by the holder of the lease only.

    Raises LeaseLost, and then nothing is written.
    """
    with transaction.atomic():
        _lock(job)
        if isinstance(output, Output):
            output = store_file(by=job.owner, name=output.name, content=output.content, media_type=output.media_type)
        registry.get(job.kind).completed(job, output)
        _end(job, JobState.DONE, result=output, done=F("total"))


def fail_job(job: Job, reason: str) -> None:
    """End the run with a sentence for its owner. Raises LeaseLost, and then nothing is written."""
    with transaction.atomic():
        _lock(job)
        _end(job, JobState.FAILED, reason=reason)


def wake_forgotten() -> int:
    """Wake a worker for every job whose wake-up or worker was lost; one that has been tried enough fails. How many."""
    with transaction.atomic():
        jobs = list(Job.objects.forgotten().select_for_update(skip_locked=True))
        for job in jobs:
            if job.attempts < MAX_ATTEMPTS:
                _wake(job)
                continue
            with translation.override(job.language):
                reason = _("The work was interrupted %(attempts)s times and has been stopped.") % {
                    "attempts": job.attempts
                }
            _end(job, JobState.FAILED, reason=reason)
    return len(jobs)


def _wake(job: Job) -> None:
    from portal.jobs.tasks import run_job

    Job.objects.filter(pk=job.pk).update(woken_at=Now())
    run_job.delay_on_commit(job.public_id)


def _lock(job: Job) -> None:
    if Job.objects.held(job.lease_token).select_for_update(of=("self",)).first() is None:
        raise LeaseLost(job.public_id)


def _end(job: Job, state: JobState, **values: Any) -> None:
    Job.objects.filter(pk=job.pk).update(**values, state=state, ended_at=clock.now(), leased_until=None, lease_token="")
