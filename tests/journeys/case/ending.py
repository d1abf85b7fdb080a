"""What a follow-up leads to: the step that is recommended and decided, its end, and the summary that anyone can read."""

import re
from xml.etree import ElementTree

from followups.models import FollowUp, SanctionDecision, SummaryEdition
from tests.journeys.case.beginning import CONTACT, LEAD, SECOND
from tests.journeys.case.people import PRIVATE, Cast, Person

ATOM = "{http://www.w3.org/2005/Atom}"


def recommend(cast: Cast, step: str, reason: str, *, by: str) -> None:
    secretariat = cast.secretariat
    cast.of_supplier(secretariat)
    secretariat.follow("Rekommendera ett steg")
    secretariat.choose(step)
    secretariat.write("Skäl", reason)
    secretariat.write("Beslut önskas senast", by)
    secretariat.press("Rekommendera steget")
    secretariat.sees("Steget är rekommenderat. Regionerna som har avtalen beslutar.")


def decide(cast: Cast, *, lead: str, second: str, look: str = "") -> None:
    """Each region for its own contract, and neither reads the other's reason."""
    for person, region, step, reason in (
        (cast.lead, LEAD, lead, f"Efter samråd med juristerna: {PRIVATE}."),
        (cast.second, SECOND, second, "Vi tar upp det på avtalsmötet i juni."),
    ):
        cast.of_supplier(person)
        person.follow(re.compile(rf"^Besluta\b.*{region}"))
        person.choose(step)
        person.write("Skäl", reason)
        if look:
            person.look(f"{look}-{'lead' if person is cast.lead else 'second'}")
        person.press("Registrera beslutet")
        person.sees("Beslutet är registrerat.")
        person.sees(reason)
    cast.of_supplier(cast.lead)
    cast.lead.does_not_see("Vi tar upp det på avtalsmötet i juni.")
    cast.of_supplier(cast.secretariat)
    cast.secretariat.sees("Vi tar upp det på avtalsmötet i juni.")
    cast.secretariat.sees(PRIVATE)
    decided = SanctionDecision.objects.values_list("region__name", "remedy")
    assert {region for region, _remedy in decided} == {LEAD, SECOND}


def move(cast: Cast, state: str, reason: str = "") -> FollowUp:
    secretariat = cast.secretariat
    cast.of_supplier(secretariat)
    secretariat.follow("Ändra läget")
    secretariat.page.get_by_role("radio", name=re.compile(f"^{state}")).check()
    if reason:
        secretariat.write("Skäl", reason)
    secretariat.press("Ändra läget")
    secretariat.sees(f"Uppföljningens läge är nu: {state.lower()}.")
    return FollowUp.objects.get()


def draft(cast: Cast, *, hidden: str, look: str = "") -> None:
    """Drafted from the case without the hidden name; one that slips in is marked, and keeps it from being published."""
    secretariat = cast.secretariat
    cast.of_supplier(secretariat)
    secretariat.follow("Sammanfattningen")
    secretariat.press("Gör ett utkast")
    text = secretariat.labelled("Text på svenska").input_value()
    assert hidden not in text
    secretariat.write("Text på svenska", f"{text}\n\nRevisionen gjordes vid {hidden}.")
    secretariat.press("Spara")
    secretariat.sees("Sammanfattningen är sparad.")
    secretariat.sees("De här namnen får inte bli offentliga. Skriv texten utan dem.")
    preview = secretariat.page.get_by_role("article", name="Svensk text")
    assert preview.locator("mark").inner_text() == hidden
    if look:
        secretariat.look(f"{look}-masking")
    secretariat.follow("Redigera texterna")
    secretariat.write("Text på svenska", text)
    secretariat.press("Spara")
    secretariat.does_not_see(hidden)


def check_facts(cast: Cast, *, comment: str, look: str = "") -> None:
    secretariat, supplier = cast.secretariat, cast.supplier
    secretariat.follow("Låt leverantören faktagranska")
    assert secretariat.labelled("Namn").input_value() == CONTACT
    secretariat.press("Skicka texten")
    secretariat.sees(f"Texten är på väg till {CONTACT}")

    assert "Öppna länken i det andra brevet" in cast.post.letter(supplier.email, "faktagranska innan vi publicerar")
    supplier.open_letter(cast.post.letter(supplier.email, "din länk till regionernas uppföljning"))
    supplier.follow("Läs texten och svara")
    if look:
        supplier.look(f"{look}-fact-check")
    supplier.choose("Ja, uppgifterna stämmer")
    supplier.write("Vad som är fel, eller vad du vill tillägga", comment)
    supplier.press("Skicka svaret")
    supplier.sees("Du har svarat att uppgifterna stämmer.")


def publish(cast: Cast, *, comment: str, look: str = "") -> SummaryEdition:
    secretariat = cast.secretariat
    cast.of_supplier(secretariat)
    secretariat.follow("Sammanfattningen")
    secretariat.sees("Sammanfattningen kan publiceras.")
    secretariat.follow("Publicera")
    secretariat.tick("Publicera leverantörens kommentar bredvid texten")
    secretariat.sees(comment)
    if look:
        secretariat.look(f"{look}-publish")
    secretariat.press("Publicera")
    secretariat.sees("Sammanfattningen är publicerad. Dess pdf-filer görs nu.")
    if look:
        secretariat.look(f"{look}-published")
    return SummaryEdition.objects.get()


def read(cast: Cast, *, light: str, comment: str, look: str = "") -> None:
    """A visitor without an account: Swedish, English, the PDF and the feed."""
    visitor = cast.visitor
    visitor.start()
    visitor.follow("Läs publicerade resultat, utan att logga in")
    if look:
        visitor.look(f"{look}-public-list")
    visitor.follow(cast.supplier_name)
    visitor.sees(light)
    visitor.sees(comment)
    visitor.sees("Vad som hittades")
    if look:
        visitor.look(f"{look}-public-sv")
    _read_pdf(visitor)
    visitor.follow("English")
    visitor.sees("What was found")
    if look:
        visitor.look(f"{look}-public-en")
    visitor.follow("Svenska")
    visitor.sees("Vad som hittades")
    visitor.follow("Resultat av uppföljningar")
    visitor.sees("Vad hittade regionerna hos sina leverantörer?")
    feed = visitor.page.get_by_role("link", name=re.compile("Atom")).get_attribute("href")
    answer = visitor.page.request.get(f"{visitor.home}{feed}")
    entries = ElementTree.fromstring(answer.body()).findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [f"{cast.supplier_name} · Kirurgiska instrument"]
    assert PRIVATE not in answer.text()


def _read_pdf(visitor: Person) -> None:
    """It is made by the worker after publishing."""
    link = visitor.page.get_by_role("link", name="Sammanfattningen som pdf")
    for _look in range(30):
        if link.count():
            break
        visitor.page.wait_for_timeout(1_000)
        visitor.page.reload()
    answer = visitor.page.request.get(f"{visitor.home}{link.get_attribute('href')}")
    assert (answer.status, answer.body()[:4]) == (200, b"%PDF")
