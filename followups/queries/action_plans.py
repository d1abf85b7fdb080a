"""Reads over action plans: what the supplier sees by its link, and what waits for an answer."""

from datetime import date

from django.db.models import Count, Prefetch, QuerySet

from followups.enums.actions import PLANNING, ActionState
from followups.enums.links import Holder
from followups.models import (
    AccessLink,
    ActionEvent,
    ActionPlan,
    CorrectiveAction,
    Delivery,
    DeliveryFile,
    Finding,
    FollowUp,
    PlanDraft,
    SupplierReply,
)
from followups.queries.deadlines import deadlines_of


def plan_of(follow_up: FollowUp) -> ActionPlan | None:
    """That the supplier was asked for a plan, if it was."""
    return ActionPlan.objects.filter(follow_up=follow_up).select_related("asked_by").first()


def state_counts(follow_up: FollowUp) -> dict[ActionState, int]:
    """How many of the follow-up's corrective actions are in each state that occurs, in the order of the states."""
    rows = CorrectiveAction.objects.of_submitted().filter(finding__follow_up=follow_up).order_by()
    counts = dict(rows.values_list("state").annotate(Count("pk")))
    return {state: counts[state] for state in ActionState if state in counts}


def to_plan(follow_up: FollowUp) -> QuerySet[CorrectiveAction]:
    """The actions for which the supplier owes a plan."""
    return CorrectiveAction.objects.open().filter(finding__follow_up=follow_up, state__in=PLANNING)


def with_proposals(follow_up: FollowUp) -> QuerySet[CorrectiveAction]:
    """The actions for which the supplier has ever sent a plan, in the order of the findings."""
    actions = CorrectiveAction.objects.of_submitted().filter(finding__follow_up=follow_up).exclude(measures="")
    return actions.select_related("finding__severity", "finding__requirement").order_by("finding__created_at", "pk")


def proposed_deadline(follow_up: FollowUp, today: date) -> date:
    """By when a plan that is asked for today is due: the shortest time of the severities that are to be planned."""
    findings = Finding.objects.filter(actions__in=to_plan(follow_up)).select_related("severity")
    severities = {finding.severity_id: finding.severity for finding in findings}.values()
    return min((deadlines_of(follow_up, severity, today)[0] for severity in severities), default=today)


def with_rounds(actions: QuerySet[CorrectiveAction]) -> QuerySet[CorrectiveAction]:
    """With every move and what was handed in: the same number of queries however many."""
    moves = ActionEvent.objects.select_related("created_by")
    files = DeliveryFile.objects.select_related("file")
    deliveries = Delivery.objects.select_related("created_by").prefetch_related(Prefetch("files", files))
    return actions.prefetch_related(Prefetch("moves", moves), Prefetch("deliveries", deliveries))


# --- what a supplier sees by its link


def findings_shown(link: AccessLink) -> QuerySet[Finding]:
    """The findings that stood when the supplier was last asked for its plan, with replies; none before it was asked."""
    plan = ActionPlan.objects.filter(follow_up=link.follow_up_id).first()
    if plan is None or link.holder != Holder.SUPPLIER:
        return Finding.objects.none()
    actions = CorrectiveAction.objects.order_by("due_on", "pk")
    return (
        Finding.objects.submitted()
        .filter(follow_up=link.follow_up_id, submitted_at__lte=plan.asked_at)
        .select_related("severity", "requirement", "section", "facility")
        .prefetch_related(
            Prefetch("actions", actions),
            Prefetch("replies", SupplierReply.objects.select_related("created_by")),
        )
    )


def actions_shown(link: AccessLink) -> QuerySet[CorrectiveAction]:
    """The corrective actions of these findings."""
    actions = CorrectiveAction.objects.filter(finding__in=findings_shown(link).values("pk"))
    return actions.select_related("finding__severity", "finding__requirement", "finding__facility").order_by(
        "finding__created_at", "pk"
    )


def drafts_of(actions: list[CorrectiveAction]) -> dict[int, PlanDraft]:
    """The supplier's own drafts by action (id): for its own page only."""
    return {draft.action_id: draft for draft in PlanDraft.objects.filter(action__in=actions)}


def last_answer(action: CorrectiveAction) -> ActionEvent | None:
    """Of an action with its moves: what those who work in the follow-up said last."""
    said = [event for event in action.moves.all() if event.text and not event.created_by.link]
    return said[-1] if said else None
