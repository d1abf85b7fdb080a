"""Opens a workbook in a process of its own, which may die of it. Run by its path: it knows neither Django nor the portal.

Arguments: the file, and the limits as JSON. Answers on standard output, a JSON text a line:
`["refused", code, params]`; or for each sheet `["sheet", place, rows, name]` and `["row", number, cells]` for its first rows;
then it waits for the place of a sheet on standard input and sends all its rows and `["end"]`.
"""

import json
import resource
import sys
import zipfile
from collections.abc import Iterator
from typing import IO, Any
from xml.parsers import expat

MAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}"
# Without any of these a sheet has neither formulas nor errors. Asked of its bytes, before anything is parsed twice.
SIGNS_OF_BREAKS = (b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/", b'"e"', b"'e'")
NO_VALUE = "=…"
# As good as the signal that ends the process where the memory is asked for outside of Python.
OUT_OF_MEMORY = 3


class Refused(Exception):  # noqa: N818 - told to the parent
    pass


def main() -> None:
    path, limits = sys.argv[1], json.loads(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["cpu"], limits["cpu"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        with zipfile.ZipFile(path) as parts:
            check(parts, limits)
            serve(path, parts, limits)
    except Refused as refused:
        tell(["refused", *refused.args])
    except (zipfile.BadZipFile, NotImplementedError, EOFError, KeyError, expat.ExpatError, RuntimeError):
        tell(["refused", "damaged", {}])
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)


def tell(message: list[Any]) -> None:
    sys.stdout.write(ENCODER.encode(message) + "\n")


def tell_row(message: list[Any], longest: int) -> None:
    line = ENCODER.encode(message)
    if len(line) > longest and any(isinstance(cell, str) and len(cell) > longest for cell in message[2]):
        raise Refused("too_long", {"row": message[1], "limit": longest})
    sys.stdout.write(line + "\n")


# --- before the workbook is opened


def check(parts: zipfile.ZipFile, limits: dict[str, int]) -> None:
    """Refuses what unfolds too far, and what is no plain workbook."""
    infos = parts.infolist()
    names = {info.filename for info in infos}
    if len(infos) > limits["parts"] or len(names) < len(infos) or any(info.flag_bits & 1 for info in infos):
        raise Refused("damaged", {})
    unfolded = sum(info.file_size for info in infos)
    folded = sum(info.compress_size for info in infos)
    if unfolded > limits["unfolded"] or unfolded > limits["free"] + limits["folding"] * folded:
        raise Refused("unfolds", {"limit": limits["unfolded"] // 1024**2})
    if "[Content_Types].xml" not in names:
        raise Refused("open_document" if "mimetype" in names else "not_workbook", {})
    kinds = [element.get("ContentType", "") for element in parsed(parts, "[Content_Types].xml", limits)]
    if any("sheet.binary" in kind for kind in kinds):
        raise Refused("binary_workbook", {})
    if any("vbaProject" in kind or ("macroEnabled" in kind and kind.endswith("main+xml")) for kind in kinds):
        raise Refused("macros", {})
    if MAIN_TYPE not in kinds:
        raise Refused("not_workbook", {})


def parsed(parts: zipfile.ZipFile, name: str, limits: dict[str, int]) -> Any:
    """A small part as an element tree without entities."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    if parts.getinfo(name).file_size > limits["index"]:
        raise Refused("damaged", {})
    try:
        return fromstring(parts.read(name), forbid_dtd=True)
    except (DefusedXmlException, ParseError):
        raise Refused("damaged", {}) from None


def sheet_parts(parts: zipfile.ZipFile, limits: dict[str, int]) -> dict[str, str]:
    """Name of sheet → name of its part."""
    relations = {
        relation.get("Id"): relation.get("Target", "")
        for relation in parsed(parts, "xl/_rels/workbook.xml.rels", limits)
    }
    found = {}
    for element in parsed(parts, "xl/workbook.xml", limits).iter():
        if element.tag.endswith("}sheet"):
            target = relations.get(element.get(f"{RELATION}id") or element.get(f"{STRICT_RELATION}id"), "")
            found[element.get("name", "")] = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return found


# --- its sheets


def serve(path: str, parts: zipfile.ZipFile, limits: dict[str, int]) -> None:
    import python_calamine as calamine

    where = sheet_parts(parts, limits)
    try:
        with calamine.CalamineWorkbook.from_path(path) as book:
            seen = [
                place
                for place, sheet in enumerate(book.sheets_metadata)
                if sheet.typ == calamine.SheetTypeEnum.WorkSheet and sheet.visible == calamine.SheetVisibleEnum.Visible
            ]
            if len(seen) > limits["sheets"]:
                raise Refused("too_many_sheets", {"found": len(seen), "limit": limits["sheets"]})
            for place in seen:
                sheet = book.get_sheet_by_index(place)
                tell(["sheet", place, sheet.height, sheet.name])
                rows = rows_of(sheet, {})
                for _count, row in zip(range(limits["head"]), rows, strict=False):
                    tell_row(row, limits["text"])
            tell(["sheets"])
            sys.stdout.flush()
            chosen = int(sys.stdin.readline() or -1)
            if chosen < 0:
                return
            if len(seen) > 1:
                sheet = book.get_sheet_by_index(chosen)
            broken = broken_cells(parts, where.get(sheet.name, ""))
            for row in rows_of(sheet, broken):
                tell_row(row, limits["text"])
            tell(["end"])
    except calamine.PasswordError:
        raise Refused("password", {}) from None
    except calamine.CalamineError:
        raise Refused("damaged", {}) from None


def rows_of(sheet: Any, broken: dict[int, dict[int, str]]) -> Iterator[list[Any]]:
    """The rows that aren't blank, each up to its last filled cell; empty cells are empty texts."""
    before = [""] * (sheet.start[1] if sheet.start else 0)
    rows = sheet.iter_rows() if sheet.start else ()
    for number, row in enumerate(rows, start=1):
        faults = broken.pop(number, None)
        if faults or row.count("") < len(row):
            cells = before + row
            yield ["row", number, with_faults(cells, faults)]
    for number in sorted(broken):
        yield ["row", number, with_faults([], broken[number])]


def with_faults(cells: list[Any], faults: dict[int, str] | None) -> list[Any]:
    for place, text in (faults or {}).items():
        cells += [""] * (place + 1 - len(cells))
        cells[place] = {"error": text}
    while cells and cells[-1] == "":
        cells.pop()
    return cells


def told(cell: Any) -> dict[str, str]:
    """What JSON lacks, as an object with its kind."""
    kind = type(cell).__name__
    return {kind: cell.isoformat()} if kind in {"date", "datetime", "time"} else {"other": str(cell)}


ENCODER = json.JSONEncoder(separators=(",", ":"), check_circular=False, default=told)


# --- what calamine leaves out: errors, and formulas that were never calculated, both of which it gives as empty


def broken_cells(parts: zipfile.ZipFile, name: str) -> dict[int, dict[int, str]]:
    """Row from 1 → place from 0 → what the cell shows."""
    if name not in parts.namelist():
        return {}
    with parts.open(name) as part:
        if not may_break(part):
            return {}
    with parts.open(name) as part:
        return Breaks().found_in(part)


def may_break(part: IO[bytes]) -> bool:
    rest = b""
    while chunk := part.read(1024**2):
        chunk = rest + chunk
        if any(sign in chunk for sign in SIGNS_OF_BREAKS):
            return True
        rest = chunk[-2:]
    return False


class Breaks:
    """Reads a sheet's XML once more, with the place of each cell."""

    def __init__(self) -> None:
        self.found: dict[int, dict[int, str]] = {}
        self.row, self.place = 0, -1
        self.is_error = self.has_formula = self.has_value = self.in_value = False
        self.text = ""

    def found_in(self, part: IO[bytes]) -> dict[int, dict[int, str]]:
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler, parser.EntityDeclHandler = self.data, self.entity
        parser.buffer_text = True
        parser.ParseFile(part)
        return self.found

    def entity(self, *about: object) -> None:
        raise Refused("damaged", {})

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            letters = attributes.get("r", "").rstrip("0123456789")
            self.place = place_of(letters) if letters else self.place + 1
            self.is_error = attributes.get("t") == "e"
            self.has_formula = self.has_value = False
            self.text = ""
        elif name == "v":
            self.has_value = self.in_value = True
        elif name == "f":
            self.has_formula = True
        elif name == "is":
            self.has_value = True
        elif name == "row":
            self.row = int(attributes.get("r") or self.row + 1)
            self.place = -1

    def data(self, text: str) -> None:
        if self.in_value and self.is_error:
            self.text += text

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "v":
            self.in_value = False
        elif name == "c" and (self.is_error or (self.has_formula and not self.has_value)):
            self.found.setdefault(self.row, {})[self.place] = self.text[:40] if self.is_error else NO_VALUE


def place_of(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter.upper()) - 64
    return place - 1


if __name__ == "__main__":
    main()
