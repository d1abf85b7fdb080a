"""The addresses of evidence, corrective actions and action plans, and of severe deviations."""

from datetime import date
from uuid import uuid4

from codeofconduct.models import Contract
from followups.actions.action_plans import ask_for_plan, deliver, propose_plan
from followups.actions.corrective_actions import move_action
from followups.actions.findings import submit_finding
from followups.actions.links import issue_link
from followups.actions.severe import report_severe
from followups.enums.actions import Move
from followups.enums.links import Holder
from followups.models import AccessLink, CorrectiveAction, FollowUp, Severity
from followups.planning import Proposal
from portal import clock
from portal.files.checks import Upload
from portal.history.models import SystemActor
from tests.guards.rule import COMMON, CONCERNED, POST, SAFE, WORK, Rule, outside, page
from tests.guards.world import FOREIGN, MAY_READ, OWN, REGION_OF, STAFF, WITH_ROLE, World, canary

BY_STAFF = dict.fromkeys((OWN, FOREIGN), STAFF)
# The contract's region, the coordinators of its category, the secretariat: nobody else, not even as a number.
REPORTS = {OWN: MAY_READ["23"], FOREIGN: STAFF}
# Whoever buys under the contract; the coordinator reads.
BUYERS = {OWN: STAFF | {"buyer", "regional_coordinator"}, FOREIGN: STAFF}
RULES: dict[str, Rule] = {
    "followups:severity-list": page(),
    "followups:severity-edit": Rule(SAFE | POST, "severity", "key", see=COMMON, do=BY_STAFF),
    "followups:evidence-add": Rule(SAFE | POST, "finding", see=CONCERNED, do=WORK),
    "followups:evidence-edit": Rule(SAFE | POST, "evidence", see=CONCERNED, do=WORK),
    "followups:action-detail": Rule(SAFE, "action", see=CONCERNED),
    "followups:action-move": Rule(SAFE | POST, "action", extra={"move": "extend"}, see=CONCERNED, do=WORK),
    "followups:delivery-file": Rule(SAFE, "delivery_file", see=CONCERNED),
    "followups:action-plan-ask": Rule(SAFE | POST, "follow_up", see=CONCERNED, do=WORK),
    "followups:action-plan-answer": Rule(SAFE | POST, "follow_up", see=CONCERNED, do=WORK),
    "followups:outside-plan-send": outside(methods=SAFE | POST),
    "followups:outside-action-deliver": outside("action", methods=SAFE | POST),
    "followups:outside-reply-write": outside("finding", methods=SAFE | POST),
    "followups:severe-list": page(WITH_ROLE - {"reader"}),
    "followups:severe-detail": Rule(SAFE, "severe_report", see=REPORTS),
    "followups:severe-take-up": Rule(POST, "severe_report", see=REPORTS, do=BUYERS),
    "followups:severe-link": Rule(SAFE | POST, "severe_report", see=REPORTS, do=BUYERS),
    "followups:severe-file": Rule(SAFE, "severe_file", see=REPORTS),
    "followups:reporter-issue": Rule(SAFE | POST, "contract", see=REPORTS, do=BUYERS),
    "followups:reporter-resend": Rule(POST, "reporter", see=REPORTS, do=BUYERS),
    "followups:reporter-revoke": Rule(POST, "reporter", see=REPORTS, do=BUYERS),
    "followups:outside-severe-report": outside(methods=SAFE | POST, link="reporter"),
}
WITHOUT_FORM: set[str] = {
    "followups:severe-take-up",
    "followups:reporter-resend",
    "followups:reporter-revoke",
}
NO_PAGES: set[str] = {"followups:delivery-file", "followups:severe-file"}


def build(world: World) -> None:
    """Per region: actions whose plan is waited for, sent, and accepted with something handed in; a report."""
    by = SystemActor("world")
    for which in (OWN, FOREIGN):
        word = canary(REGION_OF[which])
        follow_up = FollowUp.objects.get(public_id=world.objects["follow_up"][which])
        link = AccessLink.objects.get(public_id=world.objects["given"][which])
        sent = _found(by, follow_up, word)
        _found(by, follow_up, word)
        ask_for_plan(by=by, follow_up=follow_up, due_on=clock.today(), recipients=[])
        action = CorrectiveAction.objects.get(public_id=world.objects["action"][which])
        plan = Proposal(f"Plan {word}", f"Ansvarig {word}", None, clock.today())
        for each in (action, sent):
            each.refresh_from_db()
            propose_plan(by=link.actor, follow_up=follow_up, proposals={each: (each.version, plan)})
        move_action(by=by, action=action, move=Move.ACCEPT)
        delivery = deliver(
            by=link.actor,
            action=action,
            submission=uuid4(),
            text=f"Gjort {word}",
            is_complete=False,
            uploads=[Upload(f"{word}.pdf", "application/pdf", f"%PDF {word}".encode())],
        )
        world.add("delivery_file", which, delivery.files.get().public_id)
        world.add("severity", which, "deviation")
        _report(world, which, follow_up.contracts.get(), by)


def _found(by: SystemActor, follow_up: FollowUp, word: str) -> CorrectiveAction:
    finding = submit_finding(
        by=by,
        follow_up=follow_up,
        submission=uuid4(),
        text=f"Iakttagelse {word}",
        severity=Severity.objects.get(key="deviation"),
        requirement=follow_up.clause_version.requirements.get(number=1),
    )
    return finding.actions.get()


def _report(world: World, which: str, contract: Contract, by: SystemActor) -> None:
    word = canary(REGION_OF[which])
    link = issue_link(
        by=by,
        holder=Holder.REPORTER,
        name=f"Anmälare {word}",
        email=f"rapport.{which}@leverantor.example",
        language="sv",
        contract=contract,
    )
    report = report_severe(
        by=link.actor,
        contract=contract,
        submission=uuid4(),
        severe_type="forced_labour",
        happened=f"Händelse {word}",
        facts=f"Fakta {word}",
        measures_planned=f"Åtgärd {word}",
        known_on=date(2026, 1, 1),
        place=f"Plats {word}",
        country="IN",
        uploads=[Upload(f"{word}.pdf", "application/pdf", f"%PDF {word}".encode())],
    )
    world.add("reporter", which, link.public_id)
    world.add("severe_report", which, report.public_id)
    world.add("severe_file", which, report.files.get().public_id)
