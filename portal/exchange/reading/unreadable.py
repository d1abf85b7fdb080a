"""The refusal of a whole file."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from portal.ui.templatetags.formats import integer

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class Unreadable(Exception):  # noqa: N818 - says what the file is
    """The file can't be read as a table. `str()` is a sentence for the person, in the language in use by then.

    `code` names the case for tests and logs; `params` are what the sentence quotes.
    """

    def __init__(self, code: str, **params: Any) -> None:
        self.code, self.params = code, params
        super().__init__(code, params)

    def __str__(self) -> str:
        # Limits in the figures of the language; rows and bytes as spreadsheets and editors show them.
        told = {name: integer(value) if name == "limit" else value for name, value in self.params.items()}
        return str(SENTENCES[self.code]) % told


SENTENCES: "dict[str, _StrOrPromise]" = {
    "wrong_type": _("This type of file can't be read. Choose an Excel workbook (.xlsx) or a CSV file (.csv)."),
    "old_workbook": _("This is a workbook in an older format. Save it as an Excel workbook (.xlsx) and choose that."),
    "open_document": _("This is an OpenDocument file. Save it as an Excel workbook (.xlsx) and choose that."),
    "macros": _("The workbook contains macros. Save it as an Excel workbook without macros (.xlsx) and choose that."),
    "binary_workbook": _("This is a binary workbook (.xlsb). Save it as an Excel workbook (.xlsx) and choose that."),
    "not_csv": _("The name says CSV, but that is not what the file contains. Choose a CSV file or an .xlsx workbook."),
    "not_workbook": _(
        "The name says .xlsx, but the file is not an Excel workbook. Choose an .xlsx workbook or a CSV file."
    ),
    "password": _("The workbook is protected by a password. Save it without one and choose it again."),
    "damaged": _("The workbook is damaged and can't be opened. Open it in Excel, save it anew and choose it again."),
    "empty": _("The file is empty. Choose another file."),
    "too_large": _("The file is larger than %(limit)s MB. Divide it into several files."),
    "unfolds": _(
        "The workbook is small as a file, but unfolds to far more than a table needs (at most %(limit)s MB). "
        "Copy the table into a new workbook and choose that."
    ),
    "too_heavy": _(
        "The workbook takes more memory or time to open than a table needs. Cells that are filled far below or far to "
        "the right of the table are the usual reason. Copy the table into a new workbook and choose that."
    ),
    "too_many_rows": _("The table has more than %(limit)s rows. Divide it into several files."),
    "too_many_columns": _(
        "The table reaches to column %(letter)s, but at most %(limit)s columns can be read. Remove the other ones."
    ),
    "too_many_sheets": _("The workbook has %(found)s sheets, but at most %(limit)s can be looked through."),
    "too_long": _(
        "A cell in row %(row)s has more than %(limit)s characters. In a CSV file, a quotation mark that is never closed "
        "is the usual reason."
    ),
    "no_headings": _(
        "No row with the expected headings was found among the first %(limit)s rows. Download the template to see what "
        "the columns are called."
    ),
    "no_sheet": _("The workbook has no sheet with cells that isn't hidden. Choose another workbook."),
    "twice": _("The heading %(heading)s stands both in column %(first)s and in column %(second)s. Keep one of them."),
    "encoding": _(
        "The file can't be read as text: row %(row)s has a character that is not valid %(encoding)s (byte %(byte)s "
        "of the file). Save it as “CSV UTF-8” and choose it again."
    ),
    "mixed_encoding": _(
        "The file mixes two ways of writing å, ä and ö: most of it is UTF-8, but row %(row)s is not (byte %(byte)s of "
        "the file). Save it as “CSV UTF-8” and choose it again."
    ),
    "nul": _(
        "Row %(row)s has a character that no text has (NUL), so this is not a CSV file, or it is damaged. Save it as "
        "“CSV UTF-8” and choose it again."
    ),
    "quotes": _(
        "The quotation marks in row %(row)s don't match. A text with quotation marks is written within quotation marks, "
        "and each of its own is doubled."
    ),
    "too_many_cells": _(
        "Row %(row)s has %(found)s cells, but there are only %(expected)s columns. A text that contains the separator "
        "%(separator)s must stand within quotation marks."
    ),
}
