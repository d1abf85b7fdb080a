"""The addresses of files that go in and out, and what of them could leak."""

from portal.exchange.enums import RunState
from portal.exchange.models import ImportRun
from portal.files.actions import store_file
from portal.history.models import actor_of
from tests.guards.rule import POST, SAFE, Rule, page
from tests.guards.world import FOREIGN, MISSING, OWN, REGION_OF, STAFF, WITH_ROLE, World, canary

ADMIN = frozenset({"admin"})
# Contracts are the own kind, users the foreign one.
SEE_KIND = {OWN: WITH_ROLE - {"reader"}, FOREIGN: ADMIN}
DO_IMPORT = {OWN: STAFF | {"buyer", "neighbour", "regional_coordinator"}, FOREIGN: ADMIN}
SEE_RUN = {OWN: frozenset({"buyer", "admin"}), FOREIGN: STAFF}
DO_RUN = {OWN: frozenset({"buyer"}), FOREIGN: frozenset({"secretariat"})}
RULES: dict[str, Rule] = {
    "exchange:home": page(),
    "exchange:file-import": Rule(SAFE | POST, "exchange_kind", "kind", see=SEE_KIND, do=DO_IMPORT),
    "exchange:template": Rule(SAFE, "exchange_kind", "kind", extra={"form": "xlsx"}, see=SEE_KIND, do=DO_IMPORT),
    "exchange:file-export": Rule(SAFE | POST, "exchange_kind", "kind", see=SEE_KIND),
    "exchange:run-show": Rule(SAFE, "run", see=SEE_RUN),
    "exchange:run-progress": Rule(SAFE, "run", see=SEE_RUN),
    "exchange:run-report": Rule(SAFE, "run", see=SEE_RUN),
    "exchange:run-confirm": Rule(POST, "run", see=SEE_RUN, do=DO_RUN),
    "exchange:run-check": Rule(POST, "run", see=SEE_RUN, do=DO_RUN),
}
# Addresses that take a POST without a page with a form, and those whose GET is no page.
WITHOUT_FORM: set[str] = {"exchange:run-confirm", "exchange:run-check"}
NO_PAGES: set[str] = {"exchange:template", "exchange:run-progress", "exchange:run-report"}


def build(world: World) -> None:
    """A file of contracts that the buyer brought, and one of the secretariat's: checked, with a change each."""
    world.objects["exchange_kind"] = {OWN: "contracts", FOREIGN: "users", MISSING: "nothing"}
    for which, role in ((OWN, "buyer"), (FOREIGN, "secretariat")):
        user, word = world.users[role], canary(REGION_OF[which])
        stored = store_file(by=user, name=f"{word}.csv", content=b"Titel", media_type="text/csv")
        field = {"heading": "Titel", "old": f"Avtal {word}", "new": "Avtal"}
        run = ImportRun.objects.create(
            created_by=actor_of(user),
            kind="contracts",
            file=stored,
            report=stored,
            language="sv",
            state=RunState.READY,
            row_count=1,
            changed_count=1,
            details={"changes": [{"row": 2, "is_new": False, "name": f"Avtal {word}", "fields": [field]}]},
            digest="0" * 64,
        )
        world.add("run", which, run.public_id)
