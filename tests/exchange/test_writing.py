"""What is written is what is read: any text, number and day, as CSV and as workbook, at flat memory."""

import csv
import io
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from portal.exchange.reading import Line, limits, read_table
from portal.exchange.reading.cells import tidy_text
from portal.exchange.reading.values import day_of, decimal_of, text_of
from portal.exchange.writing import Heading, TooLong, write_csv, write_xlsx

COLUMNS = [Heading("Name"), Heading("Value"), Heading("Day", 12)]
TEXTS = st.text(
    st.characters(
        exclude_categories=["Cs"], exclude_characters=[chr(number) for number in range(32) if number not in (9, 10, 13)]
    ),
    max_size=40,
)
# What a spreadsheet could take for something else, and what looks like our own marks.
ODD_TEXTS = st.one_of(
    TEXTS,
    st.builds(
        "".join, st.lists(st.sampled_from(["'", "=", "+", "-", "@", "\t", "\r", " ", ";", '"', "\n", "a", "_x0041_"]))
    ),
    st.sampled_from(
        ["=1+1", "'=1", "''=1", "-5", "+46 70 123", "@a", "http://a.example", "5560001234", "2023-01-01", "sep=;"]
    ),
)
NUMBERS = st.one_of(
    st.none(),
    st.integers(-(10**14), 10**14).map(Decimal),
    st.decimals(-(10**10), 10**10, places=3),
)
DAYS = st.one_of(st.none(), st.dates(date(1, 1, 1), date(9999, 12, 31)))
ROWS = st.lists(st.tuples(ODD_TEXTS, NUMBERS, DAYS), max_size=8)
SLOW = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def as_csv(path: Path, rows) -> Path:
    path.write_bytes(b"".join(write_csv(COLUMNS, rows)))
    return path


def as_workbook(path: Path, rows) -> Path:
    write_xlsx(COLUMNS, rows, path)
    return path


def read_back(path: Path, name: str) -> list[tuple]:
    lines = read_table(path, name, expected=["name", "value", "day"]).rows
    return [
        (text_of(name), decimal_of(value, places=3), day_of(day)) for _number, (name, value, day) in map(parts, lines)
    ]


def parts(line: Line):
    return line.number, line.values


def as_read(rows) -> list[tuple]:
    """Blank rows are no rows; texts are tidied."""
    tidied = [(tidy_text(text), number, day) for text, number, day in rows]
    return [row for row in tidied if any(value is not None for value in row)]


@SLOW
@given(rows=ROWS)
@example(rows=[("a;b", Decimal("1.234"), date(2023, 1, 1)), ("", None, None), ("'-", Decimal(-5), None)])
def test_csv_comes_back_unchanged(tmp_path, rows):
    assert read_back(as_csv(tmp_path / "file", rows), "file.csv") == as_read(rows)


@SLOW
@given(rows=ROWS)
def test_workbook_comes_back_unchanged(tmp_path, rows):
    assert read_back(as_workbook(tmp_path / "file", rows), "file.xlsx") == as_read(rows)


def test_csv_is_what_swedish_excel_opens():
    moment = datetime(2026, 7, 1, 10, tzinfo=UTC)
    rows = [["Åke", Decimal("1234.50"), date(2023, 1, 1)], [1.5, True, moment], [None, -5, 10**20]]
    with translation.override("en"):
        content = b"".join(write_csv(COLUMNS, rows))

    assert content == (
        b"\xef\xbb\xbfName;Value;Day\r\n" + "Åke;1234,50;2023-01-01\r\n".encode() + b"1,5;yes;2026-07-01 12:00:00\r\n"
        b";-5;100000000000000000000\r\n"
    )


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "'=1"])
def test_text_in_csv_never_becomes_a_formula(text):
    content = b"".join(write_csv([Heading("Name")], [[text]])).decode("utf-8-sig")

    assert next(csv.reader(io.StringIO(content.split("\r\n", 1)[1], newline="")))[0] == f"'{text}"


def test_numbers_in_csv_stay_numbers_and_other_texts_stay_as_they_are():
    content = b"".join(write_csv([Heading("Name")], [[-5], ["'abc"], ["a=b"]])).decode("utf-8-sig")

    assert content == "Name\r\n-5\r\n'abc\r\na=b\r\n"


def test_text_in_a_workbook_never_becomes_formula_link_or_number(tmp_path):
    path = as_workbook(tmp_path / "file.xlsx", [["=1+1", "12", None], ["https://a.example", "{=1}", None]])

    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet
    assert [line.values for line in read_table(path, "file.xlsx").rows] == [
        ("=1+1", "12", None),
        ("https://a.example", "{=1}", None),
    ]


def test_headings_of_a_workbook_are_bold_wide_and_stay_in_view(tmp_path):
    path = as_workbook(tmp_path / "file.xlsx", [["a", 1, date(2023, 1, 1)]])

    with zipfile.ZipFile(path) as archive:
        sheet, styles = archive.read("xl/worksheets/sheet1.xml"), archive.read("xl/styles.xml")
    assert b'state="frozen"' in sheet
    assert b'<col min="3" max="3" width="12.7109375"' in sheet
    assert b"<b/>" in styles
    assert b"yyyy-mm-dd" in styles


def test_numbers_that_a_workbook_would_shorten_are_written_as_text(tmp_path):
    exact, long = Decimal("123456789.25"), Decimal("12345678901234.567")
    path = as_workbook(tmp_path / "file.xlsx", [["a", exact, None], ["b", long, None], ["c", 10**17 + 1, None]])

    assert [line.values[1] for line in read_table(path, "file.xlsx").rows] == [
        123456789.25,
        "12345678901234,567",
        "100000000000000001",
    ]


@pytest.mark.parametrize("write", [as_csv, as_workbook])
def test_a_text_that_no_cell_can_hold_is_refused_and_never_cut(tmp_path, write):
    longest = "x" * limits.LONGEST_TEXT
    assert len(list(read_table(write(tmp_path / "file", [[longest, 1, None]]), f"file.{ending(write)}").rows)) == 1

    with pytest.raises(TooLong):
        write(tmp_path / "file", [[longest + "x", 1, None]])


def ending(write) -> str:
    return "csv" if write is as_csv else "xlsx"


@pytest.mark.long
@pytest.mark.parametrize("write", [as_csv, as_workbook])
def test_memory_does_not_grow_with_the_rows(tmp_path, write):
    def peak(count: int) -> int:
        rows = ((f"Row {number}", Decimal(number) / 4, date(2023, 1, 1)) for number in range(count))
        tracemalloc.start()
        if write is as_csv:
            with (tmp_path / "file").open("wb") as file:
                file.writelines(write_csv(COLUMNS, rows))
        else:
            write_xlsx(COLUMNS, rows, tmp_path / "file")
        written = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return written

    few, many = peak(1_000), peak(20_000)

    assert many < few + 1_000_000
    assert sum(1 for _ in read_table(tmp_path / "file", f"file.{ending(write)}").rows) == 20_000
