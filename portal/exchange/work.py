"""The jobs: check a file, let it in, write one. Each can be run again after a crash and does its work once."""

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from portal.exchange import actions, registry
from portal.exchange.engine import exporting
from portal.exchange.engine.importing import take_file
from portal.exchange.engine.mapping import columns_of
from portal.exchange.engine.resource import ExchangeResource
from portal.exchange.engine.rows import FileRefused
from portal.exchange.enums import Form, RunState
from portal.exchange.models import ImportRun
from portal.exchange.refusals import sentence_of
from portal.exchange.writing import TooLong
from portal.files.actions import store_file
from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.jobs.registry import JobFailed, Output, Progress


def run_check(job: Job, progress: Progress) -> None:
    """Go through the file and keep what it would do; nothing is written to the register."""
    run = _run_of(job)
    if run.state != RunState.CHECKING:
        return
    try:
        with local_copy(run.file) as path:
            resource = _resource(run, job)
            if run.exchange_kind.map_page and not run.mapping:
                actions.keep_columns(run=run, columns=columns_of(resource, path, run.file.name))
                return
            outcome = take_file(resource, path, run.file.name, writes=False, progress=progress)
    except FileRefused as refused:
        actions.refuse_run(run=run, reason=str(refused))
        return
    name, content = exporting.report_of(outcome, run.file.name)
    report = store_file(by=job.owner, name=name, content=content, media_type=exporting.MEDIA_TYPES[Form.XLSX])
    actions.keep_outcome(run=run, outcome=outcome, report=report)


def run_import(job: Job, progress: Progress) -> None:
    """Let the file in: all of it in one transaction, or nothing; and only if it does what was confirmed."""
    run = _run_of(job)
    try:
        with local_copy(run.file) as path, _aside(progress) as tell, transaction.atomic():
            run = ImportRun.objects.select_for_update(of=("self",)).select_related("file").get(pk=run.pk)
            if run.state != RunState.IMPORTING:
                return
            one_at_a_time(run.kind)
            outcome = take_file(_resource(run, job), path, run.file.name, writes=True, progress=tell)
            if outcome.is_fit and outcome.digest == run.digest:
                actions.finish_run(run=run, notices=outcome.notices)
                return
            transaction.set_rollback(True)
    except FileRefused as refused:
        actions.refuse_run(run=run, reason=str(refused))
    except DatabaseError as error:
        actions.refuse_run(run=run, reason=sentence_of(error))
    else:
        actions.outdate_run(run=run)


def run_export(job: Job, progress: Progress) -> Output:
    """Write the rows of a list, with its filter, as a file. `params`: the query string, the columns and the form."""
    kind = registry.get(job.subject)
    resource = kind.resource(by=job.owner)
    rows = kind.rows(job.owner, QueryDict(job.params["query"]))
    form = Form(job.params["form"])
    total = rows.count()
    with tempfile.NamedTemporaryFile() as file:
        columns = exporting.chosen(resource, job.params["columns"])
        try:
            exporting.write_rows(
                resource, rows, columns, form, Path(file.name), progress=lambda done: progress(done, total)
            )
        except TooLong as text:
            raise JobFailed(str(text)) from None
        return Output(exporting.file_name(kind.label, form), Path(file.name).read_bytes(), exporting.MEDIA_TYPES[form])


@contextmanager
def local_copy(stored: StoredFile) -> Iterator[Path]:
    """The stored file on this machine's disk, where a child process can open it."""
    with tempfile.NamedTemporaryFile(suffix=Path(stored.name).suffix) as file:
        with default_storage.open(stored.path, "rb") as content:
            for chunk in content.chunks():
                file.write(chunk)
        file.flush()
        yield Path(file.name)


@contextmanager
def _aside(progress: Progress) -> Iterator[Progress]:
    """`progress` on a connection of its own: the import's transaction would hide it until the end, and lose the lease."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        try:
            yield lambda done, total: thread.submit(progress, done, total).result()
        finally:
            # Asked for inside the thread, `connection` is its own.
            thread.submit(lambda: connection.close()).result()


def one_at_a_time(kind: str) -> None:
    """Imports of one kind wait for each other until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('exchange'), hashtext(%s))", [kind])


def _run_of(job: Job) -> ImportRun:
    return ImportRun.objects.select_related("file").get(public_id=job.subject)


def _resource(run: ImportRun, job: Job) -> ExchangeResource:
    kind, by = run.exchange_kind, job.owner
    if not kind.may_import(by):
        raise FileRefused(_("You may no longer import such rows."))
    return kind.resource(by=by, **run.mapping)
