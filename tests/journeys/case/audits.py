"""An audit from its order to its approval: the secretariat orders, the auditor works by a link, the region approves."""

import re

from playwright.sync_api import expect

from followups.models import Audit
from tests.files.samples import jpeg
from tests.journeys.case.people import Cast

AUDITOR = "Rita Revisor"


def order(cast: Cast, *, kind: str = "Kontorsrevision", follows: str = "", on: str, looks: bool = False) -> Audit:
    """Ordered and booked; the auditor has the letter."""
    secretariat = cast.secretariat
    cast.of_supplier(secretariat)
    secretariat.follow("Avropa en revision")
    secretariat.choose(kind)
    if follows:
        secretariat.select("Vilken revision följer den upp?", follows)
    secretariat.choose("Tillbörlig aktsamhet")
    secretariat.write("Pris i kronor, exkl. moms", "45 000")
    secretariat.press("Avropa revisionen")
    secretariat.sees("Revisionen är avropad. Boka den nu.")
    secretariat.sees("45 000 kr")
    secretariat.follow("Boka revisionen")
    secretariat.write("Datum", on)
    secretariat.write("Börjar kl.", "09:30")
    secretariat.write("Plats eller mötets adress", "Verkstadsgatan 4, Östersund")
    secretariat.write("Dagordning", "Policy och ansvar.\nKlagomål.\nRundvandring.")
    secretariat.write("Revisor", AUDITOR)
    secretariat.write("Revisorns e-post", cast.auditor.email)
    if looks:
        secretariat.look("audit-book")
    secretariat.press("Boka revisionen")
    secretariat.sees("Revisionen är bokad.")
    if looks:
        secretariat.look("audit-booked")
    return Audit.objects.latest("number")


def arrive(cast: Cast, audit: str) -> None:
    """The auditor opens the own link and the audit."""
    cast.auditor.open_letter(cast.post.letter(cast.auditor.email, "din länk som revisor"))
    cast.auditor.follow(audit)
    cast.auditor.sees(f"{audit} – vad ser du?")


def judge(cast: Cast, judgements: dict[int, str], notes: dict[int, str] | None = None) -> None:
    """All requirements from the first on; `judgements` by number, "Uppfyllt" for the others."""
    auditor = cast.auditor
    auditor.follow(re.compile(r"^1\. "))
    number = 1
    while True:
        auditor.choose(judgements.get(number, "Uppfyllt"))
        auditor.write("Din anteckning", (notes or {}).get(number, ""))
        following = auditor.page.get_by_role("button", name="Spara, och till nästa")
        if not following.count():
            break
        auditor.press("Spara, och till nästa")
        number += 1
        auditor.sees(f"Krav {number} av")
    auditor.press("Spara")
    auditor.sees(re.compile("– vad ser du"))


def find(cast: Cast, *, text: str, requirement: int, severe: str = "", photo: bool = False, look: str = "") -> None:
    auditor = cast.auditor
    auditor.follow("Skriv en iakttagelse")
    auditor.write("Vad har du iakttagit?", text)
    if photo:
        with auditor.page.expect_response(lambda answer: answer.request.method == "POST"):
            auditor.attach("Ta ett foto", "IMG_0412.jpg", "image/jpeg", jpeg((640, 420)))
        expect(auditor.page.get_by_role("link", name=re.compile("IMG_0412"))).to_be_visible()
    auditor.choose("Allvarlig avvikelse" if severe else "Avvikelse")
    if severe:
        auditor.select("Typ av allvarlig avvikelse", severe)
    options = auditor.labelled("Krav").locator("option").all_inner_texts()
    auditor.select("Krav", next(option for option in options if option.startswith(f"{requirement}. ")))
    auditor.choose("Bidrar till")
    if look:
        auditor.look(look)
    auditor.press("Skicka in iakttagelsen")
    auditor.sees("Iakttagelsen är inskickad.")


def hand_in(cast: Cast, *, look: str = "") -> None:
    auditor = cast.auditor
    auditor.follow("Lägg till en roll")
    auditor.write("Roll", "Skyddsombud")
    auditor.press("Spara")
    auditor.sees("Rollen är noterad.")
    if look:
        auditor.look(look)
    auditor.follow("Lämna in revisionen")
    auditor.press("Lämna in revisionen")
    auditor.sees("Revisionen är inlämnad. Tack!")


def approve(cast: Cast, audit: str, *, look: str = "") -> None:
    lead = cast.lead
    cast.of_supplier(lead)
    lead.follow(audit)
    if look:
        lead.look(look)
    lead.press("Godkänn revisionen")
    lead.sees("Revisionen är godkänd.")
    assert Audit.objects.latest("number").approved_at is not None
