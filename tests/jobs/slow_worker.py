"""Run as a process of its own: one run of a job whose fifth step takes long, so that it can be killed in the middle."""

import sys
import time

import django

django.setup()

from portal.files.actions import store_file  # noqa: E402
from portal.files.models import StoredFile  # noqa: E402
from portal.jobs import registry  # noqa: E402
from portal.jobs.registry import JobKind, Output  # noqa: E402
from portal.jobs.tasks import run_job  # noqa: E402


def run(job, progress):
    for step in range(5):
        progress(step, 5)
    if MOMENT == "working":
        wait()
    return Output("report.txt", b"text", "text/plain")


def completed(job, stored):
    """Half of what makes the job done is written, and nothing is committed."""
    store_file(by=job.owner, name="companion.txt", content=b"text", media_type="text/plain")
    assert StoredFile.objects.count() == 2
    if MOMENT == "finishing":
        wait()


def wait():
    if SLOW:
        sys.stdout.write("in the middle\n")
        sys.stdout.flush()
        time.sleep(600)


public_id, MOMENT, speed = sys.argv[1:]
SLOW = speed == "slow"
registry.register(JobKind("report", "A report", run, completed=completed))
run_job(public_id)
