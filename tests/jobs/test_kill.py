"""A worker that is killed in the middle loses nothing and makes nothing twice."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.db.models.functions import Now

from portal.files.models import StoredFile
from portal.jobs import actions
from portal.jobs.enums import JobState
from portal.jobs.models import LEASE, Job
from portal.jobs.tasks import sweep

PROJECT = Path(__file__).resolve().parents[2]


def worker(*arguments: str) -> subprocess.Popen:
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + connection.settings_dict["NAME"]).geturl()
    return subprocess.Popen(
        [sys.executable, "-m", "tests.jobs.slow_worker", *arguments],
        cwd=PROJECT,
        env={**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "portal.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", ["working", "finishing"])
def test_killed_run_is_taken_up_and_makes_one_result(kind, buyer, wake_ups, moment):
    kind()
    job = actions.start_job(by=buyer, kind="report", language="sv")
    with worker(job.public_id, moment, "slow") as process:
        assert process.stdout.readline() == "in the middle\n"
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL

    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.attempts) == (JobState.RUNNING, 4, 5, 1)
    assert StoredFile.objects.count() == 0

    sweep()
    assert wake_ups(job.public_id) == 1, "the lease still runs: the worker might live"
    # What waiting for the lease would do, without the minute.
    Job.objects.filter(pk=job.pk, leased_until__lt=Now() + LEASE).update(
        leased_until=Now() - timedelta(seconds=1), woken_at=Now() - LEASE
    )
    sweep()
    assert wake_ups(job.public_id) == 2

    for _message in range(2):
        with worker(job.public_id, moment, "fast") as process:
            assert process.wait(60) == 0
    job.refresh_from_db()
    assert (job.state, job.attempts, job.result.name) == (JobState.DONE, 2, "report.txt")
    assert sorted(StoredFile.objects.values_list("name", flat=True)) == ["companion.txt", "report.txt"]
