"""The addresses of facilities and chains, and what of them could leak."""

from codeofconduct.actions.chain import add_facility, link_facility
from codeofconduct.models import Contract, Supplier
from portal.history.models import SystemActor
from tests.guards.parts.suppliers import CONTRIBUTORS
from tests.guards.rule import COMMON, CONCERNED, POST, SAFE, Rule, page
from tests.guards.world import FOREIGN, OWN, REGION_OF, STAFF, World, canary

KEEPERS = {OWN: STAFF | {"buyer", "regional_coordinator"}, FOREIGN: STAFF}
RULES: dict[str, Rule] = {
    "codeofconduct:supplier-chain": Rule(SAFE, "supplier", see=COMMON),
    "codeofconduct:facility-list": page(),
    "codeofconduct:facility-detail": Rule(SAFE, "facility", see=CONCERNED),
    "codeofconduct:facility-edit": Rule(SAFE | POST, "facility", see=CONCERNED, do=KEEPERS),
    "codeofconduct:facility-add": Rule(SAFE | POST, "supplier", see=COMMON, do=CONTRIBUTORS),
    "codeofconduct:link-add": Rule(SAFE | POST, "contract", see=CONCERNED, do=KEEPERS),
    "codeofconduct:link-edit": Rule(SAFE | POST, "supply_link", see=CONCERNED, do=KEEPERS),
    "codeofconduct:link-remove": Rule(POST, "supply_link", see=CONCERNED, do=KEEPERS),
}
# Addresses that take a POST without a page with a form, and those whose GET is no page.
WITHOUT_FORM: set[str] = {"codeofconduct:link-remove"}
NO_PAGES: set[str] = set()


def build(world: World) -> None:
    """A confidential facility of each region's supplier that serves the region's contract."""
    by = SystemActor("world")
    for code in ("23", "25", "12"):
        word = canary(code)
        facility = add_facility(
            by=by,
            supplier=Supplier.objects.get(name=f"Leverantör {code} AB"),
            name=f"Fabrik {word}",
            country="CN",
            city=f"Stad {word}",
            stage="final_manufacture",
        )
        contract = Contract.objects.get(title=f"Avtal {word}")
        link = link_facility(
            by=by, contract=contract, facility=facility, tier=1, stage=facility.stage, product=f"Vara {word}"
        )
        which = {there: each for each, there in REGION_OF.items()}.get(code, code)
        world.add("facility", which, facility.public_id)
        world.add("supply_link", which, link.public_id)
