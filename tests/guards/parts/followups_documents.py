"""Documents of a follow-up: whoever sees it has them made, as they may see it."""

from tests.guards.rule import CONCERNED, POST, Rule
from tests.guards.world import World

RULES: dict[str, Rule] = {
    "followups:document-order": Rule(
        POST, "follow_up", extra={"document": "audit-report", "language": "sv"}, see=CONCERNED
    ),
}
WITHOUT_FORM: set[str] = {"followups:document-order"}
NO_PAGES: set[str] = set()


def build(world: World) -> None:
    """Nothing: the world's follow-ups are there."""
