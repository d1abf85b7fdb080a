"""The report: the same figures in SQL, on the page, in the PDF and in the file attached to it."""

import csv
import io
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from python_calamine import CalamineWorkbook

from funding.actions.years import open_year
from funding.documents.report import figures_csv, figures_shown_in, render_funding_report, report_name
from funding.models import FundingYear, OutcomeEntry
from funding.queries.figures import year_figures
from funding.story import open_memo_year, tell
from portal.history.models import SystemActor
from regions.models import Region
from tests.exchange.bringing import take_out
from tests.funding.factories import decided, moved_to, opened_year, paid, text_of


@pytest.fixture
def year(reference_data) -> FundingYear:
    return open_memo_year(by=SystemActor("story"))


def pages_of(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(content) as document:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


# By hand: what SQL says without our own queries.
BY_HAND = """
    SELECT r.name, b.population, b.population::numeric * b.ore_per_inhabitant, d.amount_ore,
        (SELECT COALESCE(sum(p.paid_ore), 0) FROM funding_payment p
            WHERE p.funding_year_id = c.funding_year_id AND p.region_id = c.region_id)
    FROM funding_contribution c JOIN funding_basis b ON b.id = c.basis_id JOIN regions_region r ON r.id = c.region_id
    JOIN funding_fundingyear y ON y.id = c.funding_year_id
    LEFT JOIN funding_regiondecision d ON d.id = c.decision_id WHERE y.year = 2023
"""


def test_sql_page_csv_xlsx_pdf_and_attached_file_agree(year, admin, client_of, tmp_path):
    """To the öre, for all 21 regions: computed, decided and paid."""
    moved_to(year, "proposed", taken_on=date(2022, 4, 6))
    for number, region in enumerate(Region.objects.order_by("code")):
        if number % 3:
            decided(region.code, amount_ore=10_000_000 + number * 137)
            paid(region.code, f"F{number}", 9_000_000 + number, paid_ore=8_000_000 + number * 11)
    with connection.cursor() as cursor:
        cursor.execute(BY_HAND)
        rows = {
            name: (people, int(ore), decision, int(money)) for name, people, ore, decision, money in cursor.fetchall()
        }
    sums = [sum(row[place] or 0 for row in rows.values()) for place in (1, 2, 3)]
    assert (len(rows), rows["Region Jämtland Härjedalen"][:2]) == (21, (131_418, 13_141_800))

    earlier = open_year(
        by=SystemActor("test"),
        year=2022,
        ore_per_inhabitant=50,
        rate_source="RS/29/2022",
        basis_date=date(2021, 12, 31),
    )
    # By hand: half of the inhabitants in kronor, half a krona upwards.
    before = {each.region.name: (each.basis.population + 1) // 2 * 100 for each in year_figures(earlier).contributions}
    # The paper has no column of shares.
    page = re.sub(r" kr \d+(,\d)? %", " kr", text_of(client_of(admin).get("/funding/2023/")))
    pdf = render_funding_report(year, year_figures(year), made_by="Anna", language="sv")
    paper = " ".join(pages_of(pdf))
    for text in (page, paper):
        for total in sums:
            assert text.count(kr(total)) >= 2
        for name, (population, ore, decision, money) in rows.items():
            amounts = " ".join([kr(ore), f"+{kr(ore - before[name])}", kr(decision) if decision else "–", kr(money)])
            assert amounts in text.replace("inget beslut ännu", "–"), name
            assert f"{population:,}".replace(",", " ") in text
            assert text.count(kr(ore)) >= 2, f"{name}: in the table and in the chart"

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        attached = opened.attachments["siffror.csv"].get_file().read_bytes()
    read = list(csv.DictReader(io.StringIO(attached.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert {
        row["region"]: (
            int(row["population"]),
            int(row["contribution_ore"]),
            int(row["decided_ore"]) if row["decided_ore"] else None,
            int(row["paid_ore"]),
        )
        for row in read
    } == rows
    told = {row["region"]: int(row["difference_ore"]) for row in read}
    assert told == {name: row[1] - before[name] for name, row in rows.items()}
    assert text_of(client_of(admin).get("/funding/2022/")).count(" – ") >= 21
    assert (figures_shown_in(pdf).sum_ore, figures_shown_in(pdf).regions) == (sums[0], 21)

    headings = ("Region", "Invånare", "Beräknat belopp (kr)", "Beslutat belopp (kr)", "Betalt (kr)")
    for file in (tmp_path / "andelar.csv", tmp_path / "andelar.xlsx"):
        take_out("contributions", file, query="year=2023")
        told = [[row[heading] for heading in headings] for row in table_of(file)]
        assert {name: (int(people), *map(ore_of, amounts)) for name, people, *amounts in told} == rows, file.name


def table_of(file: Path) -> list[dict]:
    if file.suffix == ".csv":
        return list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"), newline=""), delimiter=";"))
    heading, *rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    return [dict(zip(heading, row, strict=True)) for row in rows]


def ore_of(cell) -> int | None:
    """Kronor of a file as öre."""
    return int(round(Decimal(str(cell).replace(",", ".")), 2) * 100) if cell != "" else None


def kr(ore: int) -> str:
    kronor, rest = divmod(ore, 100)
    return f"{kronor:,}".replace(",", " ") + (f",{rest:02d}" if rest else "") + " kr"


@pytest.mark.parametrize(("language", "title", "number"), [("sv", "Finansieringsrapport 2023", 3), ("en", None, 3)])
def test_the_report_is_a_tagged_archive_document(year, language, title, number):
    pdf = render_funding_report(year, year_figures(year), made_by="Anna", language=language)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert str(opened.Root.Lang) == language
        assert opened.Root.MarkInfo.Marked
        with opened.open_metadata() as metadata:
            assert metadata["pdfaid:part"] == "3"
            assert metadata["pdfaid:conformance"] == "A"
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == (title or "Funding report 2023")
        assert len(opened.pages) == number
    pages = pages_of(pdf)
    assert [page.split()[-3::2] for page in pages] == [[str(n), str(number)] for n in range(1, number + 1)]


def test_the_report_names_the_source_of_every_figure(year):
    text = " ".join(pages_of(render_funding_report(year, year_figures(year), made_by="Anna Öberg", language="sv")))
    assert "SCB, BefolkningNy (BE0101)" in text
    assert "RS/29/2022, datum saknas: Tjänsteskrivelsen anger inget datum." in text
    assert "RS/29/2022: föreslagen uppräkning" in text
    assert text.count("källa 1") == 20
    assert text.count("källa 2") == 1
    assert "av Anna Öberg" in text


def test_a_source_that_looks_like_a_formula_stays_text(db):
    year = opened_year({"23": 1000})
    figures = year_figures(year)
    figures.contributions[0].basis.source = "=1+1"
    assert b";'=1+1;" in figures_csv(figures)


def attached_names(pdf: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return list(opened.attachments)


def test_the_files_name_is_in_the_readers_language(db):
    year = opened_year({"23": 1000})
    assert report_name(year, "sv") == "finansieringsrapport-2023.pdf"
    assert report_name(year, "en") == "funding-report-2023.pdf"
    reports = [render_funding_report(year, year_figures(year), made_by="Anna", language=each) for each in ("sv", "en")]
    assert [attached_names(pdf) for pdf in reports] == [["siffror.csv"], ["figures.csv"]]
    told = [" ".join(pages_of(pdf)) for pdf in reports]
    assert ["siffror.csv" in told[0], "figures.csv" in told[0], "figures.csv" in told[1]] == [True, False, True]


def test_the_command_writes_the_report(year, tmp_path, capsys):
    target = tmp_path / "rapport.pdf"
    call_command("funding_report", year=2023, output=target)
    assert figures_shown_in(target.read_bytes()).sum_ore == 1_045_169_000
    assert "10 451 690 kr" in pages_of(target.read_bytes())[0]


def test_the_command_says_that_a_year_is_missing(db, tmp_path):
    with pytest.raises(CommandError, match="There is no funding year 1999"):
        call_command("funding_report", year=1999, output=tmp_path / "x.pdf", language="en")
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_that_it_cannot_write(year, tmp_path):
    with pytest.raises(CommandError, match="cannot be written: Is a directory"):
        call_command("funding_report", year=2023, output=tmp_path, language="en")


def test_the_story_is_told_once_and_its_years_but_the_last_two_are_closed(reference_data, settings):
    settings.PORTAL_NOW = "2026-11-30T09:00"
    for _time in range(2):
        tell(by=SystemActor("story"))
    told = [(2026, "decided"), (2025, "decided"), *((number, "closed") for number in range(2024, 2015, -1))]
    assert list(FundingYear.objects.values_list("year", "state")) == told
    assert OutcomeEntry.objects.filter(funding_year__year=2025).count() == 28
    assert OutcomeEntry.objects.filter(funding_year__year=2026).latest("booked_on").booked_on == date(2026, 11, 28)
    year = FundingYear.objects.get(year=2023)
    assert (year.bases.count(), year_figures(year).sum_ore, year_figures(year).decided_ore) == (
        22,
        1_045_169_000,
        13_141_800,
    )
