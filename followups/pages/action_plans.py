"""The action plan on a follow-up's page, and one corrective action with its rounds."""

from typing import Any

from followups.enums.actions import MOVES, ActionState, Standing
from followups.models import CorrectiveAction, FollowUp
from followups.models.findings import staleness
from followups.permissions import can_ask_for_plan, can_move_action, can_read_plan
from followups.queries.action_plans import plan_of, state_counts, with_rounds
from portal import clock
from regions.models import User


def section(user: User, follow_up: FollowUp) -> tuple[str, dict[str, Any]] | None:
    """How far the plan is: asked for when, due when, how many actions in which state; what can be done now."""
    counts = state_counts(follow_up)
    if not counts:
        return None
    plan, may_ask = plan_of(follow_up), can_ask_for_plan(user, follow_up)
    to_plan = counts.get(ActionState.ASKED, 0) + counts.get(ActionState.RETURNED, 0)
    return "followups/_action_plan_section.html", {
        "follow_up": follow_up,
        "plan": plan,
        "counts": counts,
        "may_ask": may_ask and to_plan > 0,
        "to_answer": counts.get(ActionState.PROPOSED, 0) if may_ask else 0,
        "is_late": bool(plan and to_plan and plan.due_on < clock.today() and follow_up.is_under_way),
    }


def action_context(user: User, action: CorrectiveAction) -> dict[str, Any]:
    """Of a visible action with its finding and follow-up: what is planned and was handed in, for whom that is."""
    follow_up = action.finding.follow_up
    may_read = can_read_plan(user, follow_up)
    full = with_rounds(CorrectiveAction.objects.filter(pk=action.pk)).get() if may_read else None
    today = clock.today()
    standing = action.standing(today)
    return {
        "action": action,
        "finding": action.finding,
        "follow_up": follow_up,
        "may_read": may_read,
        "moves": list(full.moves.all())[::-1] if full else [],
        "deliveries": [
            (delivery, staleness(delivery.effective_on, delivery.valid_until_on, today))
            for delivery in (full.deliveries.all() if full else [])
        ],
        "rules": [rule for rule in MOVES.values() if can_move_action(user, action, rule)],
        "late": standing if standing != Standing.IN_TIME and follow_up.is_under_way else None,
    }
