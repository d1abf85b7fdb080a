"""Journeys of a supplier: it plans, replies and hands in by its link, the region answers and clears; and it reports a
severe deviation by the standing link of its contract."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from codeofconduct.models import ProcessRequirement
from followups.actions.findings import submit_finding
from followups.models import AccessLink, CorrectiveAction, FollowUp, Severity
from portal import clock
from portal.history.models import SystemActor
from tests.factories import CategoryFactory, ContractFactory, RegionFactory, SupplierFactory
from tests.files.samples import pdf
from tests.followups.factories import FollowUpFactory

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
BY = SystemActor("test")


def in_days(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def click(page: Page, role: str, name: str) -> None:
    page.get_by_role(role, name=name, exact=True).first.click()


def looked_at(page: Page, screenshot, name: str) -> None:
    """Seen at both widths, and nothing for axe to complain about."""
    screenshot(page, name)
    assert Axe().run(page).response["violations"] == []


def open_link(page: Page, live_server, link: AccessLink) -> None:
    """As the holder does: the address from the letter, and the one button."""
    link.refresh_from_db()
    page.goto(live_server.url + re.search(r"/follow-ups/links/open/\S+/", link.message.body)[0])
    click(page, "button", "Ja, gå vidare")


@pytest.fixture
def follow_up(reference_data, buyer) -> FollowUp:
    """Two deviations were found; the buyer handles it."""
    supplier = SupplierFactory(name="Norrmed Instrument AB")
    contract = ContractFactory(region=RegionFactory(code="23"), supplier=supplier, category=CategoryFactory())
    follow_up = FollowUpFactory(supplier=supplier, handler=buyer, clause_version=contract.clause_version)
    follow_up.participations.create(contract=contract, created_by=follow_up.created_by)
    for number, text in ((2, "Två underleverantörer saknas i riskbedömningen."), (6, "Ingen kanal för klagomål.")):
        submit_finding(
            by=BY,
            follow_up=follow_up,
            submission=uuid4(),
            text=text,
            severity=Severity.objects.get(key="deviation"),
            requirement=ProcessRequirement.objects.get(clause_version=contract.clause_version, number=number),
            involvement="linked",
        )
    return follow_up


def test_from_the_question_for_a_plan_to_a_cleared_deviation(page, live_server, log_in, screenshot, buyer, follow_up):
    url = f"{live_server.url}/follow-ups/{follow_up.public_id}/"
    log_in(page, buyer)
    page.goto(url)
    looked_at(page, screenshot, "plan-not-asked")
    click(page, "link", "Begär åtgärdsplanen")
    page.get_by_label("Någon annan: namn").fill("Sara Svensson")
    page.get_by_label("Någon annan: e-postadress").fill("sara@norrmed.example")
    looked_at(page, screenshot, "plan-ask")
    click(page, "button", "Begär åtgärdsplanen")
    expect(page.get_by_text("Leverantören är ombedd om en åtgärdsplan")).to_be_visible()

    supplier = page.context.browser.new_context(locale="sv-SE").new_page()
    open_link(supplier, live_server, AccessLink.objects.get())
    looked_at(supplier, screenshot, "outside-start-with-findings")
    click(supplier, "link", "Kommentera iakttagelsen 1")
    supplier.get_by_label("Ditt svar").fill("De två är nya sedan i våras.")
    looked_at(supplier, screenshot, "outside-reply")
    click(supplier, "button", "Skicka svaret")
    click(supplier, "link", "Skriv åtgärdsplanen")
    supplier.get_by_label("Vad ska ni göra?").first.fill("Vi kartlägger båda.")
    click(supplier, "button", "Spara som utkast")
    expect(supplier.get_by_label("Vad ska ni göra?").first).to_have_value("Vi kartlägger båda.")
    click(supplier, "button", "Skicka planen")
    expect(supplier.get_by_role("alert")).to_contain_text("Skriv vem som är ansvarig.")
    looked_at(supplier, screenshot, "outside-plan-wrong")
    for number, text in enumerate(("Vi kartlägger båda.", "Vi öppnar en kanal.")):
        supplier.get_by_label("Vad ska ni göra?").nth(number).fill(text)
        supplier.get_by_label("Vem är ansvarig?").nth(number).fill("Inköpschef")
        supplier.get_by_label("När är det klart?").nth(number).fill(in_days(40))
    click(supplier, "button", "Skicka planen")
    expect(supplier.get_by_text("Planen för 2 åtgärder är skickad.")).to_be_visible()

    page.goto(url)
    expect(page.get_by_text("De två är nya sedan i våras.")).to_be_visible()
    looked_at(page, screenshot, "plan-to-answer")
    click(page, "link", "Besvara planen")
    for choice in page.get_by_role("radio", name="Godta planen").all():
        choice.check()
    looked_at(page, screenshot, "plan-answer")
    click(page, "button", "Skicka svaren")
    expect(page.get_by_text("2 planer är besvarade.")).to_be_visible()
    follow_up.refresh_from_db()
    assert follow_up.state == "actions_under_way"

    supplier.reload()
    supplier.get_by_role("link", name="Åtgärda avvikelsen").first.click()
    supplier.get_by_label("Vad har ni gjort?").fill("Kartläggningen är klar.")
    supplier.get_by_label("Underlag").set_input_files(
        {"name": "karta.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    supplier.get_by_label("Avser tiden").fill(in_days(-2))
    supplier.get_by_label("Allt är gjort och kan verifieras").check()
    looked_at(supplier, screenshot, "outside-action")
    click(supplier, "button", "Lämna in")
    expect(supplier.get_by_text("Tack. Det du lämnade in har kommit fram.")).to_be_visible()

    action = CorrectiveAction.objects.get(state="delivered")
    page.goto(f"{live_server.url}/follow-ups/actions/{action.public_id}/")
    looked_at(page, screenshot, "action-delivered")
    click(page, "link", "Bedöm som otillräcklig")
    page.get_by_label("Vad räcker inte?").fill("Den andra underleverantören saknas.")
    looked_at(page, screenshot, "action-move")
    click(page, "button", "Bedöm som otillräcklig")
    page.goto(url)
    expect(page.get_by_text("Åtgärd otillräcklig")).to_be_visible()
    page.goto(f"{live_server.url}/follow-ups/actions/{action.public_id}/")
    click(page, "link", "Markera som klar")
    page.get_by_role("radio", name="Genom underlag").check()
    click(page, "button", "Markera som klar")
    looked_at(page, screenshot, "action-cleared")
    action.refresh_from_db()
    assert (action.state, action.done_by.user, action.verification) == ("cleared", buyer, "document")


def test_from_a_standing_link_to_a_report_that_is_taken_up(page, live_server, log_in, screenshot, buyer, follow_up):
    contract = follow_up.contracts.get()
    log_in(page, buyer)
    page.goto(f"{live_server.url}/contracts/{contract.public_id}/")
    click(page, "link", "Ge leverantören en länk för rapporter")
    page.get_by_label("Namn").fill("Sara Svensson")
    page.get_by_label("E-postadress").fill("sara@norrmed.example")
    looked_at(page, screenshot, "reporter-issue")
    click(page, "button", "Skicka länken")
    looked_at(page, screenshot, "contract-with-reporter")

    supplier = page.context.browser.new_context(locale="sv-SE").new_page()
    open_link(supplier, live_server, AccessLink.objects.get())
    looked_at(supplier, screenshot, "outside-severe-start")
    click(supplier, "link", "Rapportera en allvarlig avvikelse")
    supplier.get_by_role("radio", name="Barnarbete").check()
    supplier.get_by_label("Vad har hänt?").fill("Två tolvåringar arbetade i packningen.")
    supplier.get_by_label("När fick ni veta det?").fill(in_days(-20))
    supplier.get_by_label("Vad vet ni säkert, och hur?").fill("Vår inspektör såg dem.")
    supplier.get_by_label("I vilket land?").select_option(label="Pakistan")
    click(supplier, "button", "Skicka rapporten")
    expect(supplier.get_by_role("alert")).to_contain_text("Skriv vad ni har gjort eller ska göra åt det.")
    looked_at(supplier, screenshot, "outside-severe-wrong")
    supplier.get_by_label("Vad ska ni göra åt det?").fill("De går i skola från måndag, med lön till familjen.")
    click(supplier, "button", "Skicka rapporten")
    expect(supplier.get_by_text("Rapporten har kommit fram.")).to_be_visible()

    page.goto(live_server.url)
    looked_at(page, screenshot, "start-with-severe")
    click(page, "link", "rapport om allvarlig avvikelse väntar på dig")
    looked_at(page, screenshot, "severe-list")
    click(page, "link", "Barnarbete")
    looked_at(page, screenshot, "severe-detail")
    click(page, "link", "Lägg den i en uppföljning")
    page.get_by_role("radio").first.check()
    click(page, "button", "Lägg den i uppföljningen")
    page.goto(f"{live_server.url}/follow-ups/{follow_up.public_id}/")
    expect(page.get_by_text("6 dagar sen")).to_be_visible()
    looked_at(page, screenshot, "follow-up-with-report")
