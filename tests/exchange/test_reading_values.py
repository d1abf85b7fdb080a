"""What cells mean: each kind of value as Swedish spreadsheets write it, and what is refused for meaning two things."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from portal.exchange.reading import BrokenCell
from portal.exchange.reading.cells import NO_VALUE
from portal.exchange.reading.values import (
    BadValue,
    day_of,
    decimal_of,
    integer_of,
    line_of,
    list_of,
    number_text_of,
    text_of,
    yes_no_of,
)

PARSERS = [text_of, day_of, decimal_of, integer_of, yes_no_of, number_text_of, list_of]
NEW_YEAR = date(2023, 1, 1)


def refused(parse, cell) -> BadValue:
    with pytest.raises(BadValue) as caught:
        parse(cell)
    return caught.value


@pytest.mark.parametrize("parse", PARSERS)
def test_an_empty_cell_says_nothing(parse):
    assert not parse(None)
    assert parse(None) is not False
    assert not parse("  ")


@pytest.mark.parametrize("parse", PARSERS)
def test_a_cell_that_shows_an_error_is_refused(parse):
    assert refused(parse, BrokenCell("#REF!")).found == "#REF!"
    with translation.override("en"):
        assert "without its value" in str(refused(parse, BrokenCell(NO_VALUE)).expected)


@pytest.mark.parametrize(
    ("cell", "text"),
    [(" Åkes\u00a0Ägg ", "Åkes Ägg"), (12345, "12345"), (1.5, "1,5"), (NEW_YEAR, "2023-01-01"), ("a\r\nb", "a\nb")],
)
def test_text(cell, text):
    assert text_of(cell) == text


@pytest.mark.parametrize(
    "cell",
    [
        NEW_YEAR,
        datetime(2023, 1, 1, 23, 59),  # noqa: DTZ001 - a workbook knows no time zones
        "2023-01-01",
        "20230101",
        20230101,
        "1/1 2023",
        "1 januari 2023",
        "2023-01-01 00:00:00",
        "2023-01-01T08:30",
    ],
)
def test_day(cell):
    assert day_of(cell) == NEW_YEAR


@pytest.mark.parametrize("cell", ["2023-02-29", 450000, "01/02/03", "2023", "soon", True, 1.5])
def test_what_is_no_day_is_refused_with_an_example(cell):
    bad = refused(day_of, cell)

    assert bad.found == cell
    with translation.override("en"):
        assert str(bad.expected) == "Write the date as year-month-day, for example 2026-12-02."


@pytest.mark.parametrize("cell", [45000, "45000"])
def test_a_day_that_only_the_spreadsheet_counts_is_explained(cell):
    """Which day it is depends on the workbook: some count from 1904."""
    with translation.override("en"):
        assert str(refused(day_of, cell).expected).startswith("The cell shows a day as the number by which")


@pytest.mark.parametrize(
    ("cell", "text"), [("two\nlines", "two lines"), ("a\x07b", "a\x07b"), (None, None), ("", None)]
)
def test_a_name_stands_on_one_line(cell, text):
    assert line_of(cell) == (text and text.replace("\x07", ""))


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1 234,50", "1234.50"),
        ("1234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1 234 kr", "1234"),
        ("SEK 1 234", "1234"),
        ("1\u202f234:-", "1234"),
        ("1.234.567", "1234567"),
        ("0,125", "0.125"),
        ("1234,567", "1234.567"),
        ("1 234,567", "1234.567"),
        ("\u22125", "-5"),
        ("- 5", "-5"),
        (0.1 + 0.2, "0.3"),
        (5, "5"),
        (Decimal("1.50"), "1.50"),
    ],
)
def test_decimal(cell, number):
    assert decimal_of(cell) == Decimal(number)


@pytest.mark.parametrize("cell", ["1,234", "1.234", "-1,234"])
def test_a_mark_that_may_divide_thousands_or_decimals_is_refused(cell):
    with translation.override("en"):
        assert "two different numbers" in str(refused(decimal_of, cell).expected)
        assert "two different numbers" in str(refused(integer_of, cell).expected)


def test_three_decimals_are_read_where_three_are_kept():
    assert decimal_of("1,234", places=3) == Decimal("1.234")
    assert refused(lambda cell: decimal_of(cell, places=3), "1.234").found == "1.234"


def test_more_decimals_than_are_kept_are_refused():
    assert decimal_of("1,50", places=2) == Decimal("1.50")
    with translation.override("en"):
        assert str(refused(lambda cell: decimal_of(cell, places=2), "1,505").expected).endswith("1234,50.")
        assert str(refused(lambda cell: decimal_of(cell, places=2), 0.505).expected) == "Write at most 2 decimals."


@pytest.mark.parametrize(
    "cell",
    [
        "1 23",
        "12 34",
        "1.23.4",
        "1,2,3",
        "12 %",
        "five",
        "1,5E+09",
        "--5",
        "1 234 567,8,9",
        True,
        NEW_YEAR,
        "(5)",
        "9" * 40,
        1e300,
    ],
)
def test_what_is_no_number_is_refused(cell):
    assert refused(decimal_of, cell).found == cell


@pytest.mark.parametrize(("cell", "number"), [("1 234", 1234), (7, 7), ("5,0", 5), (-3, -3), ("1.234.567", 1234567)])
def test_integer(cell, number):
    assert integer_of(cell) == number


@pytest.mark.parametrize("cell", ["5,5", 5.5, "x", True])
def test_what_is_no_whole_number_is_refused(cell):
    with translation.override("en"):
        assert str(refused(integer_of, cell).expected) == "Write a whole number, for example 1234."


@pytest.mark.parametrize("cell", ["Ja", "yes", "X", 1, "1", "SANT", "TRUE", True])
def test_yes(cell):
    assert yes_no_of(cell) is True


@pytest.mark.parametrize("cell", ["nej", "NO", 0, "0", "Falskt", "FALSE", False])
def test_no(cell):
    assert yes_no_of(cell) is False


@pytest.mark.parametrize("cell", ["kanske", 2, 0.5, "-"])
def test_neither_yes_nor_no_is_refused(cell):
    assert refused(yes_no_of, cell).found == cell


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (5560001234.0, "5560001234"),
        (5560001234, "5560001234"),
        ("556000-1234", "556000-1234"),
        ("5560001234.0", "5560001234"),
        ("0012", "0012"),
        (12, "12"),
        ("SE556000123401", "SE556000123401"),
    ],
)
def test_number_as_text(cell, text):
    assert number_text_of(cell) == text


@pytest.mark.parametrize("cell", ["5,56E+09", "5.56E9", 5560001234.5, -5, 10**15, 1e20, True, NEW_YEAR])
def test_a_number_that_lost_digits_is_refused(cell):
    assert refused(number_text_of, cell).found == cell


def test_list():
    assert list_of(" a; b|c\n;d ") == ["a", "b", "c", "d"]
    assert list_of(33000000) == ["33000000"]
    assert list_of(None) == []
