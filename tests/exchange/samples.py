"""Files as people send them, and as nobody should."""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACRO_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
HEADING_ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c></row>'


def workbook(path: Path, *sheets: Callable[[Worksheet, Any], None], **options: Any) -> Path:
    """A workbook by XlsxWriter; each function fills a sheet and gets the book for its formats."""
    with xlsxwriter.Workbook(path, options) as book:
        for fill in sheets:
            fill(book.add_worksheet(), book)
    return path


def rows_workbook(path: Path, *rows: list[Any]) -> Path:
    """A workbook with these rows from A1."""

    def fill(sheet: Worksheet, book: Any) -> None:
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)

    return workbook(path, fill)


def raw_workbook(
    path: Path,
    *rows: str | Iterator[str],
    shared: str = "",
    content_type: str = SHEET_TYPE,
    dimension: str = "",
    more: dict[str, str] | None = None,
) -> Path:
    """A workbook whose XML is written by hand: what no honest program writes."""
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Override PartName="/xl/workbook.xml" '
        f'ContentType="{content_type}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets><sheet name="Ark" sheetId="1" '
        'r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{shared}</sst>',
        **(more or {}),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            part.write(f'<worksheet xmlns="{MAIN}">{dimension}<sheetData>'.encode())
            for row in rows:
                for text in [row] if isinstance(row, str) else row:
                    part.write(text.encode())
            part.write(b"</sheetData></worksheet>")
    return path


# The first kilobyte of what Excel writes for a workbook with a password: the older container's head, and the names of
# its streams.
ENCRYPTED = (
    bytes.fromhex("d0cf11e0a1b11ae1")
    + bytes(16)
    + bytes.fromhex("3e000300feff0900060000000000000000000000")
    + bytes(980)
    + "Root Entry".encode("utf-16-le").ljust(128, b"\0")
    + "EncryptionInfo".encode("utf-16-le").ljust(128, b"\0")
    + "EncryptedPackage".encode("utf-16-le").ljust(128, b"\0")
)
OLD_WORKBOOK = ENCRYPTED[:1020] + "Workbook".encode("utf-16-le").ljust(128, b"\0")
