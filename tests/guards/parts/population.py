"""The regions' population: read by all with a role, brought by the secretariat."""

from portal import clock
from portal.files.checks import Upload
from portal.history.models import SystemActor
from regions.actions import bring_population
from tests.guards.rule import POST, SAFE, Rule, page
from tests.guards.world import OWN, STAFF, WITH_ROLE, World
from tests.regions import scb_files

FORM = SAFE | POST
RULES: dict[str, Rule] = {
    "regions:population-list": page(WITH_ROLE),
    "regions:population-bring": Rule(FORM, see={OWN: WITH_ROLE}, do={OWN: STAFF}),
    # Off without an address in the settings.
    "regions:population-fetch": Rule(FORM, see={OWN: WITH_ROLE}, do={OWN: STAFF}, fine=frozenset({404})),
    "regions:population-file": Rule(FORM, "population_file", see={OWN: STAFF}),
    "regions:population-download": Rule(SAFE, "population_file", see={OWN: STAFF}),
}
WITHOUT_FORM = {"regions:population-fetch"}
NO_PAGES = {"regions:population-download", "regions:population-fetch"}


def build(world: World) -> None:
    """A file that adds a year."""
    brought = bring_population(
        by=SystemActor("world"),
        upload=Upload("folkmangd.csv", "text/csv", scb_files.csv(years=(2022,))),
        counted_on="december",
        retrieved_on=clock.today(),
        table_id="BE0101/BefolkningNy",
    )
    world.add("population_file", OWN, brought.public_id)
