"""What Statistics Sweden's files say, in each form that its table service has, and what is wrong with some."""

from collections import Counter
from datetime import date

import pytest

from regions import reference
from regions.enums import CountedOn
from regions.scb.counties import COUNTIES, MUNICIPALITIES, county_of, municipality_of
from regions.scb.reading import read_scb
from tests.regions import scb_files as scb


def read(tmp_path, content: bytes, name="folkmangd.csv", counted_on=CountedOn.DECEMBER):
    path = tmp_path / "file"
    path.write_bytes(content)
    return read_scb(path, name, counted_on)


def faults(tmp_path, content, name="folkmangd.csv", **kwargs):
    return [(fault.row, fault.text) for fault in read(tmp_path, content, name, **kwargs).faults]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (scb.csv(";"), "a.csv"),
        (scb.csv(",", encoding="utf-8-sig"), "a.csv"),
        (scb.xlsx(), "a.xlsx"),
        (scb.json_stat(), "a.json"),
    ],
    ids=["semicolons", "commas", "workbook", "json-stat"],
)
def test_each_form_says_the_same(tmp_path, content, name):
    found = read(tmp_path, content, name)
    assert found.faults == []
    assert len(found.figures) == 42
    figures = {(figure.code, figure.on): figure.count for figure in found.figures}
    assert figures["23", date(2022, 12, 31)] == scb.count_of("23")
    assert figures["23", date(2021, 12, 31)] == scb.count_of("23", 2021)
    assert not any(figure.is_preliminary for figure in found.figures)
    assert found.title.startswith("Folkmängd efter region")


def test_quarters_end_on_their_last_day_and_are_preliminary(tmp_path):
    found = read(tmp_path, scb.long_csv())
    assert found.faults == []
    assert {figure.on for figure in found.figures} == {date(2024, 6, 30), date(2024, 9, 30)}
    assert all(figure.is_preliminary for figure in found.figures)


def test_november_is_chosen_and_checked_against_the_title(tmp_path):
    found = read(tmp_path, scb.csv(title="Folkmängd 1 november efter region och år"), counted_on=CountedOn.NOVEMBER)
    assert {figure.on for figure in found.figures} == {date(2021, 11, 1), date(2022, 11, 1)}
    assert len(faults(tmp_path, scb.csv(title="Folkmängd 1 november efter region och år"))) == 1


@pytest.mark.parametrize("content", [scb.csv(mark=" preliminär"), scb.csv(title="Preliminär folkmängd efter region")])
def test_what_is_marked_as_preliminary_is(tmp_path, content):
    found = read(tmp_path, content)
    assert found.faults == []
    assert all(figure.is_preliminary for figure in found.figures)


def municipalities(code: str, total: int) -> list[list]:
    """As many as the county has; they sum to the total."""
    number = COUNTIES[code][1]
    return [[f"{code}{at:02d} Kommun", 10 if at else total - 10 * (number - 1)] for at in range(number)]


def test_municipalities_are_summed(tmp_path):
    lines = ["region;2022"]
    for code in COUNTIES:
        lines += [f"{name};{count}" for name, count in municipalities(code, scb.count_of(code))]
    found = read(tmp_path, "\n".join(lines).encode())
    assert found.faults == []
    assert [(f.code, f.count, f.municipalities) for f in found.figures] == [
        (code, scb.count_of(code), number) for code, (_name, number) in COUNTIES.items()
    ]
    one_less = "\n".join(lines[:-1]).encode()
    assert [
        "Norrbottens län" in text and "13" in text and "14" in text for _row, text in faults(tmp_path, one_less)
    ] == [True]


NAMES = [(row["code"], row["name"]) for row in reference.rows(MUNICIPALITIES)]


def test_each_municipality_is_known_by_its_name():
    assert Counter(code[:2] for code, _name in NAMES) == {code: number for code, (_name, number) in COUNTIES.items()}
    assert [municipality_of(name) for _code, name in NAMES] == [code for code, _name in NAMES]
    assert [municipality_of(name) for name in ("Kalmar kommun", "Håbo kommun", "Nacka stad", "Ovanåkers kommun")] == [
        "0880",
        "0305",
        "0182",
        "2121",
    ]
    assert [municipality_of(name) for name in ("", "Kalmar län", "Atlantis", "Hela riket")] == [None] * 4


def test_municipalities_by_name_alone_are_summed(tmp_path):
    """Seven share their name with their county: beside others they are municipalities."""
    lines = ["region;2022", "Riket;2900", *(f"{name};10" for _code, name in sorted(NAMES, key=lambda row: row[1]))]
    found = read(tmp_path, "\n".join(lines).encode())
    assert found.faults == []
    assert {(f.code, f.count, f.municipalities) for f in found.figures} == {
        (code, 10 * number, number) for code, (_name, number) in COUNTIES.items()
    }
    both = [*lines, *(f"{name};{10 * number}" for name, number in COUNTIES.values())]
    assert [(f.code, f.count) for f in read(tmp_path, "\n".join(both).encode()).figures] == [
        (code, 10 * number) for code, (_name, number) in COUNTIES.items()
    ]


def test_counties_by_bare_names_stay_counties(tmp_path):
    lines = ["region;2022", *(f"{name.removesuffix(' län')};1000" for name, _number in COUNTIES.values())]
    assert [(f.count, f.municipalities) for f in read(tmp_path, "\n".join(lines).encode()).figures] == [(1000, 0)] * 21


def test_municipalities_that_miss_the_countys_figure_are_told(tmp_path):
    extra = municipalities("09", scb.count_of("09") + 1)
    [(row, text)] = faults(tmp_path, scb.csv(years=(2022,), extra=extra))
    assert "Gotlands län" in text
    assert row == 12


@pytest.mark.parametrize(
    ("before", "after", "row", "said"),
    [
        ("123000", "0", 23, "”0”"),
        ("123000", "3,5", 23, "”3,5”"),
        ("123000", "-5", 23, "”-5”"),
        ("123000", "..", 23, "”..”"),
        ('"23 Jämtlands län"', '"22 Västernorrlands län"', 23, "22"),
        ('"23 Jämtlands län"', '"02 Inget län"', 23, "02 Inget län"),
        ('"2022"', '"tjugotvå"', 0, ""),
    ],
)
def test_what_is_wrong_is_said_with_its_row(tmp_path, before, after, row, said):
    text = scb.csv(years=(2022,), encoding="utf-8").decode()
    assert before in text
    found = faults(tmp_path, text.replace(before, after).encode())
    assert (found[0][0], said in found[0][1]) == (row, True)


def test_a_county_that_is_missing_is_named(tmp_path):
    text = "\r\n".join(line for line in scb.csv(encoding="utf-8").decode().split("\r\n") if "Jämtlands" not in line)
    assert [(row, "Jämtlands län" in text) for row, text in faults(tmp_path, text.encode())] == [(0, True)] * 2


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.csv"),
        (b"PK\x03\x04", "a.xlsx"),
        (b"%PDF-1.7", "a.csv"),
        (b"{}", "a.json"),
        (b'{"id": ["Region"]}', "a.json"),
        (b"[" * 100_000, "a.json"),
        (scb.json_stat(size=[1, 1, 1]), "a.json"),
        (scb.json_stat(value=[None] * 44), "a.json"),
        (scb.json_stat(value=["\ud800"] * 44), "a.json"),
        (scb.json_stat(value=[[1]] * 44), "a.json"),
        (scb.json_stat(dimension={}), "a.json"),
        (b'{"value": NaN}', "a.json"),
        (b"a;b\n1;2", "a.csv"),
        (b"x", "a.txt"),
    ],
)
def test_what_is_no_such_file_is_said(tmp_path, content, name):
    found = read(tmp_path, content, name)
    assert found.figures == []
    assert all(fault.text for fault in found.faults)
    assert found.faults


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Jämtlands län", "23"),
        ("Region Jämtland Härjedalen", "23"),
        ("västra götalandsregionen", "14"),
        ("Kalmar län", "08"),
        ("Sörmland", "04"),
        ("Region Dalarna", "20"),
        ("Södermanlands län", "04"),
        ("Atlantis", None),
    ],
)
def test_counties_are_known_by_their_names(text, code):
    assert county_of(text) == code
