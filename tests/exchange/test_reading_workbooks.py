"""Workbooks: as they are made, and made to do harm. A refusal is what is shown, and that the parent lives."""

import json
import zipfile
from datetime import date, datetime

import pytest
from django.utils import translation

from portal.exchange.reading import BrokenCell, Column, Line, Unreadable, limits, read_table
from portal.exchange.reading import workbook as reading_workbook
from portal.exchange.reading.cells import NO_VALUE
from tests.exchange import samples
from tests.exchange.samples import HEADING_ROW, raw_workbook, rows_workbook, workbook

# A workbook knows no time zones.
HALF_PAST_TWELVE = datetime(2023, 1, 1, 12, 30)  # noqa: DTZ001
EXPECTED = ["name", "city", "value", "day"]


def read(path, *, expected=EXPECTED, name="file.xlsx"):
    return read_table(path, name, expected=expected)


def refused(path, **options) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        list(read(path, **options).rows)
    with translation.override("en"):
        assert str(caught.value)
    return caught.value


@pytest.fixture
def path(tmp_path):
    return tmp_path / "file.xlsx"


def test_cells_keep_their_kinds(path):
    def fill(sheet, book):
        day, moment = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(0, 0, ["Name", "City", "Value", "Day", "Other"])
        sheet.write_row(1, 0, [" A\u00a0B ", 5560001234, 0.1 + 0.2])
        sheet.write_datetime(1, 3, date(2023, 1, 1), day)
        sheet.write_datetime(1, 4, HALF_PAST_TWELVE, moment)
        sheet.write_row(2, 0, [True, -1.5, "0012", 20230101, "#N/A"])

    table = read(workbook(path, fill))

    assert table.columns[0] == Column("Name", "A")
    assert list(table.rows) == [
        Line(2, ("A B", 5560001234, 0.3, date(2023, 1, 1), HALF_PAST_TWELVE)),
        Line(3, (True, -1.5, "0012", 20230101, "#N/A")),
    ]


def test_the_table_may_stand_anywhere_below_merged_headings(path):
    def fill(sheet, book):
        sheet.merge_range("B2:E2", "Suppliers 2026")
        sheet.merge_range("B4:B5", "Name")
        sheet.merge_range("C4:D4", "Place")
        sheet.write_row("C5", ["City", "Value"])
        sheet.write_row("B6", ["A", "Kiruna", 5])
        sheet.write_row("B8", ["B", "Boden", 6])

    table = read(workbook(path, fill))

    assert table.columns == [Column("Name", "B"), Column("City", "C"), Column("Value", "D")]
    assert list(table.rows) == [Line(6, ("A", "Kiruna", 5)), Line(8, ("B", "Boden", 6))]


def test_errors_and_formulas_that_were_never_calculated_are_told(path):
    cells = (
        '<row r="2"><c r="A2" t="e"><v>#REF!</v></c><c r="B2"><f>1+1</f></c><c r="C2"><f>1+1</f><v>2</v></c>'
        '<c r="D2" t="str"><f>""</f><v></v></c></row><row><c t="e"><f>1/0</f><v>#DIV/0!</v></c><c><v>7</v></c></row>'
    )
    headings = "".join(
        f'<c r="{letter}1" t="inlineStr"><is><t>{text}</t></is></c>'
        for letter, text in zip("ABCD", EXPECTED, strict=True)
    )

    table = read(raw_workbook(path, f'<row r="1">{headings}</row>', cells))

    assert list(table.rows) == [
        Line(2, (BrokenCell("#REF!"), BrokenCell(NO_VALUE), 2, None)),
        Line(3, (BrokenCell("#DIV/0!"), 7, None, None)),
    ]


def test_the_sheet_with_the_headings_is_read(path):
    def notes(sheet, book):
        sheet.write_column(0, 0, ["Read me", "Name", "is what it is called"])

    def rows(sheet, book):
        sheet.write_row(0, 0, ["Name", "City"])
        sheet.write_row(1, 0, ["A", "Kiruna"])

    def hidden(sheet, book):
        sheet.hide()
        sheet.write_row(0, 0, ["Name", "City", "Value"])

    assert list(read(workbook(path, notes, hidden, rows)).rows) == [Line(2, ("A", "Kiruna"))]


def test_values_without_a_heading_are_told(path):
    table = read(rows_workbook(path, ["Name", "City"], ["A", "B"], ["C", "D", None, "note"]))

    assert [line.values for line in table.rows] == [("A", "B"), ("C", "D")]
    assert table.unnamed == {"D": 3}


def test_a_table_that_is_left_ends_its_process(path):
    with read(rows_workbook(path, ["Name"], *[[f"row {number}"] for number in range(20_000)])) as table:
        assert next(table.rows) == Line(2, ("row 0",))
    assert list(table.rows) == []


def test_a_missing_row_of_headings_is_told(path):
    assert refused(rows_workbook(path, ["Colour"], ["red"])).code == "no_headings"
    assert refused(rows_workbook(path)).code == "no_sheet"


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (samples.ENCRYPTED, "file.xlsx", "password"),
        (samples.OLD_WORKBOOK, "file.xlsx", "old_workbook"),
        (samples.OLD_WORKBOOK, "file.xls", "old_workbook"),
        (samples.OLD_WORKBOOK, "file.csv", "not_csv"),
        (b"%PDF-1.7\n", "file.xlsx", "not_workbook"),
        (b"Name;City\n", "file.xlsx", "not_workbook"),
        (b"PK\x03\x04" + bytes(100), "file.xlsx", "damaged"),
        (b"", "file.xlsx", "empty"),
        (b"PK", "file.ods", "open_document"),
        (b"PK", "file.xlsm", "macros"),
        (b"PK", "file.xlsb", "binary_workbook"),
    ],
)
def test_what_is_not_what_its_name_says_is_refused(path, content, name, code):
    path.write_bytes(content)

    assert refused(path, name=name).code == code


def test_a_workbook_with_macros_is_refused_under_any_name(path):
    assert refused(raw_workbook(path, HEADING_ROW, content_type=samples.MACRO_TYPE)).code == "macros"


def test_another_document_in_a_zip_is_refused(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert refused(path).code == "not_workbook"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert refused(path).code == "open_document"


def test_a_cut_workbook_is_damaged(path):
    rows_workbook(path, ["Name"], ["A"])
    path.write_bytes(path.read_bytes()[:-400])

    assert refused(path).code == "damaged"


def test_a_part_with_broken_bytes_is_damaged(path):
    rows_workbook(path, ["Name"], *[[f"row {number}"] for number in range(500)])
    content = bytearray(path.read_bytes())
    at = content.index(b"xl/worksheets/sheet1.xml") + 200
    content[at : at + 40] = bytes(40)
    path.write_bytes(content)

    assert refused(path).code == "damaged"


def test_entities_are_refused(path):
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    types = (
        f'{bomb}<Types xmlns="{samples.PACKAGE}/content-types"><Override ContentType="{samples.SHEET_TYPE}"/></Types>'
    )

    assert refused(raw_workbook(path, HEADING_ROW, more={"[Content_Types].xml": types})).code == "damaged"


# --- bombs


def test_300_kb_that_unfold_to_a_hundred_mb_are_refused(path):
    raw_workbook(path, HEADING_ROW, more={"xl/media/blank.xml": " " * 100_000_000})

    assert path.stat().st_size < 300_000
    assert refused(path).code == "unfolds"


@pytest.mark.long
def test_more_than_any_table_needs_is_refused_however_it_is_folded(path, monkeypatch):
    raw_workbook(path, HEADING_ROW, (f'<row r="{number}"/>' for number in range(2, 1_000_000)))
    assert list(read(path).rows) == []
    monkeypatch.setattr("portal.exchange.reading.workbook._LIMITS", _limits(unfolded=10 * limits.MEGABYTE))

    assert refused(path).code == "unfolds"


def test_a_file_that_lies_about_its_size_is_refused(path):
    raw_workbook(path, HEADING_ROW, (" " * 1_000_000 for _ in range(300)))
    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    path.write_bytes(content.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little")))

    assert refused(path).code in {"damaged", "too_heavy"}


@pytest.mark.long
def test_a_million_phantom_rows_are_nothing(path):
    rows = ['<row r="2"><c r="A2" t="inlineStr"><is><t>A</t></is></c></row>']
    phantoms = (
        f'<row r="{number}" s="1" customFormat="1"><c r="A{number}" s="1"/></row>' for number in range(3, 1_048_577)
    )

    table = read(raw_workbook(path, HEADING_ROW, *rows, phantoms, dimension='<dimension ref="A1:XFD1048576"/>'))

    assert table.about < 10
    assert list(table.rows) == [Line(2, ("A",))]


def test_one_cell_at_the_end_of_the_sheet_is_refused(path):
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'

    assert refused(raw_workbook(path, HEADING_ROW, far)).code == "too_heavy"


@pytest.mark.long
def test_one_long_text_in_many_cells_is_refused(path):
    text = "x" * 30_000
    cells = (f'<row r="{number}"><c r="A{number}" t="s"><v>0</v></c></row>' for number in range(2, 100_000))

    assert refused(raw_workbook(path, HEADING_ROW, cells, shared=f"<si><t>{text}</t></si>")).code == "too_heavy"


def test_a_text_that_no_cell_can_hold_is_refused_with_its_row(path):
    row = f'<row r="2"><c r="A2" t="inlineStr"><is><t>{"x" * 40_000}</t></is></c></row>'

    unreadable = refused(raw_workbook(path, HEADING_ROW, row))

    assert (unreadable.code, unreadable.params["row"]) == ("too_long", 2)


def test_a_child_that_needs_more_than_its_memory_is_a_refusal(path, monkeypatch):
    cells = (f'<row r="{number}"><c r="A{number}" t="s"><v>0</v></c></row>' for number in range(2, 4_002))
    raw_workbook(path, HEADING_ROW, cells, shared=f"<si><t>{'x' * 30_000}</t></si>")
    assert sum(1 for _ in read(path).rows) == 4_000

    monkeypatch.setattr("portal.exchange.reading.workbook._LIMITS", _limits(memory=64 * limits.MEGABYTE))
    assert refused(path).code == "too_heavy"


def test_a_child_that_needs_more_than_its_time_is_a_refusal(path, monkeypatch):
    monkeypatch.setattr("portal.exchange.reading.workbook._LIMITS", _limits(cpu=0))

    assert refused(rows_workbook(path, ["Name"], ["A"])).code == "too_heavy"


def test_a_child_that_falls_silent_is_a_refusal(path, monkeypatch):
    monkeypatch.setattr("portal.exchange.reading.limits.CHILD_SILENCE_SECONDS", 0)

    assert refused(rows_workbook(path, ["Name"], ["A"])).code == "too_heavy"


def test_too_many_sheets_are_refused(path):
    def fill(sheet, book):
        sheet.write(0, 0, "Name")

    assert refused(workbook(path, *[fill] * (limits.MOST_SHEETS + 1))).code == "too_many_sheets"


def _limits(**changed: int) -> str:
    return json.dumps({**json.loads(reading_workbook._LIMITS), **changed})
