"""The addresses of purchase categories, CPV codes and priority periods. The tree is common: nothing of a region stands in it."""

from datetime import date

from codeofconduct.actions.categories import open_period, prioritise
from codeofconduct.models import CpvCode, PriorityPeriod, PurchaseCategory
from portal.history.models import SystemActor
from tests.guards.rule import COMMON, NONE, POST, SAFE, Rule, page
from tests.guards.world import FOREIGN, OWN, STAFF, WITH_ROLE, World

BY_STAFF = {OWN: STAFF, FOREIGN: STAFF}
# Of a period that has begun or is to come the staff keep the list; that of one that has ended nobody changes.
UNTIL_ITS_END = {OWN: STAFF, FOREIGN: NONE}
RULES: dict[str, Rule] = {
    "codeofconduct:category-list": page(),
    "codeofconduct:category-add": Rule(SAFE | POST, see={OWN: WITH_ROLE}, do={OWN: STAFF}),
    "codeofconduct:category-detail": Rule(SAFE, "category", see=COMMON),
    "codeofconduct:category-history": Rule(SAFE, "category", see=COMMON),
    "codeofconduct:category-edit": Rule(SAFE | POST, "category", see=COMMON, do=BY_STAFF),
    "codeofconduct:category-owner": Rule(SAFE | POST, "category", see=COMMON, do=BY_STAFF),
    "codeofconduct:category-owner-undo": Rule(POST, "category", see=COMMON, do=BY_STAFF),
    "codeofconduct:category-cpv": Rule(SAFE | POST, "category", see=COMMON, do=BY_STAFF),
    "codeofconduct:category-cpv-remove": Rule(POST, "category", see=COMMON, do=BY_STAFF),
    "codeofconduct:cpv-list": page(),
    "codeofconduct:period-list": page(),
    "codeofconduct:period-add": Rule(SAFE | POST, see={OWN: WITH_ROLE}, do={OWN: STAFF}),
    "codeofconduct:period-detail": Rule(SAFE, "period", see=COMMON),
    "codeofconduct:period-discard": Rule(POST, "period", see=COMMON, do=UNTIL_ITS_END),
    "codeofconduct:period-prioritise": Rule(SAFE | POST, "period", see=COMMON, do=UNTIL_ITS_END),
    "codeofconduct:period-withdraw": Rule(
        SAFE | POST, "period", extra={"category_id": "kategorin"}, see=COMMON, do=UNTIL_ITS_END
    ),
}
# Addresses that take a POST without a page with a form, and those whose GET is no page.
WITHOUT_FORM: set[str] = {
    "codeofconduct:category-cpv-remove",
    "codeofconduct:category-owner-undo",
    "codeofconduct:period-discard",
}
NO_PAGES: set[str] = set()


def build(world: World) -> None:
    """Two categories; a period to come with one of them on its list, and one that has ended."""
    by = SystemActor("world")
    PurchaseCategory.objects.filter(name="Kirurgiska instrument").update(public_id="kategorin")
    CpvCode.objects.get_or_create(code="33169000-2", defaults={"name_sv": "Kirurgiska instrument"})
    own = PurchaseCategory.objects.get(name="Kirurgiska instrument")
    world.add("category", OWN, own.public_id)
    world.add("category", FOREIGN, PurchaseCategory.objects.get(name="Livsmedel").public_id)
    period = open_period(by=by, valid_from=date(2091, 1, 1), valid_to=date(2095, 12, 31))
    prioritise(by=by, period=period, category=own, reason="Prövas")
    world.add("period", OWN, period.public_id)
    world.add("period", FOREIGN, PriorityPeriod.objects.get(valid_from=date(2023, 1, 1)).public_id)
