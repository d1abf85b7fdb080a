"""Journey 4: an admin opens funding year 2023, enters the memo's basis, and exports the report that a board decides on."""

import io
from pathlib import Path

import pikepdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from funding.documents.report import figures_shown_in
from funding.models import FundingReport, FundingYear
from funding.queries.figures import year_figures
from funding.story import tell
from portal import clock
from portal.history.models import SystemActor
from tests.funding.worker import document_worker

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
REGION = "Region Jämtland Härjedalen"


def click(page: Page, role: str, name: str) -> None:
    page.get_by_role(role, name=name, exact=True).click()


def assert_accessible(page: Page) -> None:
    assert Axe().run(page).response["violations"] == []


def open_the_year(page: Page, screenshot) -> None:
    click(page, "link", "Finansiering")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vad kostar samarbetet varje år?")
    assert_accessible(page)
    screenshot(page, "funding-empty")
    click(page, "link", "Öppna ett finansieringsår")
    expect(page.get_by_label("Folkmängd per")).to_have_value("2021-12-31")
    page.get_by_label("År", exact=True).fill("2023")
    page.get_by_label("Belopp per invånare (öre)").fill("-1")
    click(page, "button", "Öppna året")
    expect(page.get_by_role("alert")).to_contain_text("Beloppet per invånare ska vara mellan 0 och 500 öre.")
    assert_accessible(page)
    screenshot(page, "funding-open-wrong")
    page.get_by_label("Belopp per invånare (öre)").fill("100")
    screenshot(page, "funding-open")
    click(page, "button", "Öppna året")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vad bidrar varje region med 2023?")
    expect(row_of(page, REGION)).to_contain_text("132 054 kr")
    expect(row_of(page, "Summa")).to_contain_text("10 452 326 kr")


def row_of(page: Page, name: str):
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


def enter_the_memos_basis(page: Page, screenshot) -> None:
    click(page, "link", REGION)
    assert_accessible(page)
    screenshot(page, "funding-contribution")
    click(page, "link", "Ange ett annat befolkningsunderlag")
    assert_accessible(page)
    screenshot(page, "funding-basis")
    page.get_by_role("textbox", name="Invånare").fill("131 418")
    page.get_by_role("textbox", name="Källa").fill("RS/29/2022")
    page.get_by_label("Om datum saknas: varför").fill("Tjänsteskrivelsen anger inget datum.")
    click(page, "button", "Ange befolkningsunderlaget")
    expect(row_of(page, REGION)).to_contain_text("131 418 kr")
    expect(row_of(page, "Region Norrbotten")).to_contain_text("31 december 2021")
    expect(row_of(page, "Summa")).to_contain_text("10 451 690 kr")
    assert_accessible(page)


def export_the_report(page: Page, screenshot, folder: Path) -> bytes:
    click(page, "button", "Exportera finansieringsrapporten")
    expect(page.get_by_role("heading", level=1)).to_have_text("Finansieringsrapport 2023")
    screenshot(page, "funding-report-queued")
    with document_worker():
        link = page.get_by_role("link", name="Ladda ner finansieringsrapport-2023.pdf")
        expect(link).to_be_visible(timeout=60_000)
    screenshot(page, "funding-report-ready")
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "finansieringsrapport-2023.pdf"
    download.value.save_as(folder / "report.pdf")
    return (folder / "report.pdf").read_bytes()


@pytest.mark.long
def test_an_admin_opens_2023_enters_the_memos_basis_and_exports_the_report(
    page, live_server, reference_data, admin, log_in, screenshot, tmp_path
):
    log_in(page, admin)
    screenshot(page, "funding-start-admin")
    open_the_year(page, screenshot)
    enter_the_memos_basis(page, screenshot)
    pdf = export_the_report(page, screenshot, tmp_path)
    year = FundingYear.objects.get()
    assert (year_figures(year).sum_ore, figures_shown_in(pdf).sum_ore) == (1_045_169_000, 1_045_169_000)
    report = FundingReport.objects.get()
    assert (report.file.read(), report.sum_ore, report.created_by.user) == (pdf, 1_045_169_000, admin)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert (str(opened.Root.Lang), list(opened.attachments)) == ("sv", ["siffror.csv"])

    click(page, "link", "2023")
    expect(page.get_by_role("link", name="finansieringsrapport-2023.pdf")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "funding-year")


def test_a_buyer_reads_what_the_own_region_contributes(page, live_server, reference_data, buyer, log_in, screenshot):
    tell(by=SystemActor("story"))
    year = clock.today().year
    log_in(page, buyer)
    aside = page.get_by_role("region", name=f"Regionens andel {year}")
    expect(aside).to_contain_text("131 418 kr")
    screenshot(page, "funding-start-buyer")
    aside.get_by_role("link", name=f"Alla andelar {year}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Vad bidrar varje region med {year}?")
    expect(page.get_by_role("button", name="Exportera finansieringsrapporten")).to_have_count(0)
    assert_accessible(page)
