"""The addresses of the money. What each region pays is open to all with a role; only an administrator changes it."""

from datetime import date

from funding.actions.steps import ask_to_reopen, move_year
from funding.actions.years import open_year
from portal import clock
from tests.guards.rule import COMMON, POST, SAFE, Rule, page
from tests.guards.world import FOREIGN, OWN, WITH_ROLE, World

ADMIN = frozenset({"admin"})
SEEN = {OWN: WITH_ROLE}
BY_ADMIN = {OWN: ADMIN}
YEAR = {"year": 2023}
CLOSED = {"year": 2022}
RULES: dict[str, Rule] = {
    "funding:year-list": page(),
    "funding:year-open": Rule(SAFE | POST, see=BY_ADMIN),
    "funding:rate-register": Rule(SAFE | POST, see=BY_ADMIN),
    "funding:year-detail": Rule(SAFE, "year", "year", see=SEEN),
    "funding:year-move": Rule(SAFE | POST, "year", "year", extra={"target": "proposed"}, see=SEEN, do=BY_ADMIN),
    "funding:reopening-confirm": Rule(POST, "reopening", extra=CLOSED, see=SEEN, do=BY_ADMIN),
    "funding:reopening-decline": Rule(POST, "reopening", extra=CLOSED, see=SEEN, do=BY_ADMIN),
    "funding:basis-enter": Rule(
        SAFE | POST, "region", "code", extra=YEAR, see=COMMON, do=dict.fromkeys((OWN, FOREIGN), ADMIN)
    ),
    "funding:report-export": Rule(POST, "year", "year", see=SEEN, do=BY_ADMIN),
    "funding:report-download": Rule(SAFE, "report", extra=YEAR, see=COMMON),
}
# Addresses that take a POST without a page with a form, and those whose GET is no page.
WITHOUT_FORM: set[str] = {"funding:report-export", "funding:reopening-confirm", "funding:reopening-decline"}
NO_PAGES: set[str] = {"funding:report-download"}


def build(world: World) -> None:
    """A closed year beside the open one, and the question whether it may be reopened."""
    by = world.users["admin"]
    closed = open_year(by=by, year=2022, ore_per_inhabitant=50, rate_source="RS/29/2022", basis_date=date(2021, 12, 31))
    for target in ("proposed", "decided", "closed"):
        move_year(by=by, funding_year=closed, target=target, taken_on=clock.today())
    reopening = ask_to_reopen(by=by, funding_year=closed, reason="En faktura rättades.")
    world.add("reopening", OWN, reopening.public_id)
