"""The action plan between the supplier and the lead region, and what is handed in for it."""

import re

from followups.models import CorrectiveAction
from tests.files.samples import jpeg
from tests.journeys.case.beginning import CONTACT
from tests.journeys.case.people import Cast


def ask(cast: Cast, *, due_on: str) -> None:
    lead = cast.lead
    cast.of_supplier(lead)
    lead.follow("Begär åtgärdsplanen")
    lead.tick(CONTACT)
    lead.write("När ska planen vara inne?", due_on)
    lead.press("Begär åtgärdsplanen")
    lead.sees("Leverantören är ombedd om en åtgärdsplan.")


def reply(cast: Cast, text: str, *, look: str = "") -> None:
    """The supplier's right to answer what was found, by the letter it got with the question for the plan."""
    supplier = cast.supplier
    supplier.open_letter(cast.post.letter(supplier.email, "din länk till regionernas uppföljning"))
    if look:
        supplier.look(look)
    supplier.follow(re.compile("^Kommentera iakttagelsen"))
    supplier.write("Ditt svar", text)
    supplier.press("Skicka svaret")
    supplier.sees("Din kommentar står bredvid iakttagelsen.")


def propose(cast: Cast, *, measures: str, due_on: str, look: str = "") -> None:
    supplier = cast.supplier
    supplier.follow("Skriv åtgärdsplanen")
    supplier.write("Vad ska ni göra?", measures)
    supplier.write("Vem är ansvarig?", "Inköpschef")
    supplier.write("När är det klart?", due_on)
    if look:
        supplier.look(look)
    supplier.press("Skicka planen")
    supplier.sees("Planen för 1 åtgärd är skickad.")


def answer(cast: Cast, move: str, comment: str = "", *, look: str = "") -> None:
    lead = cast.lead
    lead.start()
    lead.follow("uppföljning har en plan eller något inlämnat att besvara")
    lead.follow(cast.supplier_name)
    lead.follow("Besvara planen")
    lead.choose(move)
    if comment:
        lead.write("Din kommentar", comment)
    if look:
        lead.look(look)
    lead.press("Skicka svaren")
    lead.sees("1 plan är besvarad.")


def deliver(cast: Cast, text: str, *, effective_on: str, look: str = "") -> None:
    supplier = cast.supplier
    to_overview(cast)
    supplier.follow(re.compile("^Åtgärda avvikelsen"))
    supplier.write("Vad har ni gjort?", text)
    supplier.attach("Underlag", "efter.jpg", "image/jpeg", jpeg((640, 420)))
    supplier.write("Avser tiden", effective_on)
    supplier.tick("Allt är gjort och kan verifieras")
    if look:
        supplier.look(look)
    supplier.press("Lämna in")
    supplier.sees("Tack. Det du lämnade in har kommit fram.")
    assert CorrectiveAction.objects.get().state == "delivered"


def to_overview(cast: Cast) -> None:
    """It is open in the supplier's browser since the letter, and says what is new when it is loaded again."""
    back = cast.supplier.page.get_by_role("link", name="Din översikt", exact=True)
    if back.count():
        cast.supplier.follow("Din översikt")
    else:
        cast.supplier.page.reload()
        cast.supplier.check()


def clear(cast: Cast, how: str, *, audit: str = "", look: str = "") -> None:
    lead = cast.lead
    cast.of_supplier(lead)
    to_action(cast)
    lead.sees("efter.jpg")
    lead.follow("Markera som klar")
    lead.choose(how)
    if audit:
        lead.select("Vid vilken återrevision?", audit)
    lead.press("Markera som klar")
    lead.sees("Åtgärdad")
    if look:
        lead.look(look)
    assert CorrectiveAction.objects.get().state == "cleared"


def to_action(cast: Cast) -> None:
    """From the follow-up's page to its only corrective action."""
    cast.lead.page.get_by_role("table", name="Åtgärder").get_by_role("link").first.click()
    cast.lead.sees("Hur långt har åtgärden kommit?")
