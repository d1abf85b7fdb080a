"""The lists of findings and corrective actions, saved views, and several rows at once."""

from followups.actions.saved_views import save_view
from followups.enums.lists import ListKey
from tests.guards.rule import NONE, POST, SAFE, Rule, page
from tests.guards.world import FOREIGN, OWN, STAFF, WITH_ROLE, World

COORDINATORS = STAFF | {"area_coordinator"}
WORKERS = WITH_ROLE - {"reader"}
# The buyer's view and the secretary's: each its owner's alone, and only staff share.
OWNED = {OWN: frozenset({"buyer"}), FOREIGN: frozenset({"secretariat"})}


def several(do: frozenset[str], kind: str) -> Rule:
    """A page without an object of its own, and the same with a row ticked."""
    return Rule(SAFE | POST, see={OWN: WITH_ROLE}, do={OWN: do}, query={"chosen": kind})


RULES: dict[str, Rule] = {
    "followups:finding-list": page(),
    "followups:action-list": page(),
    "followups:bulk-assign": several(COORDINATORS, "follow_up"),
    "followups:bulk-share": several(COORDINATORS, "follow_up"),
    "followups:bulk-done": several(WORKERS, "action"),
    "followups:bulk-due": several(WORKERS, "action"),
    "followups:saved-view-list": page(),
    "followups:saved-view-save": Rule(SAFE | POST, extra={"list_key": "findings"}, see={OWN: WITH_ROLE}),
    "followups:saved-view-share": Rule(
        POST, "saved_view", see=OWNED, do={OWN: NONE, FOREIGN: frozenset({"secretariat"})}
    ),
    "followups:saved-view-remove": Rule(POST, "saved_view", see=OWNED),
}
WITHOUT_FORM: set[str] = {"followups:saved-view-share", "followups:saved-view-remove"}
NO_PAGES: set[str] = set()


def build(world: World) -> None:
    """A view of the buyer's and one of the secretariat's."""
    for which, role in ((OWN, "buyer"), (FOREIGN, "secretariat")):
        view = save_view(by=world.users[role], list_key=ListKey.FINDINGS, name=f"Vy {role}", query="status=open")
        world.add("saved_view", which, view.public_id)
