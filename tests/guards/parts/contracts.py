"""The addresses of contracts, and what of them could leak."""

from tests.guards.rule import COMMON, POST, SAFE, Rule
from tests.guards.world import FOREIGN, OWN, WITH_ROLE, World

RULES: dict[str, Rule] = {
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
    """Adds to `world.objects` what the addresses take, each region's texts marked with its canary."""
