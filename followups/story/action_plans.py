"""What the suppliers of the demo plan, hand in and reply. Told once; again changes nothing."""

import uuid
from datetime import timedelta

from followups.actions.action_plans import ask_for_plan, deliver, propose_plan
from followups.actions.corrective_actions import move_action
from followups.actions.replies import write_reply
from followups.enums.actions import Move
from followups.enums.links import Holder
from followups.models import AccessLink, ActionPlan, CorrectiveAction, FollowUp
from followups.planning import Proposal, Recipient
from portal import clock
from portal.history.models import SystemActor


def tell(*, by: SystemActor) -> None:
    """One plan is carried out and late, another waits for an answer."""
    if not ActionPlan.objects.exists():
        _tell_carried_out(by)
        _tell_sent(by)


def _ask(by: SystemActor, supplier: str, person: Recipient, due: int) -> tuple[AccessLink, CorrectiveAction]:
    """Ask for the plan, due so many days from today; the person's link, and the action that is open."""
    follow_up = FollowUp.objects.get(supplier__name=supplier)
    day = clock.today() + timedelta(days=due)
    ask_for_plan(by=by, follow_up=follow_up, due_on=day, recipients=[person])
    link = AccessLink.objects.get(holder=Holder.SUPPLIER, follow_up=follow_up)
    return link, CorrectiveAction.objects.get(finding__follow_up=follow_up, done_at__isnull=True)


def _tell_carried_out(by: SystemActor) -> None:
    person = Recipient("Rikard Modin", "rikard.modin@norrmed.example", "sv")
    link, action = _ask(by, "Norrmed Instrument AB", person, due=-35)
    plan = Proposal(
        "Vi kartlägger slipning och polering hos båda underleverantörerna och för in dem i riskbedömningen.",
        "Hållbarhetschef",
        clock.today() - timedelta(days=40),
        action.due_on,
    )
    propose_plan(by=link.actor, follow_up=action.finding.follow_up, proposals={action: (action.version, plan)})
    move_action(by=by, action=action, move=Move.ACCEPT)
    deliver(
        by=link.actor,
        action=action,
        submission=uuid.uuid4(),
        text="Den ena underleverantören är kartlagd. Besök hos den andra är bokat.",
        is_complete=False,
    )


def _tell_sent(by: SystemActor) -> None:
    person = Recipient("Anita Berg", "anita.berg@handskfabriken.example", "sv")
    link, action = _ask(by, "Handskfabriken i Borås AB", person, due=4)
    write_reply(
        by=link.actor,
        finding=action.finding,
        version=0,
        text="Avgifterna togs ut av ett bemanningsföretag som vi inte längre anlitar. Vi betalar tillbaka.",
    )
    plan = Proposal(
        "Vi betalar tillbaka avgifterna till samtliga anställda och anställer själva från årsskiftet.",
        "Personalchef",
        clock.today(),
        clock.today() + timedelta(days=60),
    )
    propose_plan(by=link.actor, follow_up=action.finding.follow_up, proposals={action: (action.version, plan)})
