"""The addresses of calls, plans, calendar and board: the secretariat asks, regions answer, groups agree."""

from datetime import date

from codeofconduct.models import ClauseVersion, Contract, PurchaseCategory
from followups.actions.calls import answer_call, open_call
from followups.actions.plan import agree_plan, decide_candidate, draw_up_plan
from followups.enums.plan import Answering
from portal.history.models import SystemActor
from regions.models import Region
from tests.guards.rule import CONCERNED, COORDINATE, POST, SAFE, Rule, page
from tests.guards.world import FOREIGN, OWN, STAFF, WITH_ROLE, World, canary

PLANNING = WITH_ROLE - {"reader"}
SEEN = {OWN: PLANNING, FOREIGN: PLANNING}
KEPT = {OWN: STAFF, FOREIGN: STAFF}
# Region 23's answer: its people, the coordinator of its group, and staff.
READ = {which: STAFF | {"buyer", "regional_coordinator", "area_coordinator"} for which in (OWN, FOREIGN)}
ANSWERED = {which: STAFF | {"buyer", "regional_coordinator"} for which in (OWN, FOREIGN)}
REGION = {"code": "23"}
# OWN is of group A's category and chosen, so that region 23 sees it; FOREIGN is of nobody's in the cast, and undecided.
CANDIDATES = {OWN: STAFF | {"buyer", "regional_coordinator", "area_coordinator"}, FOREIGN: STAFF}
DECIDED = {OWN: STAFF | {"area_coordinator"}, FOREIGN: STAFF}
GROUP = {"letter": "A"}
RULES: dict[str, Rule] = {
    "followups:call-list": page(PLANNING),
    "followups:call-open": Rule(SAFE | POST, see={OWN: STAFF}),
    "followups:call-detail": Rule(SAFE, "call", see=SEEN),
    "followups:call-edit": Rule(SAFE | POST, "call", see=SEEN, do=KEPT),
    "followups:call-close": Rule(POST, "call", see=SEEN, do=KEPT),
    "followups:call-reopen": Rule(POST, "call", see=SEEN, do=KEPT),
    "followups:answer-detail": Rule(SAFE, "call", extra=REGION, see=READ),
    "followups:answer-edit": Rule(SAFE | POST, "call", extra=REGION, see=READ, do=ANSWERED),
    "followups:answer-upload": Rule(SAFE | POST, "call", extra=REGION, see=READ, do=ANSWERED),
    "followups:answer-same": Rule(POST, "call", extra=REGION, see=READ, do=ANSWERED),
    "followups:answer-none": Rule(POST, "call", extra=REGION, see=READ, do=ANSWERED),
    "followups:plan-draw-up": Rule(POST, "call", see=SEEN, do=KEPT),
    "followups:plan-conditions": page(PLANNING),
    "followups:setting-add": Rule(SAFE | POST, see={OWN: STAFF}),
    "followups:terms-edit": Rule(SAFE | POST, "clause", see={OWN: PLANNING}, do={OWN: STAFF}),
    "followups:plan-detail": Rule(SAFE, "plan_of_year", see=SEEN),
    "followups:plan-agree": Rule(POST, "plan_of_year", see=SEEN, do=KEPT),
    "followups:plan-agree-group": Rule(
        POST, "plan_of_year", extra=GROUP, see=SEEN, do=dict.fromkeys((OWN, FOREIGN), frozenset({"area_coordinator"}))
    ),
    "followups:plan-open": Rule(POST, "plan_of_year", see=SEEN, do=KEPT),
    "followups:candidate-detail": Rule(SAFE, "candidate", see=CANDIDATES),
    "followups:candidate-decide": Rule(SAFE | POST, "candidate", see=CANDIDATES, do=DECIDED),
    "followups:candidate-agree": Rule(
        POST, "candidate", see=CANDIDATES, do={OWN: frozenset({"area_coordinator"}), FOREIGN: STAFF}
    ),
    "followups:candidate-open": Rule(SAFE | POST, "candidate", see=CANDIDATES, do=KEPT),
    "followups:calendar": page(),
    "followups:board": page(),
    "followups:group-list": Rule(SAFE, extra=GROUP, see={OWN: WITH_ROLE}),
    "followups:unannounced-set": Rule(SAFE | POST, "follow_up", see=CONCERNED, do=COORDINATE),
}
# Addresses that take a POST without a page with a form, and those whose GET is no page.
# Neither candidate can be opened yet: it leads back and says so.
WITHOUT_FORM: set[str] = {name for name, rule in RULES.items() if rule.methods == POST} | {"followups:candidate-open"}
NO_PAGES: set[str] = set()


def build(world: World) -> None:
    """Two years: in one region 23's contract is chosen and agreed, in the other region 12's waits undecided."""
    by = SystemActor("world")
    for which, year, code, name in ((OWN, 2031, "23", "Kirurgiska instrument"), (FOREIGN, 2030, "12", "Livsmedel")):
        call = open_call(
            by=by,
            year=year,
            categories=[PurchaseCategory.objects.get(name=name)],
            answer_by_on=date(2030, 1, 1),
            audit_on=date(2031, 6, 30),
            asks=False,
        )
        region = Region.objects.get(code=code)
        contracts = Contract.objects.filter(region=region, title=f"Avtal {canary(code)}")
        answer_call(
            by=by,
            call=call,
            region=region,
            version=0,
            kind=Answering.CHOSEN,
            contracts=contracts,
            comment=f"Kommentar {canary(code)}",
        )
        plan = draw_up_plan(by=by, call=call)
        candidate = plan.candidates.get()
        if which == OWN:
            candidate = decide_candidate(
                by=by,
                candidate=candidate,
                version=candidate.version,
                is_chosen=True,
                reason=f"Skäl {canary(code)}",
                lead_region=region,
                kind="office_audit",
                planned_on=date(2031, 5, 1),
            )
            agree_plan(by=by, plan=plan)
        world.add("call", which, call.public_id)
        world.add("plan_of_year", which, plan.public_id)
        world.add("candidate", which, candidate.public_id)
    world.add("clause", OWN, ClauseVersion.objects.get(name="2023").public_id)
