"""Files to bring in: written as people write them."""

from pathlib import Path

import xlsxwriter


def csv_file(folder: Path, *lines: str, name: str = "fil.csv", encoding: str = "utf-8") -> Path:
    """A text file with these lines."""
    path = folder / name
    path.write_bytes("\r\n".join(lines).encode(encoding) + b"\r\n")
    return path


def xlsx_file(folder: Path, *rows: list, name: str = "fil.xlsx") -> Path:
    """A workbook with these rows."""
    path = folder / name
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path
