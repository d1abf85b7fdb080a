"""A worker that is killed while it renders the report loses nothing and makes nothing twice."""

import signal
import time
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from funding.actions.reports import export_report
from funding.documents.report import figures_shown_in
from funding.models import FundingReport, FundingYear
from funding.story import open_memo_year
from portal.files.models import StoredFile
from portal.history.models import SystemActor
from portal.jobs.enums import JobState
from portal.jobs.models import Job
from portal.jobs.tasks import sweep
from tests.funding.worker import document_worker

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def wait_for(job: Job, *states: JobState) -> None:
    until = time.monotonic() + 60
    while job.state not in states:
        assert time.monotonic() < until, f"the job is still {job.state}"
        time.sleep(0.02)
        job.refresh_from_db()


def test_a_killed_worker_still_leaves_one_report(reference_data, admin):
    open_memo_year(by=SystemActor("story"))
    job = export_report(by=admin, funding_year=FundingYear.objects.get())
    with document_worker() as worker:
        wait_for(job, JobState.RUNNING)
        worker.send_signal(signal.SIGKILL)
        assert worker.wait(10) == -signal.SIGKILL
    job.refresh_from_db()
    assert (job.state, FundingReport.objects.count(), StoredFile.objects.count()) == (JobState.RUNNING, 0, 0)

    # What waiting for the lease would do, without the minute.
    Job.objects.update(leased_until=Now() - timedelta(seconds=1), woken_at=Now() - timedelta(hours=1))
    sweep()
    with document_worker():
        wait_for(job, JobState.DONE, JobState.FAILED)
    report = FundingReport.objects.get()
    assert (report.job, report.sum_ore, job.attempts) == (job, 1_045_169_000, 2)
    assert figures_shown_in(StoredFile.objects.get().read()).sum_ore == 1_045_169_000
