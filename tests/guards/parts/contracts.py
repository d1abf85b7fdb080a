"""The addresses of contracts, and what of them could leak."""

from codeofconduct.models import Contract
from tests.guards.rule import COMMON, CONCERNED, POST, SAFE, Rule, page
from tests.guards.world import FOREIGN, OWN, REGION_OF, STAFF, WITH_ROLE, World, canary

KEEPERS = {OWN: STAFF | {"buyer", "regional_coordinator"}, FOREIGN: STAFF}
RULES: dict[str, Rule] = {
    "codeofconduct:contract-list": page(WITH_ROLE - {"reader"}),
    "codeofconduct:contracting-body-list": Rule(SAFE | POST, see={OWN: STAFF}),
    "codeofconduct:contract-detail": Rule(SAFE, "contract", see=CONCERNED),
    "codeofconduct:contract-edit": Rule(SAFE | POST, "contract", see=CONCERNED, do=KEEPERS),
    "codeofconduct:contract-parameters": Rule(SAFE | POST, "contract", see=CONCERNED, do=KEEPERS),
    "codeofconduct:contract-register": Rule(
        SAFE | POST,
        "supplier",
        see=COMMON,
        do=dict.fromkeys((OWN, FOREIGN), WITH_ROLE - {"reader", "area_coordinator"}),
    ),
}
# Addresses that take a POST without a page with a form, and those whose GET is no page.
WITHOUT_FORM: set[str] = set()
NO_PAGES: set[str] = set()


def build(world: World) -> None:
    """The contract that each region's follow-up is about."""
    for which, code in REGION_OF.items():
        world.add("contract", which, Contract.objects.get(title=f"Avtal {canary(code)}").public_id)
