"""The addresses of access links: given by those who work in a follow-up, opened by those outside."""

from followups.actions.links import issue_link
from followups.enums.links import Holder
from followups.models import FollowUp
from portal.history.models import SystemActor
from tests.guards.rule import ALL, CONCERNED, POST, SAFE, WORK, Rule, outside
from tests.guards.world import FOREIGN, OWN, REGION_OF, World, canary

RULES: dict[str, Rule] = {
    "followups:link-add": Rule(SAFE | POST, "follow_up", see=CONCERNED, do=WORK),
    "followups:link-resend": Rule(POST, "given", see=CONCERNED, do=WORK),
    "followups:link-revoke": Rule(POST, "given", see=CONCERNED, do=WORK),
    "followups:link-open": Rule(
        SAFE | POST, extra={"key": "x" * 43}, see={OWN: ALL}, public=True, fine=frozenset({410})
    ),
    "followups:link-mail": Rule(SAFE | POST, see={OWN: ALL}, public=True),
    "followups:outside-start": outside(),
}
WITHOUT_FORM: set[str] = {"followups:link-resend", "followups:link-revoke", "followups:link-open"}
NO_PAGES: set[str] = {"followups:link-open"}


def build(world: World) -> None:
    """A supplier's link in each region's follow-up."""
    for which in (OWN, FOREIGN):
        link = issue_link(
            by=SystemActor("world"),
            holder=Holder.SUPPLIER,
            name=f"Kontakt {canary(REGION_OF[which])}",
            email=f"{which}@leverantor.example",
            language="sv",
            follow_up=FollowUp.objects.get(public_id=world.objects["follow_up"][which]),
        )
        world.add("given", which, link.public_id)
