"""A file from its first line to its last: what it would do, or, in the caller's transaction, what it does."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from import_export.results import RowResult

from portal.exchange.engine.columns import Column
from portal.exchange.engine.headings import Layout, layout_of, names_of
from portal.exchange.engine.identity import Loader
from portal.exchange.engine.memory import settled
from portal.exchange.engine.resource import ExchangeResource, only_filled
from portal.exchange.engine.rows import Change, Fault, FileRefused, Outcome, Row, quoted
from portal.exchange.reading import Table, Unreadable, read_table

# Lines that are looked up and written together: more gains nothing, and memory grows with it.
AT_A_TIME = 1_000

# How many lines are done, and roughly how many there are.
Progress = Callable[[int, int], None]


def take_file(
    resource: ExchangeResource, path: Path, name: str, *, writes: bool, progress: Progress = lambda done, total: None
) -> Outcome:
    """Go through the file. With `writes` the rows are written as they come, so the caller holds a transaction and rolls
    it back unless the outcome is fit; once a fault was found nothing more is written.

    `name` is what the file was called. Raises FileRefused.
    """
    resource.locks = writes
    if writes:
        resource.begin()
    try:
        with settled(), read_table(path, name, expected=names_of(resource)) as table:
            layout = layout_of(resource, table.columns)
            taking = _Taking(resource, layout, writes)
            for lines in _chunks(table.rows):
                taking.take([layout.row_of(line) for line in lines])
                progress(taking.outcome.rows, max(taking.outcome.rows, table.about))
    except Unreadable as unreadable:
        raise FileRefused(str(unreadable)) from None
    return taking.ended(table)


class _Taking:
    """The state of one run over a file."""

    def __init__(self, resource: ExchangeResource, layout: Layout, writes: bool) -> None:
        self.resource, self.layout, self.writes = resource, layout, writes
        self.loader = Loader(resource)
        self.outcome = Outcome()
        self.lacking = resource.lacking(layout.headings)
        self.lacked_by: list[int] = []

    def take(self, lines: list[Row]) -> None:
        rows = [row for row in lines if not self.resource.leaves_out(row)]
        self.resource.prepare(rows, self.loader)
        for row in rows:
            self._take_row(row)
        if self.writes and self.outcome.is_fit and not self.lacked_by:
            self.resource.write()
        else:
            self.resource.forget()

    def _take_row(self, row: Row) -> None:
        outcome, resource = self.outcome, self.resource
        outcome.rows += 1
        kind, instance = resource.take(row, self.loader)
        if kind == RowResult.IMPORT_TYPE_INVALID:
            outcome.add_faults(
                Fault(row.number, self._heading(key), found, message)
                for key, found, message in sorted(row.faults, key=lambda fault: self.layout.place(fault[0]))
            )
            return
        if kind == RowResult.IMPORT_TYPE_SKIP:
            outcome.unchanged += 1
            return
        is_new = kind == RowResult.IMPORT_TYPE_NEW
        if is_new:
            outcome.new += 1
            if self.lacking:
                self.lacked_by.append(row.number)
        else:
            outcome.changed += 1
        self._note(row, instance, is_new)

    def _note(self, row: Row, instance: Any, is_new: bool) -> None:
        told = only_filled(self.resource.differences) if is_new else self.resource.differences
        marks = [(c.key, None if is_new else _mark(c, old), _mark(c, new)) for c, old, new in told]
        self.outcome.mark(row.number, None if is_new else instance.pk, marks)
        if self.outcome.wants_change(is_new=is_new):
            fields = tuple((str(column.heading), _told(column, old), _told(column, new)) for column, old, new in told)
            self.outcome.changes.append(Change(row.number, is_new, quoted(instance), fields))

    def ended(self, table: Table) -> Outcome:
        outcome = self.outcome
        if self.lacked_by:
            outcome.add_faults(self._lacking_faults())
        if not outcome.rows:
            raise FileRefused(_("There is a line of headings, but no row below it."))
        outcome.notices += self.resource.remarks()
        if outcome.is_cut:
            outcome.notices.append(_("The list and its workbook show the first rows; all of the file was checked."))
        if self.layout.unknown:
            message = ngettext(
                "The column %(names)s isn't known here and is ignored.",
                "The columns %(names)s aren't known here and are ignored.",
                len(self.layout.unknown),
            )
            outcome.notices.append(message % {"names": ", ".join(map(quoted, self.layout.unknown))})
        if table.left_out:
            message = _("Only the sheet %(sheet)s was read. %(others)s may hold rows too: import them each as a file.")
            told = {"sheet": table.sheet, "others": get_text_list([quoted(name) for name in table.left_out], _("and"))}
            outcome.notices.append(message % told)
        for letter, number in table.unnamed.items():
            message = _("Column %(letter)s has no heading and is ignored. It is filled in from row %(row)s on.")
            outcome.notices.append(message % {"letter": letter, "row": number})
        return outcome

    def _lacking_faults(self) -> Iterator[Fault]:
        for column in self.lacking:
            message = ngettext(
                "The file has no such column, and row %(row)s is new.",
                "The file has no such column, and %(count)s rows are new, the first of them row %(row)s.",
                len(self.lacked_by),
            )
            yield Fault(0, str(column.heading), "", message % {"row": self.lacked_by[0], "count": len(self.lacked_by)})

    def _heading(self, key: str) -> str:
        return self.layout.heading(self.resource.columns[key]) if key else ""


def _chunks(lines: Iterable[Any]) -> Iterator[list[Any]]:
    lines = iter(lines)
    while chunk := list(islice(lines, AT_A_TIME)):
        yield chunk


def _mark(column: Column, value: Any) -> Any:
    return None if value is None else column.marked(value)


def _told(column: Column, value: Any) -> str:
    return "" if value is None else column.told(value)
