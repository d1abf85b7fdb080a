"""The addresses of questions and answers, and what of them could leak: questions of other regions, and who asked."""

from codeofconduct.actions.knowledge import answer_enquiry, register_enquiry
from codeofconduct.enums import Channel
from codeofconduct.models import Enquiry
from regions.models import Region
from tests.guards.rule import POST, SAFE, Rule, page
from tests.guards.world import FOREIGN, MAY_READ, OWN, STAFF, WITH_ROLE, World, canary

WORKING_FOR_REGIONS = WITH_ROLE - STAFF - {"reader"}
CONCERNED = {OWN: STAFF | {"buyer", "regional_coordinator"}, FOREIGN: STAFF}
BY_STAFF = dict.fromkeys((OWN, FOREIGN), STAFF)

RULES: dict[str, Rule] = {
    "codeofconduct:knowledge": page(),
    "codeofconduct:enquiry-ask": Rule(SAFE | POST, see={OWN: WORKING_FOR_REGIONS}),
    "codeofconduct:enquiry-mine": page(WORKING_FOR_REGIONS),
    "codeofconduct:enquiry-register": Rule(SAFE | POST, see={OWN: STAFF}),
    "codeofconduct:enquiry-waiting": page(STAFF),
    "codeofconduct:enquiry-detail": Rule(SAFE, "enquiry", see=CONCERNED),
    "codeofconduct:enquiry-answer": Rule(SAFE | POST, "enquiry", see=CONCERNED, do=BY_STAFF),
    "codeofconduct:enquiry-publish": Rule(SAFE | POST, "enquiry", see=CONCERNED, do=BY_STAFF),
}
# Addresses that take a POST without a page with a form, and those whose GET is no page.
WITHOUT_FORM: set[str] = set()
NO_PAGES: set[str] = set()


def build(world: World) -> None:
    """Per region a question that waits, one answered for itself, and one shared with all but for who asked it."""
    for code in MAY_READ:
        which = {"23": OWN, "12": FOREIGN}.get(code, code)
        word = canary(code)
        world.add("enquiry", which, _ask(world, code, f"Väntar {word}", word).public_id)
        _answer(world, _ask(world, code, f"Besvarad {word}", word), f"Svar {word}", is_shared=False)
        _answer(world, _ask(world, code, "Kan vi kräva spårbarhet?", word), "Ja, så här.", is_shared=True)


def _ask(world: World, code: str, text: str, asker: str) -> Enquiry:
    return register_enquiry(
        by=world.users["secretariat"],
        subject=text,
        question=text,
        region=Region.objects.get(code=code),
        channel=Channel.MAIL,
        asked_by_name=asker,
    )


def _answer(world: World, enquiry: Enquiry, answer: str, *, is_shared: bool) -> None:
    answer_enquiry(
        by=world.users["secretariat"],
        enquiry=enquiry,
        version=enquiry.version,
        subject=enquiry.subject,
        question=enquiry.question,
        answer=answer,
        is_shared=is_shared,
    )
