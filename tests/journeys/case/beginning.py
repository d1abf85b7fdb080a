"""From the yearly call to the open follow-up, and from the self-assessment to the booked audit."""

import re

from followups.models import CallAnswer, FollowUp, SelfAssessment
from tests.files.samples import pdf
from tests.journeys.case.people import PRIVATE, Cast

LEAD, SECOND = "Region Jämtland Härjedalen", "Region Norrbotten"
CONTACT = "Sara Svensson"


def plan(cast: Cast, *, year: int, answer_by: str, planned_on: str, looks: bool = False) -> FollowUp:
    """The secretariat asks, both regions answer, the candidate is chosen and agreed, its follow-up is created."""
    ask_the_regions(cast, year, answer_by)
    answer(cast)
    secretariat = cast.secretariat
    secretariat.start()
    secretariat.follow("Uppföljningar")
    secretariat.follow("Plan")
    secretariat.follow(str(year))
    secretariat.sees("2 av 21")
    if looks:
        secretariat.look("call-answered")
    secretariat.press("Ta fram kandidater")
    secretariat.sees("Planen har 1 kandidat.")
    choose(cast, planned_on, looks)
    agree_and_create(cast, year, looks)
    follow_up = FollowUp.objects.get()
    assert (follow_up.lead_region.name, follow_up.state, follow_up.handler.email) == (LEAD, "planned", cast.lead.email)
    assert sorted(contract.region.name for contract in follow_up.contracts.all()) == [LEAD, SECOND]
    return follow_up


def ask_the_regions(cast: Cast, year: int, answer_by: str) -> None:
    secretariat = cast.secretariat
    secretariat.start()
    secretariat.follow("Uppföljningar")
    secretariat.follow("Plan")
    secretariat.follow("Ny avtalsinsamling")
    secretariat.write("År", str(year))
    secretariat.write("Sista svarsdag", answer_by)
    secretariat.write("Förväntad revisionsdag", f"{year}-06-30")
    secretariat.write("Text till regionerna", "Ta med avtal som löper minst ett år till.")
    secretariat.press("Öppna och fråga regionerna")
    secretariat.sees("Avtalsinsamlingen är öppen och regionerna har fått frågan per mejl.")


def answer(cast: Cast) -> None:
    """One from the letter, the other from the start page."""
    letter = cast.post.letter(cast.lead.email, "Vilka av era avtal ska följas upp")
    assert "Ta med avtal som löper minst ett år till." in letter
    cast.lead.open_letter(letter, is_personal=False)
    cast.lead.follow(f"Svara för {LEAD}")
    cast.lead.page.get_by_role("checkbox", name=PRIVATE).uncheck()
    cast.lead.write("Kommentar till kansliet", f"Inköparen slutar i vår: {PRIVATE}.")
    cast.lead.press("Spara svaret")
    cast.lead.sees(f"Svaret från {LEAD} är sparat: 1 avtal.")

    cast.second.start()
    cast.second.follow("är året för en avtalsinsamling som väntar på ditt svar")
    cast.second.follow(f"Svara för {SECOND}")
    cast.second.press("Spara svaret")
    cast.second.sees(f"Svaret från {SECOND} är sparat: 1 avtal.")
    assert PRIVATE in CallAnswer.objects.get(region__name=LEAD).comment


def choose(cast: Cast, planned_on: str, looks: bool) -> None:
    secretariat = cast.secretariat
    secretariat.follow(cast.supplier_name)
    secretariat.follow("Besluta")
    secretariat.choose("Ja, följ upp")
    secretariat.write("Skäl", "Hög risk, och två regioner har avtal.")
    secretariat.select("Ansvarig region", LEAD)
    secretariat.select("Handläggare", "Lena Lindgren")
    secretariat.select("Slag av uppföljning", "kontorsrevision")
    secretariat.write("Planerat datum", planned_on)
    secretariat.press("Spara valet")
    secretariat.sees("Valet och skälet är sparade.")
    if looks:
        secretariat.look("candidate")


def agree_and_create(cast: Cast, year: int, looks: bool) -> None:
    secretariat = cast.secretariat
    secretariat.press("Godkänn")
    secretariat.sees("Kandidaten är godkänd.")
    secretariat.follow(re.compile(f"^Uppföljningsplan.* {year}$"))
    secretariat.press("Godkänn planen för kansliet")
    secretariat.sees("Kansliet har godkänt planen.")
    secretariat.press("Skapa uppföljningarna")
    secretariat.sees("1 uppföljning är skapad.")
    if looks:
        secretariat.look("plan")
    cast.of_supplier(cast.second)
    cast.second.sees("Kirurgiska instrument, flergångs")
    if looks:
        cast.second.look("follow-up-second")


def assess(cast: Cast, *, due_on: str, looks: bool = False) -> None:
    """The self-assessment by mail and back, its review, and the lead region's answer to the recommendation."""
    send(cast, due_on)
    open_and_answer(cast, looks)
    hand_in(cast, looks)
    review(cast, looks)
    assessment = SelfAssessment.objects.get()
    assert (assessment.recommendation, assessment.region_accepts) == ("office_audit", True)
    assert assessment.follow_up.state == "answered"


def send(cast: Cast, due_on: str) -> None:
    cast.of_supplier(cast.lead)
    cast.lead.follow("Skicka ut självskattningen")
    cast.lead.select("Vem hos leverantören svarar?", CONTACT)
    cast.lead.write("Besvaras senast", due_on)
    cast.lead.press("Skicka ut självskattningen")
    cast.lead.sees(f"{cast.supplier.email} får en personlig länk.")


def open_and_answer(cast: Cast, looks: bool) -> None:
    supplier = cast.supplier
    supplier.open_letter(cast.post.letter(supplier.email, "din länk till regionernas uppföljning"))
    supplier.sees(f"{LEAD} gör uppföljningen för Sveriges regioner.")
    if looks:
        supplier.look("supplier-start")
    supplier.follow("Självskattning")
    supplier.follow("1. Styrning")
    supplier.choose("Ja")
    supplier.sees(re.compile("^Sparat"))
    supplier.page.wait_for_load_state("networkidle")
    supplier.attach("Bifoga policyn.", "policy.pdf", "application/pdf", pdf())
    supplier.sees("policy.pdf")
    if looks:
        supplier.look("supplier-section")
    supplier.press("Spara och fortsätt")
    supplier.choose("Hela kedjan")
    supplier.select("Var tillverkas varan?", "Pakistan")
    supplier.write("Hur många underleverantörer?", "12")
    supplier.press("Spara")


def hand_in(cast: Cast, looks: bool) -> None:
    supplier = cast.supplier
    supplier.follow("Se igenom och lämna in")
    supplier.choose("Ja, dela dem med alla regioner")
    supplier.tick("Jag vet att svaren blir allmänna handlingar när jag lämnar in dem")
    supplier.press("Lämna in svaren")
    supplier.sees("Tack för era svar")
    receipt = supplier.page.get_by_role("link", name="Ladda ner kvittot (PDF)")
    for _look in range(30):
        if receipt.count():
            break
        supplier.page.wait_for_timeout(1_000)
        supplier.follow("Titta igen")
    if looks:
        supplier.look("supplier-receipt")
    with supplier.page.expect_download() as download:
        receipt.click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    assert "kom in" in cast.post.letter(supplier.email, "tack för er självskattning")


def review(cast: Cast, looks: bool) -> None:
    secretariat = cast.secretariat
    cast.of_supplier(secretariat)
    secretariat.follow("Självskattning 1")
    secretariat.sees("policy.pdf")
    if looks:
        secretariat.look("review")
    secretariat.press(re.compile("^Godkänn alla"))
    secretariat.sees("Alla svar är godkända.")
    secretariat.follow("Lämna en rekommendation")
    secretariat.choose("Kontorsrevision")
    secretariat.write("Skäl", "Policyn säger inget om klagomål.")
    secretariat.press("Lämna rekommendationen")
    secretariat.sees("Rekommendationen är lämnad.")

    cast.of_supplier(cast.lead)
    cast.lead.follow("Självskattning 1")
    cast.lead.follow("Svara på rekommendationen")
    cast.lead.choose("Ja, vi gör som rekommenderat")
    cast.lead.press("Spara svaret")
    cast.lead.sees("Regionens svar är sparat.")
