"""What Statistics Sweden's files say, in each form that its table service has, and what is wrong with some."""

import json
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


SEPTEMBER, YEAR = date(2024, 9, 30), date(2021, 12, 31)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        *((scb.table("region", heading), "a.csv") for heading in ("2024K3", "2024k3", "2024Q3", "2024M09")),
        (scb.table("region", "Folkmängd 2024K3"), "a.csv"),
        (scb.table("region", "2024K3", title="Folkmängd 30 september 2024"), "a.csv"),
        (scb.table("region", "ålder", "kön", "2024K3", cells=("totalt", "totalt", "5")), "a.csv"),
        (scb.table("region", "kvartal", "Folkmängd", cells=("2024k3", "5")), "a.csv"),
        (scb.workbook("2024K3"), "a.xlsx"),
        (scb.json_stat(("2024k3",)), "a.json"),
    ],
)
def test_a_quarter_or_month_is_no_whole_year(tmp_path, content, name):
    found = read(tmp_path, content, name)
    assert found.faults == []
    assert {(figure.on, figure.is_preliminary) for figure in found.figures} == {(SEPTEMBER, True)}
    assert len(found.figures) == 21


def test_several_quarters_each_have_their_day(tmp_path):
    found = read(tmp_path, scb.table("region", "2024K2", "2024K3"))
    assert {figure.on for figure in found.figures} == {date(2024, 6, 30), SEPTEMBER}


def in_units(base: str) -> bytes:
    told = json.loads(scb.json_stat_of("Folkmängd", years=("2021",)))
    told["dimension"]["ContentsCode"]["category"]["unit"] = {"X0": {"base": base, "decimals": 0}}
    return json.dumps(told).encode()


GROWTH, BOTH = "Folkökning efter region och år", "Folkmängd och folkökning efter region och år"


@pytest.mark.parametrize(
    ("content", "name", "count"),
    [
        *(
            (scb.table("region", f"{words} 2021"), "a.csv", 5000)
            for words in (
                "Befolkning",
                "Antal invånare",
                "Antal personer",
                "Folkmängden",
                "Population",
                "Folkmängd totalt",
            )
        ),
        (scb.table("region", "2021", title="Folkmängden efter region, ålder och kön. År 1968 - 2024"), "a.csv", 5000),
        (scb.table("region", "2021", title="Antal personer efter region"), "a.csv", 5000),
        (scb.table("region", "år", "Folkmängd", "Folkökning", cells=("2021", "7", "8")), "a.csv", 7),
        (scb.table("region", "år", "Folkökning", "Folkmängd", cells=("2021", "7", "8"), title=BOTH), "a.csv", 8),
        (scb.table("region", "år", "värde", cells=("2021", "7")), "a.csv", 7),
        (scb.table("region", "Folkökning 2021", "Folkmängd 2021", cells=("7", "8")), "a.csv", 8),
        (scb.table("region", "Population 2021", "Population growth 2021", cells=("7", "8")), "a.csv", 7),
        (scb.table("region", "tabellinnehåll", "2021", cells=("Folkmängd", "7"), title=BOTH), "a.csv", 7),
        (scb.workbook("2021", "2021", above=("Folkökning", "Folkmängd"), cells=(7, 8), title=BOTH), "a.xlsx", 8),
        (scb.json_stat_of("Folkökning", "Folkmängd", years=("2021",), label=BOTH), "a.json", 1001),
        (scb.json_stat_of("Population growth", "Population", years=("2021",)), "a.json", 1001),
        (scb.json_stat_of("män", "totalt", dimension="Kon", years=("2021",)), "a.json", 1001),
        (in_units("antal"), "a.json", 1000),
    ],
)
def test_of_what_a_table_counts_the_population_is_taken(tmp_path, content, name, count):
    found = read(tmp_path, content, name)
    assert found.faults == []
    assert {(figure.on, figure.count) for figure in found.figures} == {(YEAR, count)}


def test_a_code_and_its_name_may_have_a_column_each(tmp_path):
    lines = ["kod;region;2021", *(f"{code};{name};7" for code, (name, _n) in COUNTIES.items())]
    assert {figure.count for figure in read(tmp_path, "\n".join(lines).encode()).figures} == {7}


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (scb.table("region", "Folkökning 2025"), "a.csv", "Folkökning 2025"),
        (scb.table("region", "Population growth 2021"), "a.csv", "Population growth 2021"),
        (scb.table("region", "Folkmängd per 1000 2021"), "a.csv", "Folkmängd per 1000 2021"),
        (scb.table("region", "2025", title=GROWTH), "a.csv", GROWTH),
        (scb.table("region", "2025", title=BOTH), "a.csv", BOTH),
        (scb.table("region", "2025", title="Bilar i trafik efter region"), "a.csv", "Bilar i trafik"),
        (scb.table("region", "2025", title="Folkmängd, män efter region"), "a.csv", "Folkmängd, män"),
        (scb.table("region", "Folkmängd 2025", title=GROWTH), "a.csv", GROWTH),
        (scb.table("region", "år", "Folkökning", cells=("2021", "7")), "a.csv", "Folkökning"),
        (scb.table("region", "år", "Folkmängd", "Befolkning", cells=("2021", "7", "7")), "a.csv", "Folkmängd, Bef"),
        (scb.table("region", "år", "Folkmängd", "Bilar", cells=("2021", "7", "7")), "a.csv", "Bilar"),
        (scb.table("region", "år", "värde", "Folkökning", cells=("2021", "7", "7")), "a.csv", "värde"),
        (scb.table("region", "kön", "2021", cells=("män", "7")), "a.csv", "kön"),
        (scb.table("region", "ålder", "2021", cells=("0 år", "7")), "a.csv", "ålder"),
        (scb.table("region", "ålder", "2021", cells=("12 år", "7")), "a.csv", "ålder"),
        (scb.table("region", "kön", "år", "Folkmängd", cells=("kvinnor", "2021", "7")), "a.csv", "kön"),
        (scb.table("region", "tabellinnehåll", "2021", cells=("Folkökning", "7")), "a.csv", "Folkökning"),
        (scb.workbook("2021", above=("Folkökning",)), "a.xlsx", "Folkökning 2021"),
        (scb.workbook("2021", title=GROWTH), "a.xlsx", GROWTH),
        *(
            (scb.json_stat_of(content), "a.json", content)
            for content in ("Folkökning", "Invånare per kvadratkilometer", "Folkmängd per 1000")
        ),
        (scb.json_stat(label="Medelfolkmängd"), "a.json", "Medelfolkmängd"),
        (in_units("tusental"), "a.json", "Folkmängd, tusental"),
        (scb.json_stat_of("Folkmängd", "Befolkning"), "a.json", "Folkmängd, Befolkning"),
        (scb.json_stat_of("män", dimension="kön"), "a.json", "kön"),
        (scb.json_stat_of("män", "kvinnor", dimension="kön"), "a.json", "kön"),
        (scb.table("region", "2021", "202O"), "a.csv", "202O"),
        (scb.table("region", "202O", "2021"), "a.csv", "202O"),
        (scb.table("region", "2021", "Antal"), "a.csv", "Antal"),
        (scb.table("region", "2021", "2022 (omräknad 2023)"), "a.csv", "2022 (omräknad 2023)"),
        (scb.table("region", "Folkmängd 2021", "Folkmängd 2022 omräknad"), "a.csv", "Folkmängd 2022 omräknad"),
        (scb.table("region", "Folkmängd 2021", "2022 (justering 2023)"), "a.csv", "2022 (justering 2023)"),
        (scb.table("region", "2021", "Folkmängd 2022"), "a.csv", "2021"),
        (scb.table("region", "2021", "Folkökning 2021"), "a.csv", "2021"),
        (scb.table("region", "2021", ""), "a.csv", "5000"),
        (scb.workbook("2021", "Antal"), "a.xlsx", "Antal"),
    ],
)
def test_what_is_not_certain_to_be_the_population_is_refused_once(tmp_path, content, name, said):
    [(_row, text)] = faults(tmp_path, content, name)
    assert f"”{said}" in text


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (scb.table("region", "Folkmängden den 1 november 2024"), "a.csv", "den 1 november"),
        (scb.table("region", "2021-11-01"), "a.csv", "2021-11-01"),
        (scb.table("region", "Folkmängd 30 september 2024"), "a.csv", "30 september"),
        (scb.table("region", "2021", title="Folkmängd den 1 nov. 2021"), "a.csv", "den 1 nov."),
        (scb.table("region", "2021", title="Folkmängd november 2021"), "a.csv", "november"),
        (scb.table("region", "2021", title="Folkmängd 1/11 2021"), "a.csv", "1/11"),
        (scb.table("region", "2021", title="Folkmängd efter region 2021K3"), "a.csv", "2021K3"),
        (scb.table("region", "2021", title="Population on November 1st 2021"), "a.csv", "on november 1st"),
        (scb.table("region", "2021", title="Folkmängd 1 november och 31 december"), "a.csv", "1 november"),
        (scb.table("region", "år", "Folkmängd den 1 november", cells=("2021", "7")), "a.csv", "den 1 november"),
        (scb.workbook("2021-11-01"), "a.xlsx", "2021-11-01"),
        (scb.json_stat_of("Folkmängd den 1 november"), "a.json", "den 1 november"),
        (scb.json_stat(label="Folkmängd den 1 nov. 2021"), "a.json", "den 1 nov."),
        (scb.json_stat(("2021-11-01",)), "a.json", "2021-11-01"),
    ],
)
def test_another_day_than_was_chosen_is_refused(tmp_path, content, name, said):
    [(_row, text)] = faults(tmp_path, content, name)
    assert f"”{said}”" in text
    assert "31 december" in text


@pytest.mark.parametrize(
    ("content", "counted_on", "day"),
    [
        (scb.table("region", "2021-12-31"), CountedOn.DECEMBER, YEAR),
        (scb.table("region", "år", "Folkmängd", cells=("2021-12-31", "7")), CountedOn.DECEMBER, YEAR),
        (
            scb.table("region", "2021", title="Folkmängd 31 december 2021, indelning 1 januari 2022"),
            CountedOn.DECEMBER,
            YEAR,
        ),
        (scb.table("region", "2021", title="Folkmängd efter region\nHämtad 2025-02-22"), CountedOn.DECEMBER, YEAR),
        (scb.table("region", "2021-11-01"), CountedOn.NOVEMBER, date(2021, 11, 1)),
        (scb.table("region", "Folkmängden den 1 november 2021"), CountedOn.NOVEMBER, date(2021, 11, 1)),
    ],
)
def test_the_day_that_was_chosen_may_be_said(tmp_path, content, counted_on, day):
    found = read(tmp_path, content, counted_on=counted_on)
    assert found.faults == []
    assert {figure.on for figure in found.figures} == {day}


@pytest.mark.parametrize(
    ("content", "name", "years"),
    [
        (scb.table("region", "2021", "2022", notes=["1) Uppgiften är preliminär 2021"]), "a.csv", {2021}),
        (scb.table("region", "2021", "2022", notes=["Uppgifterna är preliminära."]), "a.csv", {2021, 2022}),
        (scb.table("region", "2021", "2022", notes=["Preliminärt publicerat 2025"]), "a.csv", {2021, 2022}),
        (scb.table("region", "2021", "2022", notes=["Preliminärt 2022. Området ändrades 2021"]), "a.csv", {2022}),
        (scb.table("region", "2021", "2022", "2023", notes=["Preliminärt 2021–2022"]), "a.csv", {2021, 2022}),
        (scb.table("region", "2021p", "2022"), "a.csv", {2021}),
        (scb.table("region", "Folkmängd 2021", "Folkmängd 2022 (p)"), "a.csv", {2022}),
        (scb.workbook("2021p", "2022 1)"), "a.xlsx", {2021}),
        (scb.json_stat(note=["Uppgifterna för 2022 är preliminära"]), "a.json", {2022}),
        (scb.json_stat(note="Preliminära uppgifter"), "a.json", {2021, 2022}),
        (scb.json_stat(("2021p", "2022")), "a.json", {2021}),
    ],
)
def test_notes_and_marks_say_which_years_are_preliminary(tmp_path, content, name, years):
    found = read(tmp_path, content, name)
    assert found.faults == []
    assert {figure.on.year for figure in found.figures if figure.is_preliminary} == years


def test_a_note_of_one_category_is_about_its_year(tmp_path):
    told = json.loads(scb.json_stat())
    told["dimension"]["Tid"]["category"]["note"] = {"2022": ["Preliminär"]}
    found = read(tmp_path, json.dumps(told).encode(), "a.json")
    assert {figure.on.year for figure in found.figures if figure.is_preliminary} == {2022}


def test_figures_that_look_like_a_year_are_no_headings(tmp_path):
    [(row, text)] = faults(tmp_path, scb.table("region", "202O", cells=("2021",)))
    assert (row, "rubriker" in text) == (0, True)


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
    assert ("Gotlands län" in text, text.count("109\xa000")) == (True, 2)
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
        (scb.json_stat(value=5), "a.json"),
        (scb.json_stat(status=5), "a.json"),
        (scb.table("region", "Folkmängd", "år", cells=("7",)), "a.csv"),
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
