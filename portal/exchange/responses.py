"""Files that leave at once."""

import io
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Any

import xlsxwriter
from django.db.models import QuerySet
from django.http import FileResponse
from django.utils.translation import gettext as _

from portal.exchange.engine.columns import Column
from portal.exchange.engine.exporting import MEDIA_TYPES, file_name, write_rows
from portal.exchange.engine.resource import ExchangeResource
from portal.exchange.engine.rows import ComputedRows
from portal.exchange.enums import Form
from portal.exchange.queries import columns_explained
from portal.exchange.reading.limits import MOST_ROWS
from portal.exchange.registry import ExchangeKind
from portal.exchange.writing import Heading, write_csv, write_xlsx


def as_file(
    kind: ExchangeKind,
    resource: ExchangeResource,
    rows: "QuerySet[Any] | ComputedRows",
    columns: Sequence[Column],
    form: Form,
) -> FileResponse:
    """The rows as a download. The file is whole before the first byte leaves: it comes complete or not at all."""
    file = tempfile.NamedTemporaryFile()  # noqa: SIM115 - the response closes it
    write_rows(resource, rows, columns, form, Path(file.name))
    return _download(file, file_name(kind.label, form), form)


def table_file(label: object, headings: Sequence[Heading], rows: Iterable[Sequence[Any]], form: Form) -> FileResponse:
    """A table that no kind of rows stands behind, as a download."""
    target = io.BytesIO()
    if form == Form.CSV:
        target.writelines(write_csv(headings, rows))
    else:
        write_xlsx(headings, rows, target)
    target.seek(0)
    return _download(target, file_name(label, form), form)


def template_file(kind: ExchangeKind, resource: ExchangeResource, form: Form) -> FileResponse:
    """Headings without rows. A workbook leaves what is typed as text where it is one, offers the words where there are
    few, and says on a second sheet what each column takes, with an example.
    """
    lines = columns_explained(resource)
    name = file_name(_("%(rows)s template") % {"rows": kind.label}, form)
    if form == Form.CSV:
        headings = [Heading(line.heading, 0) for line in lines]
        return _download(io.BytesIO(b"".join(write_csv(headings, []))), name, form)
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        sheet, explanation = book.add_worksheet(_("Rows")), book.add_worksheet(_("Explanation"))
        # Number 49 is text.
        as_typed = book.add_format({"num_format": 49})
        for place, line in enumerate(lines):
            sheet.write_string(0, place, line.heading, bold)
            sheet.set_column(place, place, max(14, len(line.heading) + 2), as_typed if line.is_text else None)
            if line.offered:
                # A warning alone: import takes the words of the other language too.
                choice = {"validate": "list", "source": line.offered, "error_type": "warning"}
                sheet.data_validation(1, place, MOST_ROWS, place, choice)
        sheet.freeze_panes(1, 0)
        told = [_("Column"), _("Must be filled in"), _("What it takes"), _("Example")]
        for place, (text, width) in enumerate(zip(told, (30, 18, 80, 30), strict=True)):
            explanation.write_string(0, place, text, bold)
            explanation.set_column(place, place, width)
        for number, line in enumerate(lines, start=1):
            cells = (line.heading, _("yes") if line.required else _("no"), line.expected, line.example)
            for place, text in enumerate(cells):
                explanation.write_string(number, place, text, wrapped)
    target.seek(0)
    return _download(target, name, form)


def _download(content: IO[bytes], name: str, form: Form) -> FileResponse:
    response = FileResponse(content, as_attachment=True, filename=name, content_type=MEDIA_TYPES[form])
    response["Cache-Control"] = "private, no-store"
    return response
