"""Files into resources, without pages and jobs."""

from pathlib import Path
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils import translation

from portal.exchange import registry
from portal.exchange.engine.exporting import chosen, write_rows
from portal.exchange.engine.importing import take_file
from portal.exchange.engine.rows import Outcome
from portal.exchange.enums import Form
from portal.history.models import SystemActor

SYSTEM = SystemActor("test")


def bring(kind: str, path: Path, *, by: Any = SYSTEM) -> Outcome:
    """Import the file as the job does: all of it or nothing."""
    with transaction.atomic():
        outcome = take_file(registry.get(kind).resource(by=by), path, path.name, writes=True)
        if not outcome.is_fit:
            transaction.set_rollback(True)
    return outcome


def look(kind: str, path: Path, *, by: Any = SYSTEM) -> Outcome:
    """What the file would do."""
    return take_file(registry.get(kind).resource(by=by), path, path.name, writes=False)


def take_out(kind: str, path: Path, *, by: Any = SYSTEM, query: str = "", columns: tuple[str, ...] = ()) -> Path:
    """Export the rows of the list to the path."""
    found = registry.get(kind)
    resource = found.resource(by=by)
    with translation.override("sv"):
        rows = found.rows(by, QueryDict(query))
        write_rows(resource, rows, chosen(resource, columns), Form(path.suffix[1:]), path)
    return path


def counts(outcome: Outcome) -> tuple[int, int, int, int]:
    """New, changed, unchanged, errors."""
    return outcome.new, outcome.changed, outcome.unchanged, outcome.fault_count


def faults(outcome: Outcome) -> list[tuple[int, str, str]]:
    """Row, column with its letter and what was found, of each error."""
    return [(fault.row, fault.column, fault.found) for fault in outcome.faults]
