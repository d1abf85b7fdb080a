"""The years 2016–2023 from the first to the closed last one, in a browser: steps, decisions, payments, and what goes out."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from funding.models import FundingYear, Payment
from tests.funding.test_documents import kr, pages_of
from tests.funding.test_years_of_the_memo import YEARS, by_hand
from tests.journeys.machinery import Portal

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
JH = "Region Jämtland Härjedalen"
PAPER = Path(__file__).resolve().parents[1] / "followups" / "one_page.pdf"


class Admin:
    """An administrator at a browser, who has read no manual."""

    def __init__(self, page: Page, portal: Portal, take) -> None:
        self.page, self.portal, self.take = page, portal, take

    def click(self, role: str, name: str) -> None:
        self.page.get_by_role(role, name=name, exact=True).first.click()

    def look(self, name: str) -> None:
        """What a page that counts has to stand: no violation of accessibility, at both widths."""
        assert Axe().run(self.page).response["violations"] == []
        self.take(self.page, f"years-{name}")

    def go(self, *links: str) -> None:
        for link in links:
            self.click("link", link)

    def row(self, name: str):
        return self.page.get_by_role("row").filter(has=self.page.get_by_role("rowheader", name=name))

    def open_year(self, year: int, ore: int, counted: int) -> None:
        self.go("Finansiering", "Öppna ett finansieringsår")
        self.page.get_by_label("År", exact=True).fill(str(year))
        self.page.get_by_label("Belopp per invånare (öre)").fill(str(ore))
        self.page.get_by_label("Folkmängd per").select_option(f"{counted}-12-31")
        self.click("button", "Öppna året")
        expect(self.page.get_by_role("heading", level=1)).to_have_text(f"Vad bidrar varje region med {year}?")

    def step(self, link: str, day: str) -> None:
        self.click("link", link)
        self.page.get_by_label("Datum").fill(day)
        # Regions whose decision is missing, and what they have not paid: told before a year is closed.
        if link == "Stäng året":
            self.page.get_by_label("Jag har sett vad som inte är klart").check()
            if day == "2023-12-31":
                self.look("closing")
        self.click("button", link)
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("Vad bidrar varje region med")

    def enter_the_memos_basis(self) -> None:
        self.go(JH, "Ange ett annat befolkningsunderlag")
        self.page.get_by_role("textbox", name="Invånare").fill("131 418")
        self.page.get_by_role("textbox", name="Källa").fill("RS/29/2022")
        self.page.get_by_label("Om datum saknas: varför").fill("Tjänsteskrivelsen anger inget datum.")
        self.click("button", "Ange befolkningsunderlaget")
        expect(self.row("Summa")).to_contain_text("10 451 690 kr")

    def register_the_decision(self) -> None:
        self.go(JH, "Registrera ett beslut")
        self.page.get_by_label("Belopp per år (kr)").fill("131 418")
        self.page.get_by_label("Från och med år").fill("2023")
        self.page.get_by_label("Beslutsdatum").fill("2022-04-01")
        self.page.get_by_label("Beslutat av").fill("Regionstyrelsen")
        self.page.get_by_label("Diarienummer").fill("RS/29/2022")
        self.page.get_by_label("Beslutet som PDF").set_input_files(PAPER)
        self.click("button", "Registrera beslutet")
        # Dated before the proposal: said at its field, and what was typed stays.
        expect(self.page.get_by_role("alert")).to_contain_text("Beslutsdatum")
        expect(self.page.get_by_label("Diarienummer")).to_have_value("RS/29/2022")
        self.look("decision-too-early")
        self.page.get_by_label("Beslutsdatum").fill("2022-06-01")
        self.page.get_by_label("Beslutet som PDF").set_input_files(PAPER)
        self.click("button", "Registrera beslutet")
        expect(self.page.get_by_role("row").filter(has_text="RS/29/2022").first).to_contain_text("131 418 kr")
        self.look("contribution")

    def is_asked_about_a_decision_on_less(self) -> None:
        self.go("Region Gotland", "Registrera ett beslut")
        self.page.get_by_label("Belopp per år (kr)").fill("100")
        self.page.get_by_label("Från och med år").fill("2023")
        self.page.get_by_label("Beslutsdatum").fill("2022-06-01")
        self.page.get_by_label("Beslutat av").fill("Regionstyrelsen")
        self.page.get_by_label("Diarienummer").fill("RS/1/2022")
        self.click("button", "Registrera beslutet")
        expect(self.page.get_by_role("alert")).to_contain_text("mer än de 100 kr som beslutet ger")
        expect(self.page.get_by_label("Beslutet stämmer")).not_to_be_checked()
        expect(self.page.get_by_label("Diarienummer")).to_have_value("RS/1/2022")
        self.look("decision-asked")
        self.go("Ändra inget")

    def import_payments(self, file: Path) -> None:
        self.go("Finansiering", "2023", "Importera betalningar från reskontran")
        self.page.get_by_label("Fil", exact=True).set_input_files(file)
        self.click("button", "Kontrollera filen")

    def export(self, target: Path) -> list[list]:
        self.go("Exportera andelarna")
        with self.page.expect_download() as download:
            self.click("button", "Skapa filen")
        download.value.save_as(target)
        return CalamineWorkbook.from_path(target).get_sheet_by_index(0).to_python()


def ledger(folder: Path, name: str, amounts: dict[str, int]) -> Path:
    """A file of the host's ledger: every region's invoice of 2023, paid; amounts in whole kronor."""
    lines = ["År;Region;Fakturanummer;Fakturadatum;Fakturabelopp;Betaldatum;Betalt belopp"]
    lines += [
        f"2023;{region};F-{number};2023-01-31;{ore // 100};2023-02-28;{ore // 100}"
        for number, (region, ore) in enumerate(sorted(amounts.items()), start=1)
    ]
    path = folder / name
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_eight_years_from_population_to_payments(page, portal, reference_data, admin, screenshot, tmp_path):
    portal.start("web", "worker", "beat")
    portal.log_in(page, admin)
    user, expected = Admin(page, portal, screenshot), by_hand()
    for year, (ore, counted) in YEARS.items():
        user.open_year(year, ore, counted)
        if year == 2023:
            user.enter_the_memos_basis()
        expect(user.row("Summa")).to_contain_text(kr(sum(expected[year].values())).replace(" ", "\N{NO-BREAK SPACE}"))
        unusual = page.get_by_text(f"Folkmängden är den 31 december {counted}, inte den 31 december {year - 1}")
        expect(unusual).to_have_count(1 if year in (2021, 2022, 2023) and counted != year - 1 else 0)
        user.step("Föreslå året för regionerna", f"{year - 1}-04-06" if year == 2023 else f"{year - 1}-11-02")
        if year == 2023:
            user.register_the_decision()
            user.go("2023")
        user.step("Anteckna att året är beslutat", f"{year - 1}-12-01")
        if year < 2023:
            user.step("Stäng året", f"{year}-12-31")

    # A payment that is larger than what is owed is refused with its row, and nothing of the file goes in.
    too_much = dict(expected[2023]) | {JH: expected[2023][JH] + 100}
    user.import_payments(ledger(tmp_path, "for-mycket.csv", too_much))
    expect(page.get_by_text("Med det här blir det")).to_be_visible(timeout=30_000)
    user.look("payments-refused")
    assert Payment.objects.count() == 0
    user.import_payments(ledger(tmp_path, "reskontra.csv", expected[2023]))
    page.get_by_role("button", name="Importera filen").click(timeout=30_000)
    expect(page.get_by_role("link", name="Öppna listan")).to_be_visible(timeout=30_000)
    user.go("Finansiering", "2023")
    user.is_asked_about_a_decision_on_less()
    user.go("2023")
    expect(user.row("Summa")).to_contain_text("10 451 690 kr")
    user.step("Stäng året", "2023-12-31")
    expect(page.get_by_role("link", name="Registrera ett beslut")).to_have_count(0)
    user.look("closed")

    heading, *rows = user.export(tmp_path / "andelar.xlsx")
    name, amount, paid = (heading.index(each) for each in ("Region", "Beräknat belopp (kr)", "Betalt (kr)"))
    assert {row[name]: round(row[amount] * 100) for row in rows} == expected[2023]
    assert {row[name]: round(row[paid] * 100) for row in rows} == expected[2023]

    user.go("Finansiering", "2023")
    user.click("button", "Exportera finansieringsrapporten")
    link = page.get_by_role("link", name="Ladda ner")
    expect(link).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        link.click()
    download.value.save_as(tmp_path / "rapport.pdf")
    paper = " ".join(pages_of((tmp_path / "rapport.pdf").read_bytes()))
    assert [region for region, ore in expected[2023].items() if paper.count(kr(ore)) < 2] == []
    assert "10 451 690 kr" in paper

    user.go("Finansiering")
    user.look("list")
    for year, amounts in expected.items():
        expect(user.row(str(year))).to_contain_text(kr(sum(amounts.values())).replace(" ", "\N{NO-BREAK SPACE}"))
    assert FundingYear.objects.filter(state="closed").count() == 8
