"""A worker that is killed in the middle of an import leaves nothing of the file; the next one lets in all of it, once."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection, connections
from django.db.models.functions import Now

from codeofconduct.models import Supplier, SupplierIdentifier
from portal.exchange import actions
from portal.exchange.enums import RunState
from portal.exchange.models import ImportRun
from portal.jobs.models import Job
from tests.exchange.test_runs import brought, worked

IDENTIFIERS = SupplierIdentifier._meta.db_table
WORKER = "import sys, django; django.setup(); from portal.jobs.tasks import run_job; run_job(sys.argv[1])"


def wait_until_blocked(by: object) -> None:
    """Until somebody waits for what this connection holds."""
    until = time.monotonic() + 60
    with by.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass", [IDENTIFIERS])
            if cursor.fetchone()[0]:
                return
            time.sleep(0.1)
    raise AssertionError("The worker never came to write.")


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_killed_import_leaves_nothing_and_is_taken_up(secretariat):
    run = actions.confirm_run(by=secretariat, run=brought(secretariat))
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + connection.settings_dict["NAME"]).geturl()
    environment = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "portal.settings"}
    with closing(connections.create_connection("default")) as other:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            # The suppliers are written by then, their numbers not yet.
            cursor.execute(f"LOCK TABLE {IDENTIFIERS} IN EXCLUSIVE MODE")
        command = [sys.executable, "-c", WORKER, run.job.public_id]
        with subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment) as worker:
            wait_until_blocked(other)
            worker.send_signal(signal.SIGKILL)
        other.rollback()
    assert worker.returncode == -signal.SIGKILL
    run = ImportRun.objects.get(pk=run.pk)
    assert (run.state, Supplier.objects.count()) == (RunState.IMPORTING, 0)

    # What waiting for the lease would do, without the minute.
    Job.objects.filter(pk=run.job_id).update(leased_until=Now() - timedelta(seconds=1))
    run = worked(run)
    assert (run.state, run.new_count, run.job.attempts) == (RunState.DONE, 2, 2)
    assert (Supplier.objects.count(), SupplierIdentifier.objects.count()) == (2, 2)
