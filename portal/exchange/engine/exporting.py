"""Rows on their way out: each with the columns that were chosen, streamed from the database into the file."""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from portal import clock
from portal.exchange.engine.columns import Column
from portal.exchange.engine.memory import settled
from portal.exchange.engine.resource import ExchangeResource
from portal.exchange.engine.rows import ComputedRows, Outcome
from portal.exchange.enums import Form
from portal.exchange.writing import Heading, write_csv, write_xlsx

# Rows that are in memory at the same time, with what belongs to them.
AT_A_TIME = 2_000
MEDIA_TYPES = {
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.CSV: "text/csv; charset=utf-8",
}

Progress = Callable[[int], None]


def chosen(resource: ExchangeResource, keys: Iterable[str]) -> list[Column]:
    """The columns with these keys, in the order of the file; all of them where none is named."""
    wanted = set(keys)
    return [column for column in resource.columns.values() if column.key in wanted or not wanted]


def write_rows(
    resource: ExchangeResource,
    rows: "QuerySet[Any] | ComputedRows",
    columns: Sequence[Column],
    form: Form,
    path: Path,
    *,
    progress: Progress = lambda done: None,
) -> None:
    """Write all of the rows, at a memory that doesn't grow with them. Headings are in the language in use."""
    headings = [Heading(str(column.heading), column.width) for column in columns]
    with settled():
        _write(form, headings, _cells(resource, rows, columns, progress), path)


def _cells(
    resource: ExchangeResource, rows: "QuerySet[Any] | ComputedRows", columns: Sequence[Column], progress: Progress
) -> Iterator[list[Any]]:
    told = rows if isinstance(rows, ComputedRows) else resource.with_what_is_told(rows)
    for number, instance in enumerate(told.iterator(chunk_size=AT_A_TIME)):
        if number % AT_A_TIME == 0:
            progress(number)
        yield [column.export(instance) for column in columns]


def _write(form: Form, headings: Sequence[Heading], rows: Iterable[Sequence[Any]], path: Path) -> None:
    if form == Form.XLSX:
        write_xlsx(headings, rows, path)
        return
    with path.open("wb") as file:
        file.writelines(write_csv(headings, rows))


def file_name(label: object, form: Form) -> str:
    """ "leverantorer-2026-12-02.xlsx"."""
    return f"{slugify(str(label)) or 'export'}-{clock.today():%Y-%m-%d}.{form}"


def report_of(outcome: Outcome, name: str) -> tuple[str, bytes]:
    """Name and content of the workbook with everything that is wrong in a file, or else with what it changes."""
    columns: Sequence[tuple[str, int]]
    rows: Iterator[Sequence[Any]]
    if outcome.faults:
        columns = [(_("Row"), 8), (_("Column"), 28), (_("Found"), 40), (_("What is wrong"), 80)]
        rows = ([fault.row or None, fault.column, fault.found, fault.message] for fault in outcome.faults)
        title = _("errors")
    else:
        columns = [
            (_("Row"), 8),
            (_("What"), 12),
            (_("Name"), 40),
            (_("Column"), 28),
            (_("Before"), 40),
            (_("After"), 40),
        ]
        new, changed = _("new"), _("changed")
        rows = (
            [change.row, new if change.is_new else changed, change.name, heading, before, after]
            for change in outcome.changes
            for heading, before, after in change.fields
        )
        title = _("changes")
    target = io.BytesIO()
    write_xlsx([Heading(text, width) for text, width in columns], rows, target)
    return f"{Path(name).stem[:150]} – {title}.{Form.XLSX}", target.getvalue()
