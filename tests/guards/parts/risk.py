"""The addresses of risk assessments and action plans. Drafts are the secretariat's; what is settled is common."""

from datetime import date

from codeofconduct.actions.plans import add_plan, add_task
from codeofconduct.actions.risk import change_assessment, settle_assessment, start_assessment
from codeofconduct.enums import Area, Stage
from codeofconduct.models import PurchaseCategory, RiskAssessment
from portal.files.checks import Upload
from portal.history.models import SystemActor
from tests.guards.parts.categories import BY_STAFF
from tests.guards.rule import COMMON, NONE, POST, SAFE, Rule, page
from tests.guards.world import FOREIGN, OWN, STAFF, WITH_ROLE, World

CELL = {"area": Area.ENVIRONMENT.value, "stage": Stage.PROCESSING.value}
# OWN is a draft, FOREIGN is settled.
SEEN = {OWN: STAFF, FOREIGN: WITH_ROLE}
CHANGED = {OWN: STAFF, FOREIGN: NONE}
# The area coordinator's group answers for the category of OWN; the buyer has both tasks.
PLANNED = {OWN: STAFF | {"area_coordinator"}, FOREIGN: STAFF}
DONE = {OWN: STAFF | {"area_coordinator", "buyer"}, FOREIGN: STAFF | {"buyer"}}
RULES: dict[str, Rule] = {
    "codeofconduct:risk-map": page(),
    "codeofconduct:assessment-list": Rule(SAFE, "category", see=COMMON),
    "codeofconduct:assessment-start": Rule(SAFE | POST, "category", see=COMMON, do=BY_STAFF),
    "codeofconduct:assessment-detail": Rule(SAFE, "assessment", see=SEEN),
    "codeofconduct:assessment-edit": Rule(SAFE | POST, "assessment", see=SEEN, do=CHANGED),
    "codeofconduct:assessment-cell": Rule(SAFE | POST, "assessment", extra=CELL, see=SEEN, do=CHANGED),
    "codeofconduct:assessment-settle": Rule(SAFE | POST, "assessment", see=SEEN, do=BY_STAFF),
    "codeofconduct:assessment-discard": Rule(SAFE | POST, "assessment", see=SEEN, do=CHANGED),
    "codeofconduct:assessment-report": Rule(SAFE, "assessment", see=SEEN),
    "codeofconduct:assessment-compare": Rule(SAFE, "assessment", see=SEEN),
    "codeofconduct:task-list": page(),
    "codeofconduct:plan-add": Rule(SAFE | POST, "category", see=COMMON, do=PLANNED),
    "codeofconduct:plan-detail": Rule(SAFE, "plan", see=COMMON),
    "codeofconduct:plan-edit": Rule(SAFE | POST, "plan", see=COMMON, do=PLANNED),
    "codeofconduct:task-add": Rule(SAFE | POST, "plan", see=COMMON, do=PLANNED),
    "codeofconduct:task-edit": Rule(SAFE | POST, "task", see=COMMON, do=PLANNED),
    "codeofconduct:task-finish": Rule(POST, "task", see=COMMON, do=DONE),
    "codeofconduct:task-reopen": Rule(POST, "task", see=COMMON, do=DONE),
}
# Addresses that take a POST without a page with a form, and those whose GET is no page.
WITHOUT_FORM: set[str] = {
    "codeofconduct:task-finish",
    "codeofconduct:task-reopen",
}
NO_PAGES: set[str] = {"codeofconduct:assessment-report"}


def build(world: World) -> None:
    """A draft and a settled assessment, each with a report; two plans with a task each."""
    by = SystemActor("world")
    for which, name in ((OWN, "Kirurgiska instrument"), (FOREIGN, "Livsmedel")):
        category = PurchaseCategory.objects.get(name=name)
        assessment = _assessed(by, category)
        if which == FOREIGN:
            settle_assessment(by=by, assessment=assessment)
        plan = add_plan(
            by=by, category=category, title="Handlingsplan", goal="", valid_from=date(2026, 1, 1), valid_to=None
        )
        task = add_task(by=by, plan=plan, text="Göra", owner=world.users["buyer"], due_on=date(2026, 6, 1))
        world.add("assessment", which, assessment.public_id)
        world.add("plan", which, plan.public_id)
        world.add("task", which, task.public_id)


def _assessed(by: SystemActor, category: PurchaseCategory) -> RiskAssessment:
    draft = start_assessment(by=by, category=category, assessed_on=date(2026, 1, 1), author="Kansliet")
    return change_assessment(
        by=by,
        assessment=draft,
        version=draft.version,
        assessed_on=draft.assessed_on,
        author=draft.author,
        source="",
        summary="",
        report=Upload("rapport.pdf", "application/pdf", b"%PDF-1.7"),
    )
