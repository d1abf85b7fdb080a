"""Writes on runs: bring a file, confirm it, and what became of it."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from portal import clock
from portal.exchange.engine.rows import Change, Fault, Outcome
from portal.exchange.enums import AT_REST, RunState
from portal.exchange.models import ImportRun
from portal.exchange.registry import ExchangeKind
from portal.files.actions import store_file
from portal.files.models import StoredFile
from portal.history.models import By, actor_of
from portal.jobs.actions import start_job

CHECK_JOB, IMPORT_JOB = "exchange_check", "exchange_import"
# So many stand on the page; the report has more.
SHOWN = 100


@transaction.atomic
def bring_file(*, by: By, kind: ExchangeKind, name: str, content: bytes, media_type: str) -> ImportRun:
    """Keep the file and have it checked in the background; nothing of it goes in before it is confirmed."""
    run = ImportRun.objects.create(
        created_by=actor_of(by),
        kind=kind.key,
        file=store_file(by=by, name=name, content=content, media_type=media_type),
        language=translation.get_language() or settings.LANGUAGE_CODE,
    )
    _check(by, run)
    return run


@transaction.atomic
def check_again(*, by: By, run: ImportRun, mapping: dict[str, Any] | None = None) -> ImportRun:
    """Check the same file against the register as it is now; one that is under way or has gone in stays as it is.

    `mapping`: what its columns hold from now on, where somebody says so.
    """
    run = _locked(run)
    if run.state in AT_REST:
        run.state, run.reason, run.confirmed_at, run.confirmed_by = RunState.CHECKING, "", None, None
        run.language = translation.get_language() or settings.LANGUAGE_CODE
        run.mapping = run.mapping if mapping is None else mapping
        run.save(update_fields=["state", "reason", "confirmed_at", "confirmed_by", "language", "mapping"])
        _check(by, run)
    return run


@transaction.atomic
def confirm_run(*, by: By, run: ImportRun) -> ImportRun:
    """Let the file in, in the background; one that isn't ready stays as it is, so twice is once."""
    run = _locked(run)
    if run.state == RunState.READY and run.does_something:
        run.state, run.confirmed_at, run.confirmed_by = RunState.IMPORTING, clock.now(), actor_of(by)
        title = _("Import of %(file)s") % {"file": run.file.name}
        run.job = start_job(by=by, kind=IMPORT_JOB, subject=run.public_id, title=title[:200], language=run.language)
        run.save(update_fields=["state", "confirmed_at", "confirmed_by", "job"])
    return run


@transaction.atomic
def keep_columns(*, run: ImportRun, columns: list[dict[str, Any]]) -> None:
    """What columns the file has: somebody is asked what they hold before it is checked."""
    run = _locked(run)
    if run.state == RunState.CHECKING:
        run.state, run.details = RunState.MAPPING, {"columns": columns}
        run.save(update_fields=["state", "details"])


@transaction.atomic
def keep_outcome(*, run: ImportRun, outcome: Outcome, report: StoredFile | None) -> None:
    """What the check found. A run that isn't being checked any more keeps what it has."""
    run = _locked(run)
    if run.state != RunState.CHECKING:
        return
    run.state = RunState.READY if outcome.is_fit else RunState.REFUSED
    run.row_count, run.new_count, run.changed_count = outcome.rows, outcome.new, outcome.changed
    run.unchanged_count, run.fault_count, run.digest = outcome.unchanged, outcome.fault_count, outcome.digest
    run.details, run.report, run.reason = _kept(run) | _details(outcome), report, ""
    run.save()


@transaction.atomic
def refuse_run(*, run: ImportRun, reason: str) -> None:
    """The file as a whole can't be used, or the database would not have it; `reason` is a sentence for the person."""
    run = _locked(run)
    if run.is_under_way:
        run.state, run.reason, run.details, run.confirmed_at, run.confirmed_by = (
            RunState.REFUSED,
            reason,
            _kept(run),
            None,
            None,
        )
        run.save(update_fields=["state", "reason", "details", "confirmed_at", "confirmed_by"])


@transaction.atomic
def outdate_run(*, run: ImportRun) -> None:
    """The register changed after the check, so that the file would do something else than was confirmed."""
    run = _locked(run)
    if run.state == RunState.IMPORTING:
        run.state, run.confirmed_at, run.confirmed_by = RunState.OUTDATED, None, None
        run.save(update_fields=["state", "confirmed_at", "confirmed_by"])


def finish_run(*, run: ImportRun, notices: list[str]) -> None:
    """All of it went in: in the transaction that writes it, by whoever holds the row's lock."""
    run.state, run.ended_at, run.details = RunState.DONE, clock.now(), run.details | {"notices": notices}
    run.save(update_fields=["state", "ended_at", "details"])


def _check(by: By, run: ImportRun) -> None:
    title = _("Check of %(file)s") % {"file": run.file.name}
    run.job = start_job(by=by, kind=CHECK_JOB, subject=run.public_id, title=title[:200], language=run.language)
    run.save(update_fields=["job"])


def _locked(run: ImportRun) -> ImportRun:
    return ImportRun.objects.select_for_update(of=("self",)).select_related("file").get(pk=run.pk)


def _kept(run: ImportRun) -> dict[str, Any]:
    """What another check leaves in the details."""
    return {"columns": run.columns} if run.columns else {}


def _details(outcome: Outcome) -> dict[str, Any]:
    return {
        "faults": [_fault(fault) for fault in outcome.faults[:SHOWN]],
        "changes": [_change(change) for change in _changed_first(outcome.changes)][:SHOWN],
        "notices": outcome.notices,
    }


def _changed_first(changes: Iterable[Change]) -> list[Change]:
    """What overwrites something is looked at before what only adds."""
    return sorted(changes, key=lambda change: (change.is_new, change.row))


def _fault(fault: Fault) -> dict[str, Any]:
    return {"row": fault.row, "column": fault.column, "found": fault.found, "message": fault.message}


def _change(change: Change) -> dict[str, Any]:
    fields = [{"heading": heading, "old": old, "new": new} for heading, old, new in change.fields]
    return {"row": change.row, "is_new": change.is_new, "name": change.name, "fields": fields}
