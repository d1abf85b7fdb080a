"""The addresses of requirement sets. Proposals are common to all who work for a region: no canary stands in them."""

from codeofconduct.actions.requirements import (
    add_topic,
    adopt_variant,
    begin_requirement_set,
    comment_on_variant,
    propose_variant,
)
from codeofconduct.enums import Area, Level
from codeofconduct.models import PurchaseCategory
from codeofconduct.wording import Wording
from regions.models import Region
from tests.guards.rule import COMMON, NONE, POST, SAFE, Rule, page
from tests.guards.world import FOREIGN, OWN, REGION_OF, STAFF, WITH_ROLE, World

WORKING = WITH_ROLE - {"reader"}
PROPOSALS = dict.fromkeys((OWN, FOREIGN), WORKING)
BY_STAFF = dict.fromkeys((OWN, FOREIGN), STAFF)
BY_REGIONS = dict.fromkeys((OWN, FOREIGN), WORKING)

RULES: dict[str, Rule] = {
    "codeofconduct:requirement-set-list": page(),
    "codeofconduct:harmonisation": page(),
    "codeofconduct:requirement-set-create": Rule(SAFE | POST, see={OWN: STAFF}),
    "codeofconduct:requirement-set-detail": Rule(SAFE, "requirement_set", see=COMMON),
    "codeofconduct:requirement-set-export": Rule(SAFE, "requirement_set", see=COMMON),
    "codeofconduct:requirement-set-download": Rule(SAFE, "requirement_set", see=COMMON),
    "codeofconduct:requirement-topic-add": Rule(SAFE | POST, "requirement_set", see=COMMON, do=BY_STAFF),
    "codeofconduct:requirement-topic-detail": Rule(SAFE, "requirement_topic", see=COMMON),
    "codeofconduct:requirement-topic-edit": Rule(SAFE | POST, "requirement_topic", see=COMMON, do=BY_STAFF),
    "codeofconduct:variant-propose": Rule(SAFE | POST, "requirement_topic", see=COMMON, do=BY_REGIONS),
    "codeofconduct:variant-edit": Rule(
        SAFE | POST,
        "proposal",
        see=PROPOSALS,
        do={OWN: frozenset({"buyer", "regional_coordinator", "area_coordinator"}), FOREIGN: NONE},
    ),
    "codeofconduct:variant-comment": Rule(SAFE | POST, "proposal", see=PROPOSALS, do=BY_REGIONS),
    "codeofconduct:variant-adopt": Rule(SAFE | POST, "proposal", see=PROPOSALS, do=BY_STAFF),
    "codeofconduct:variant-decline": Rule(SAFE | POST, "proposal", see=PROPOSALS, do=BY_STAFF),
}
# Addresses that take a POST without a page with a form, and those whose GET is no page.
WITHOUT_FORM: set[str] = set()
NO_PAGES: set[str] = {"codeofconduct:requirement-set-download"}


def build(world: World) -> None:
    """Adds to `world.objects` what the addresses take: in each set an adopted variant and a region's proposal."""
    by = world.users["secretariat"]
    for which, category in ((OWN, "Kirurgiska instrument"), (FOREIGN, "Livsmedel")):
        begun = begin_requirement_set(by=by, category=PurchaseCategory.objects.get(name=category))
        topic = add_topic(by=by, requirement_set=begun, title_sv="Spårbarhet", title_en="Traceability")
        wording = Wording(Level.BASIC, "Leverantören känner sin kedja.", "Kartan visas upp.", Area.HUMAN_RIGHTS)
        adopted = propose_variant(by=by, topic=topic, region=None, wording=wording)
        adopt_variant(by=by, requirement=adopted, version=adopted.version, note="Beslutat på mötet.")
        region = Region.objects.get(code=REGION_OF[which])
        wording = Wording(Level.BASIC, "Leverantören visar hela sin kedja.", "Kartan bifogas.", Area.HUMAN_RIGHTS)
        proposal = propose_variant(by=by, topic=topic, region=region, wording=wording)
        comment_on_variant(by=by, requirement=proposal, region=None, text="Bra förslag.")
        world.add("requirement_set", which, begun.public_id)
        world.add("requirement_topic", which, topic.public_id)
        world.add("proposal", which, proposal.public_id)
