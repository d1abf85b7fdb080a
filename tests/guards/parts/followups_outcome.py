"""The addresses of lights set by hand, recommendations, decisions, summaries, and what anyone reads of them."""

from datetime import date, timedelta
from uuid import uuid4

from codeofconduct.actions.chain import add_facility, link_facility
from codeofconduct.actions.contracts import register_contract
from codeofconduct.actions.suppliers import register_supplier
from codeofconduct.enums import Stage
from codeofconduct.models import ClauseVersion, PurchaseCategory
from followups.actions.follow_ups import move_follow_up, open_follow_up
from followups.actions.light import override_light
from followups.actions.sanctions import decide_sanction, recommend
from followups.actions.summaries import ask_for_check, draft_summary, edit_summary, keep_pdf, publish_summary
from followups.enums.follow_ups import TRANSITIONS, Colour, State
from followups.enums.outcome import Remedy
from followups.models import FollowUp, Summary
from portal import clock
from portal.files.actions import store_file
from portal.history.models import SystemActor
from regions.models import Region
from tests.guards.rule import ALL, CONCERNED, COORDINATE, NONE, POST, SAFE, WORK, Rule, outside
from tests.guards.world import FOREIGN, OWN, REGION_OF, STAFF, World, canary

BY_STAFF = {OWN: STAFF, FOREIGN: STAFF}
# Each for the own region; nobody of the cast works for 12.
DECIDE = {OWN: frozenset({"buyer", "regional_coordinator"}), FOREIGN: NONE}
SWEDISH = {"language": "sv"}


def public(kind: str = "", **extra: str) -> Rule:
    """Read by anyone; `kind` has no foreign object: what is published is everyone's."""
    return Rule(SAFE, kind, extra=extra, see={OWN: ALL}, public=True)


RULES: dict[str, Rule] = {
    "followups:light-override": Rule(SAFE | POST, "follow_up", see=CONCERNED, do=COORDINATE),
    "followups:light-withdraw": Rule(SAFE | POST, "follow_up", see=CONCERNED, do=COORDINATE),
    "followups:recommendation-make": Rule(SAFE | POST, "follow_up", see=CONCERNED, do=BY_STAFF),
    "followups:recommendation-withdraw": Rule(SAFE | POST, "recommendation", see=CONCERNED, do=BY_STAFF),
    "followups:decision-make": Rule(SAFE | POST, "decided", extra={"code": "23"}, see={OWN: CONCERNED[OWN]}, do=DECIDE),
    "followups:summary-detail": Rule(SAFE, "follow_up", see=WORK),
    "followups:summary-draft": Rule(POST, "follow_up", see=WORK),
    "followups:summary-edit": Rule(SAFE | POST, "follow_up", see=WORK),
    "followups:summary-check": Rule(SAFE | POST, "follow_up", see=WORK),
    "followups:summary-answer": Rule(SAFE | POST, "follow_up", see=WORK),
    "followups:summary-publish": Rule(SAFE | POST, "follow_up", see=WORK, do=BY_STAFF),
    "followups:summary-withdraw": Rule(SAFE | POST, "published_of", see={OWN: STAFF}),
    "followups:outside-fact-check": outside("check", methods=SAFE | POST, link="check_link"),
    "published:result-start": public(),
    "published:result-list": public(language="sv"),
    "published:result-category": public("published_category", language="sv"),
    "published:result-detail": public("published", language="sv"),
    "published:result-pdf": public("published", language="sv"),
    "published:result-data": public(language="sv"),
    "published:result-feed": public(language="sv"),
    "published:result-csv": public(),
    "published:result-json": public(),
}
WITHOUT_FORM: set[str] = {"followups:summary-draft"}
NO_PAGES: set[str] = {
    "followups:summary-draft",
    "published:result-start",
    "published:result-pdf",
    "published:result-feed",
    "published:result-csv",
    "published:result-json",
}


def build(world: World) -> None:
    """In each region's follow-up a light set by hand, a recommendation, a decision and a draft; one summary is public."""
    by = SystemActor("world")
    for which in (OWN, FOREIGN):
        _led_to(by, world, which)
    _publish(by, world)


def _led_to(by: SystemActor, world: World, which: str) -> None:
    word = canary(REGION_OF[which])
    follow_up = FollowUp.objects.get(public_id=world.objects["follow_up"][which])
    participation = follow_up.participations.select_related("contract__region").get()
    override_light(by=by, follow_up=follow_up, colour=Colour.RED, reason=f"Skäl {word}")
    made = recommend(
        by=by,
        follow_up=follow_up,
        submission=uuid4(),
        remedy=Remedy.DIALOGUE,
        reason=f"Skäl {word}",
        decide_by_on=clock.today(),
    )
    decide_sanction(
        by=by,
        follow_up=follow_up,
        contract=participation.contract,
        region=participation.contract.region,
        submission=uuid4(),
        seen="",
        remedy=Remedy.DIALOGUE,
        reason=f"Beslut {word}",
        from_on=clock.today(),
    )
    summary = draft_summary(by=by, follow_up=follow_up)
    texts = {"text_sv": f"Utkast {word}", "text_en": f"Draft {word}"}
    summary = edit_summary(by=by, summary=summary, version=summary.version, **texts)
    check = ask_for_check(
        by=by,
        summary=summary,
        submission=uuid4(),
        name="Kontakt",
        email=f"granskar-{which}@leverantor.example",
        language="sv",
        due_on=clock.today() + timedelta(days=14),
    )
    world.add("recommendation", which, made.public_id)
    world.add("decided", which, participation.public_id)
    world.add("check", which, check.public_id)
    world.add("check_link", which, check.link.public_id)


def _publish(by: SystemActor, world: World) -> None:
    """Of a supplier whose chain holds a canary of each region; nothing of it may get out."""
    supplier = register_supplier(by=by, name="Öppen Leverantör AB")
    category, clause = PurchaseCategory.objects.get(name="Läkemedel"), ClauseVersion.objects.get(name="2023")
    contracts = []
    for code in ("23", "12"):
        contract = register_contract(
            by=by,
            region=Region.objects.get(code=code),
            supplier=supplier,
            title=f"Avtal {canary(code)}",
            clause_version=clause,
            categories=[category],
            starts_on=date(2024, 1, 1),
            ends_on=date(2040, 1, 1),
        )
        site = add_facility(
            by=by, supplier=supplier, name=f"Verket {canary(code)}", country="CN", stage=Stage.PROCESSING
        )
        link_facility(by=by, contract=contract, facility=site, tier=1, stage=Stage.PROCESSING, product="Ämne")
        contracts.append(contract)
    follow_up = open_follow_up(
        by=by,
        submission=uuid4(),
        supplier=supplier,
        category=category,
        clause_version=clause,
        lead_region=Region.objects.get(code="12"),
        contracts=contracts,
    )
    for source, target in ((State.PLANNED, State.AUDITED), (State.AUDITED, State.CLOSED)):
        move_follow_up(by=by, follow_up=follow_up, transition=TRANSITIONS[source, target], reason="Skäl")
    summary = draft_summary(by=by, follow_up=follow_up)
    summary.fact_checks.create(
        text_sv="", text_en="", due_on=clock.today() - timedelta(days=1), created_by=summary.created_by
    )
    edition = publish_summary(by=by, summary=summary, version=summary.version)
    stored = store_file(by=by, name="s.pdf", content=b"%PDF", media_type="application/pdf")
    keep_pdf(by=by, edition=edition, language="sv", stored=stored)
    world.add("published", OWN, Summary.objects.get(pk=summary.pk).public_id)
    world.add("published_of", OWN, follow_up.public_id)
    world.add("published_category", OWN, category.public_id)
