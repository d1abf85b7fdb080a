"""The addresses of suppliers, and what of them could leak."""

from tests.guards.rule import COMMON, POST, SAFE, Rule, page
from tests.guards.world import OWN, WITH_ROLE, World

RULES: dict[str, Rule] = {
    "codeofconduct:supplier-list": page(),
    "codeofconduct:supplier-register": Rule(SAFE | POST, see={OWN: WITH_ROLE - {"reader"}}),
    "codeofconduct:supplier-detail": Rule(SAFE, "supplier", see=COMMON),
}
# Addresses that take a POST without a page with a form, and those whose GET is no page.
WITHOUT_FORM: set[str] = set()
NO_PAGES: set[str] = set()


def build(world: World) -> None:
    """Adds to `world.objects` what the addresses take, each region's texts marked with its canary."""
