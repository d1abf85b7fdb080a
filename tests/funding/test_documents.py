"""The report: the same figures in SQL, on the page, in the PDF and in the file attached to it."""

import csv
import io

import pikepdf
import pypdfium2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from funding.documents import CSV_NAME, figures_csv, figures_shown_in, render_funding_report, report_name
from funding.models import FundingYear
from funding.queries.figures import year_figures
from funding.story import tell
from portal.history.models import SystemActor
from tests.funding.factories import opened_year, text_of


@pytest.fixture
def year(reference_data) -> FundingYear:
    tell(by=SystemActor("story"))
    return FundingYear.objects.get(year=2023)


def pages_of(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(content) as document:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


def kr(ore: int) -> str:
    return f"{ore // 100:,} kr".replace(",", " ")


def test_sql_page_pdf_and_attached_file_agree(year, admin, client_of):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.name, b.population, b.population::numeric * b.ore_per_inhabitant FROM funding_contribution c"
            " JOIN funding_basis b ON b.id = c.basis_id JOIN regions_region r ON r.id = c.region_id"
        )
        rows = {name: (population, int(ore)) for name, population, ore in cursor.fetchall()}
    total = sum(ore for _population, ore in rows.values())
    assert (len(rows), total, rows["Region Jämtland Härjedalen"]) == (21, 1_045_169_000, (131_418, 13_141_800))

    page = text_of(client_of(admin).get("/funding/2023/"))
    pdf = render_funding_report(year, year_figures(year), made_by="Anna", language="sv")
    paper = " ".join(pages_of(pdf))
    for text in (page, paper):
        assert text.count(kr(total)) >= 2
        for name, (population, ore) in rows.items():
            assert f"{population:,}".replace(",", " ") in text
            assert text.count(kr(ore)) >= 2, f"{name}: in the table and in the chart"

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        attached = opened.attachments[CSV_NAME].get_file().read_bytes()
    read = list(csv.DictReader(io.StringIO(attached.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert {row["region"]: (int(row["population"]), int(row["contribution_ore"])) for row in read} == rows
    assert figures_shown_in(pdf).sum_ore == total
    assert figures_shown_in(pdf).regions == 21


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


def test_the_files_name_is_in_the_readers_language(db):
    year = opened_year({"23": 1000})
    assert report_name(year, "sv") == "finansieringsrapport-2023.pdf"
    assert report_name(year, "en") == "funding-report-2023.pdf"


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


def test_the_story_is_told_once(year):
    tell(by=SystemActor("story"))
    assert FundingYear.objects.count() == 1
    assert year.bases.count() == 22
