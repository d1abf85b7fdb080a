"""What a supplier sees of findings and corrective actions when it has opened its link."""

from typing import Any

from followups.enums.actions import CARRYING_OUT, PLANNING
from followups.enums.links import Holder
from followups.models import AccessLink
from followups.queries.action_plans import findings_shown, plan_of, to_plan


def section(link: AccessLink) -> tuple[str, dict[str, Any]] | None:
    """The findings with reply and actions, once a plan has been asked for."""
    if link.holder != Holder.SUPPLIER or link.follow_up is None:
        return None
    plan = plan_of(link.follow_up)
    if plan is None:
        return None
    findings = [
        {"finding": finding, "reply": next(iter(finding.replies.all()), None), "actions": finding.actions.all()}
        for finding in findings_shown(link)
    ]
    return "followups/outside/_plan_section.html", {
        "plan": plan,
        "findings": findings,
        "to_plan": to_plan(link.follow_up).filter(finding__submitted_at__lte=plan.asked_at).count(),
        "planning": PLANNING,
        "carrying_out": CARRYING_OUT,
        "is_under_way": link.follow_up.is_under_way,
    }
