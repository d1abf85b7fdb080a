"""CSV files as Swedish spreadsheets, finance systems and unlucky hands write them."""

import pytest
from django.utils import translation

from portal.exchange.reading import BrokenCell, Column, Line, Unreadable, limits, read_table

EXPECTED = ["name", "city", "value", "namn", "ort", "värde"]


@pytest.fixture
def read(tmp_path):
    def read(content: bytes | str, *, expected=EXPECTED, name="file.csv"):
        path = tmp_path / "file"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_table(path, name, expected=expected)

    return read


def headings(table) -> list[str]:
    return [column.heading for column in table.columns]


def refusal(read, content: bytes | str, **options) -> tuple[str, str]:
    """Code and English sentence of the refusal."""
    with pytest.raises(Unreadable) as caught:
        list(read(content, **options).rows)
    with translation.override("en"):
        return caught.value.code, str(caught.value)


TEXT = "Namn;Ort;Värde\r\nÅkes Ägg AB;Östersund;12,50\r\n"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-be").join([b"\xfe\xff", b""]),
        TEXT.encode("cp1252"),
        TEXT.replace("\r\n", "\n").encode(),
        TEXT.replace("\r\n", "\r").encode(),
        TEXT.replace(";", "\t").encode(),
        TEXT.rstrip().encode(),
        TEXT.replace("12,50", '"12,50"').replace(";", ",").encode(),
        TEXT.replace("Östersund", '"Östersund"').encode(),
        # Characters in pieces, as macOS writes them, and spaces that only look like one.
        TEXT.replace("Å", "A\u030a").replace("s Ä", "s\u00a0Ä").replace(";1", "; 1").encode(),
    ],
    ids=["utf8", "bom", "utf16le", "utf16be", "cp1252", "lf", "cr", "tab", "no-end", "comma", "quoted", "nfd"],
)
def test_every_way_of_writing_gives_the_same_table(read, content):
    table = read(content)

    assert table.columns == [Column("Namn", "A"), Column("Ort", "B"), Column("Värde", "C")]
    assert list(table.rows) == [Line(2, ("Åkes Ägg AB", "Östersund", "12,50"))]


def test_the_separator_that_the_file_declares_holds(read):
    table = read("sep=,\r\nName,City\r\nA;B,Kiruna\r\n")

    assert list(table.rows) == [Line(3, ("A;B", "Kiruna"))]


def test_decimal_commas_do_not_win_over_semicolons(read):
    table = read("a;b\n1,5,2;2,5,3\n3,5,4;4,5,5\n", expected=[])

    assert [line.values for line in table.rows] == [("1,5,2", "2,5,3"), ("3,5,4", "4,5,5")]


def test_one_column_is_a_table(read):
    assert list(read("name\nKiruna\n").rows) == [Line(2, ("Kiruna",))]


def test_titles_and_blank_rows_are_passed_over_and_rows_keep_their_numbers(read):
    table = read("Suppliers 2026;;;\n;;;\nName;City;;\nA;Kiruna;;\n;;;\nB;;;\n" + ";;;\n" * 1000)

    assert headings(table) == ["Name", "City"]
    assert list(table.rows) == [Line(4, ("A", "Kiruna")), Line(6, ("B", None))]


def test_headings_in_two_rows_are_joined(read):
    table = read("Name;Place;\n;City;Value\nA;Kiruna;5\n")

    assert headings(table) == ["Name", "City", "Value"]
    assert list(table.rows) == [Line(3, ("A", "Kiruna", "5"))]


def test_a_row_in_quotation_marks_counts_once(read):
    table = read('Name;City\n"A\r\nB";Kiruna\n"Bolaget ""X""";Boden\n')

    assert list(table.rows) == [Line(2, ("A\nB", "Kiruna")), Line(3, ('Bolaget "X"', "Boden"))]


def test_capitals_spaces_and_marks_in_headings_do_not_matter(read):
    assert headings(read("NAME *;  city:\nA;B\n")) == ["NAME *", "city:"]


def test_a_byte_that_is_not_text_is_named_with_its_row(read):
    code, sentence = refusal(read, "Namn;Ort\nÅke;Örebro\nÄlva;Bod".encode() + b"\xffen\n")

    assert code == "mixed_encoding"
    assert "row 3 " in sentence
    assert "byte 32 " in sentence


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"Name;City\nA\0;B\n", "nul"),
        ("Name;City\n".encode("utf-16-le"), "nul"),
        (b"Name;City\n\x81;B\n", "encoding"),
        (b"\xef\xbb\xbfName;City\n\xe5;B\n", "encoding"),
        (b"\xff\xfeN\0a\0", "no_headings"),
        (b"\xff\xfeN\0a", "encoding"),
        (b"Colour;Size\nred;5\n", "no_headings"),
        (b";;;\n;;\n", "no_headings"),
        (b"Name;City;name\nA;B;C\n", "twice"),
        (b'Name;City\nA;B\n"C;D\nE;F\n', "quotes"),
        (b'Name;City\n"A" B;C\n', "quotes"),
        (b"Name;City\nA;B;C\n", "too_many_cells"),
        (b"Name;City\n" + b"a" * 40_000 + b";B\n", "too_long"),
        (b'Name;City\n"' + b"a;b\n" * 40_000, "too_long"),
        (b"Name;" + b"x;" * 3_000_000, "too_long"),
        (b'Name\n"' + b'\n";"' * 2_000_000, "too_long"),
        (b"%PDF-1.7\n", "not_csv"),
        (b"PK\x03\x04rest", "not_csv"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR", "not_csv"),
    ],
)
def test_what_is_no_table_is_refused(read, content, code):
    assert refusal(read, content)[0] == code


def test_the_refusal_names_row_and_columns(read):
    assert "row 3 " in refusal(read, b'Name;City\nA;B\n"C" D;E\n')[1]
    assert "in column A and in column C" in refusal(read, b"Name;City;name\nA;B;C\n")[1].replace("both ", "")
    assert refusal(read, b"Name;City\nA;B\nA;B;C\n")[1].startswith("Row 3 has 3 cells, but there are only 2 columns")


def test_a_heading_that_nobody_asks_for_may_stand_twice(read):
    assert headings(read("Name;Note;Note\nA;b;c\n")) == ["Name", "Note", "Note"]


def test_values_without_a_heading_are_told(read):
    table = read("Name;;City\nA;;B\nC;hidden;D\n")

    assert [line.values for line in table.rows] == [("A", "B"), ("C", "D")]
    assert table.unnamed == {"B": 3}


@pytest.mark.parametrize("text", ["#SAKNAS!", "#N/A", "#REF!", "#####", "Err:502", "#VÄRDEFEL!"])
def test_what_a_spreadsheet_leaves_for_an_error_is_one(read, text):
    assert list(read(f"Name;City\n{text};Err\n").rows) == [Line(2, (BrokenCell(text), "Err"))]


def test_more_rows_than_the_limit_are_refused_and_not_cut(read, monkeypatch):
    monkeypatch.setattr("portal.exchange.reading.table.MOST_ROWS", 3)

    assert len(list(read("Name\na\nb\nc\n").rows)) == 3
    assert refusal(read, "Name\na\nb\nc\nd\n")[0] == "too_many_rows"


def test_more_columns_than_the_limit_are_refused(read):
    code, sentence = refusal(read, "Name;" + ";".join(f"c{n}" for n in range(limits.MOST_COLUMNS)) + "\nA\n")

    assert code == "too_many_columns"
    assert "column CW" in sentence


def test_a_million_blank_rows_are_nothing(read):
    assert list(read("Name;City\nA;B\n" + ";\n" * 1_048_574).rows) == [Line(2, ("A", "B"))]


@pytest.mark.parametrize("name", ["list.txt", "list", "list.pdf", "list.csv.exe"])
def test_other_names_are_refused(read, name):
    assert refusal(read, "Name\nA\n", name=name)[0] == "wrong_type"
