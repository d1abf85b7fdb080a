"""What a follow-up has led to, on its page: a light set by hand, the recommendation, the decisions, the summary."""

from dataclasses import dataclass
from typing import Any

from codeofconduct.models import ClauseParameter
from followups.enums.follow_ups import SETTLED
from followups.models import FollowUp, LightOverride, SanctionDecision, SanctionRecommendation
from followups.permissions import can_override_light, can_recommend_sanction
from followups.queries.outcome import Line, decisions_of, labels_of, lines_of, penalty_so_far
from followups.remedies import Penalty
from regions.models import User


@dataclass(frozen=True)
class ShownDecision:
    """A decision with its frozen numbers (parameter, number) and, for a penalty, what it amounts to today."""

    decision: SanctionDecision
    numbers: list[tuple[ClauseParameter, int]]
    penalty: Penalty | None


@dataclass(frozen=True)
class ShownLine:
    line: Line
    may_decide: bool
    standing: ShownDecision | None
    earlier: list[ShownDecision]


def section(user: User, follow_up: FollowUp) -> tuple[str, dict[str, Any]] | None:
    """None for whom nothing of it concerns. The number of queries does not grow with contracts or decisions."""
    recommendations = SanctionRecommendation.objects.visible_to(user).filter(follow_up=follow_up)
    told = list(recommendations.select_related("created_by", "ended_by").order_by("-created_at", "-pk"))
    decisions = list(decisions_of(user, follow_up))
    overrides = LightOverride.objects.visible_to(user).filter(follow_up=follow_up)
    by_hand = list(overrides.select_related("created_by", "withdrawn_by").order_by("-created_at", "-pk"))
    override = next((each for each in by_hand if each.withdrawn_at is None), None)
    may_override, may_recommend = can_override_light(user, follow_up), can_recommend_sanction(user, follow_up)
    current = next((each for each in told if each.ended_at is None), None)
    if not (told or by_hand or may_override or may_recommend or decisions):
        return None
    return "followups/_outcome_section.html", {
        "follow_up": follow_up,
        "recommendation": current,
        "ended_recommendations": [each for each in told if each.ended_at is not None],
        "lines": shown_lines(user, follow_up, decisions, awaits=current is not None) if current or decisions else [],
        "override": override,
        "withdrawn_overrides": [each for each in by_hand if each.withdrawn_at is not None],
        "may_override": may_override,
        "may_recommend": may_recommend,
    }


def shown_lines(user: User, follow_up: FollowUp, decisions: list[SanctionDecision], *, awaits: bool) -> list[ShownLine]:
    """Each contract and region with what was decided, the frozen numbers and the amounts put in words."""
    lines = lines_of(user, follow_up, decisions, awaits=awaits)
    labels = labels_of(decisions)
    is_open = follow_up.state not in SETTLED
    return [
        ShownLine(
            line,
            line.may_decide and is_open,
            _shown(line.standing, labels) if line.standing else None,
            [_shown(decision, labels) for decision in line.earlier],
        )
        for line in lines
    ]


def _shown(decision: SanctionDecision, labels: dict[str, ClauseParameter]) -> ShownDecision:
    numbers = [(labels[key], value) for key, value in decision.parameters.items() if key in labels]
    return ShownDecision(decision, numbers, penalty_so_far(decision))
