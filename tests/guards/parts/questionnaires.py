"""The addresses of questionnaires, and what of them could leak."""

from tests.guards.rule import Rule
from tests.guards.world import World

RULES: dict[str, Rule] = {}
# Addresses that take a POST without a page with a form, and those whose GET is no page.
WITHOUT_FORM: set[str] = set()
NO_PAGES: set[str] = set()


def build(world: World) -> None:
    """Adds to `world.objects` what the addresses take, each region's texts marked with its canary."""
