"""From a file to its table: size, name and first bytes decide who opens it."""

from collections.abc import Collection, Iterator
from pathlib import Path, PurePath
from types import ModuleType

import filetype

from portal.exchange.reading import delimited, workbook
from portal.exchange.reading.headings import NumberedRow
from portal.exchange.reading.limits import MEGABYTE, MOST_CSV_BYTES, MOST_WORKBOOK_BYTES
from portal.exchange.reading.table import Table
from portal.exchange.reading.unreadable import Unreadable

_OLD_ENDINGS = {".xls", ".xlt", ".xla"}
_MACRO_ENDINGS = {".xlsm", ".xltm", ".xlam"}
_OPEN_DOCUMENT_ENDINGS = {".ods", ".ots", ".fods"}
# The first bytes of every zip file, and of Microsoft's older container.
ZIP = b"PK\x03\x04"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def read_table(path: Path, name: str, *, expected: Collection[str] = ()) -> Table:
    """The table in a file that was called `name`; `expected` are the headings that are known, in any language.

    Of a workbook the sheet with most of the expected headings is read. Raises Unreadable, here or while rows are read.
    """
    return _reader_of(path, name).read(path, expected)


def read_rows(path: Path, name: str) -> Iterator[NumberedRow]:
    """The rows that aren't blank as they stand, titles and notes too: for files whose columns have no headings.

    Of a workbook the first sheet with cells is read. Raises Unreadable, here or while rows are read.
    """
    return _reader_of(path, name).rows(path)


def _reader_of(path: Path, name: str) -> ModuleType:
    """Who opens it. Raises Unreadable."""
    size = path.stat().st_size
    if size == 0:
        raise Unreadable("empty")
    ending = PurePath(name.strip()).suffix.lower()
    most = MOST_CSV_BYTES if ending == ".csv" else MOST_WORKBOOK_BYTES
    if size > most:
        raise Unreadable("too_large", limit=most // MEGABYTE)
    with path.open("rb") as file:
        start = file.read(8192)
    if ending == ".csv":
        if start.startswith((ZIP, OLE, b"%PDF")) or filetype.guess(start) is not None:
            raise Unreadable("not_csv")
        return delimited
    if ending == ".xlsx":
        if start.startswith(OLE):
            raise Unreadable("password" if _is_encrypted(path) else "old_workbook")
        if not start.startswith(ZIP):
            raise Unreadable("not_workbook")
        return workbook
    raise Unreadable(_code_of_ending(ending))


def _code_of_ending(ending: str) -> str:
    if ending in _OLD_ENDINGS:
        return "old_workbook"
    if ending in _MACRO_ENDINGS:
        return "macros"
    if ending in _OPEN_DOCUMENT_ENDINGS:
        return "open_document"
    return "binary_workbook" if ending == ".xlsb" else "wrong_type"


def _is_encrypted(path: Path) -> bool:
    """Excel wraps a workbook with a password into the older container, in a stream of this name."""
    return "EncryptedPackage".encode("utf-16-le") in path.read_bytes()
