"""Journeys 1 and 2: the secretariat opens a follow-up, a buyer submits what was found, a neighbour sees it once shared."""

from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from codeofconduct.actions.contracts import register_contract
from codeofconduct.actions.suppliers import register_supplier
from codeofconduct.models import ClauseVersion, Contract, PurchaseCategory
from followups.models import Evidence, Finding, FollowUp
from portal import clock
from portal.history.models import SystemActor
from regions.models import Region
from tests.files.samples import jpeg, pdf

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
TEXT = "Nödutgången på andra våningen var spärrad av lastpallar när vi kom."
CERTIFICATE = pdf()
ACTION = "Röj nödutgången och visa det med ett daterat foto."


@pytest.fixture
def contract(reference_data) -> Contract:
    """Jämtland Härjedalen's contract for surgical instruments, on top of the reference data alone."""
    by = SystemActor("test")
    return register_contract(
        by=by,
        region=Region.objects.get(code="23"),
        supplier=register_supplier(by=by, name="Norrmed Instrument AB", organisation_number="559999-9017"),
        title="Kirurgiska instrument, flergångs",
        clause_version=ClauseVersion.objects.get(name="2023"),
        categories=[PurchaseCategory.objects.get(name="Kirurgiska instrument")],
        starts_on=date(2024, 1, 1),
        ends_on=date(2029, 12, 31),
    )


def in_days(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def click(page: Page, role: str, name: str) -> None:
    page.get_by_role(role, name=name, exact=True).click()


def assert_accessible(page: Page) -> None:
    assert Axe().run(page).response["violations"] == []


def open_assign_and_plan(page: Page, screenshot, handler: str) -> None:
    """Journey 1, from the start page on."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Det här väntar på dig")
    click(page, "link", "Ny uppföljning")
    page.get_by_label("Namn eller organisationsnummer").fill("norrmed instr")
    page.get_by_role("main").get_by_role("button", name="Sök").click()
    screenshot(page, "follow-up-open-supplier")
    assert_accessible(page)
    click(page, "link", "Norrmed Instrument AB")
    page.get_by_label("Inköpskategori").select_option(label="Kirurgiska instrument")
    page.get_by_role("checkbox", name="Region Jämtland Härjedalen · Kirurgiska instrument").check()
    page.get_by_label("Ansvarig region").select_option(label="Region Jämtland Härjedalen")
    screenshot(page, "follow-up-open")
    assert_accessible(page)
    click(page, "button", "Öppna uppföljningen")
    page.get_by_label("Handläggare").select_option(label=handler)
    page.get_by_label("Planerat datum").fill(in_days(21))
    screenshot(page, "follow-up-assign")
    assert_accessible(page)
    click(page, "button", "Spara")
    expect(page.get_by_role("heading", level=1)).to_have_text("Norrmed Instrument AB – var är vi?")
    screenshot(page, "follow-up-opened")
    assert_accessible(page)


def submit_what_was_found(page: Page, screenshot) -> None:
    """Journey 2, from the buyer's start page on."""
    click(page, "link", "Norrmed Instrument AB")
    click(page, "link", "Skicka in en iakttagelse")
    page.get_by_label("Vad har du iakttagit?").fill(TEXT)
    page.get_by_role("radio", name="Allvarlig avvikelse").check()
    page.get_by_label("Typ av allvarlig avvikelse").select_option(label="Livsfarliga arbetsförhållanden")
    page.get_by_role("radio", name="Bidrar till").check()
    page.get_by_label("Krav").select_option(label="3. Förhindra och begränsa det som orsakas eller bidras till")
    page.get_by_label("Underlag").set_input_files(
        {"name": "anteckning.txt", "mimeType": "text/plain", "buffer": b"hej"}
    )
    page.get_by_label("Åtgärd", exact=False).last.fill(ACTION)
    page.get_by_label("Ska vara klar").fill(in_days(-1))
    click(page, "button", "Skicka in iakttagelsen")
    expect(page.get_by_role("alert")).to_contain_text("Datumet har redan passerat")
    expect(page.get_by_label("Vad har du iakttagit?")).to_have_value(TEXT)
    screenshot(page, "finding-wrong")
    assert_accessible(page)
    page.get_by_label("Underlag").set_input_files(
        [
            {"name": "nödutgång.jpg", "mimeType": "image/jpeg", "buffer": jpeg((640, 420))},
            {"name": "intyg.pdf", "mimeType": "application/pdf", "buffer": CERTIFICATE},
        ]
    )
    page.get_by_label("Ska vara klar").fill(in_days(10))
    screenshot(page, "finding-submit")
    click(page, "button", "Skicka in iakttagelsen")
    expect(page.get_by_text(TEXT)).to_be_visible()
    expect(page.get_by_text("10 dagar kvar")).to_be_visible()
    screenshot(page, "follow-up-with-finding")
    assert_accessible(page)


def test_from_an_opened_follow_up_to_a_shared_finding(
    page, live_server, log_in, screenshot, contract, person, secretariat
):
    buyer = person("buyer", "23", email="buyer@test.example")
    neighbour = person("buyer", "25", email="neighbour@test.example")
    log_in(page, secretariat)
    open_assign_and_plan(page, screenshot, str(buyer))
    follow_up = FollowUp.objects.get()
    assert (follow_up.handler, follow_up.lead_region.code, follow_up.contracts.get()) == (buyer, "23", contract)
    click(page, "button", "Logga ut")

    log_in(page, buyer)
    screenshot(page, "start-buyer")
    assert_accessible(page)
    submit_what_was_found(page, screenshot)
    finding = Finding.objects.get()
    assert (finding.text, finding.severity.key, finding.requirement.number) == (TEXT, "severe", 3)
    assert finding.actions.get().due_on.isoformat() == in_days(10)
    with page.expect_download() as download:
        click(page, "link", "intyg.pdf")
    assert download.value.path().read_bytes() == CERTIFICATE
    click(page, "button", "Logga ut")

    log_in(page, neighbour)
    expect(page.get_by_text("Norrmed Instrument AB")).to_have_count(0)
    follow_up_url = f"{live_server.url}/follow-ups/{follow_up.public_id}/"
    file_url = f"{live_server.url}/follow-ups/evidence/{Evidence.objects.first().public_id}/"
    assert page.goto(follow_up_url).status == 404
    assert page.request.get(file_url).status == 404
    page.goto(live_server.url)
    click(page, "button", "Logga ut")

    log_in(page, secretariat)
    page.goto(follow_up_url)
    click(page, "link", "Dela")
    page.get_by_role("radio", name="Alla regioner").check()
    click(page, "button", "Spara")
    click(page, "button", "Logga ut")

    log_in(page, neighbour)
    screenshot(page, "start-neighbour")
    click(page, "link", "uppföljning har nyligen delats av andra")
    click(page, "link", "Norrmed Instrument AB")
    expect(page.get_by_text(TEXT)).to_be_visible()
    expect(page.get_by_role("link", name="Skicka in en iakttagelse")).to_have_count(0)
    assert page.request.get(file_url).status == 200
    screenshot(page, "follow-up-shared")
