"""Self-assessments on the page of their follow-up, on a page of their own, and on the overview of those outside."""

from typing import Any

from followups.enums.links import Holder
from followups.models import AccessLink, AskBack, FollowUp, SelfAssessment
from followups.permissions import (
    can_answer_recommendation,
    can_recommend,
    can_review,
    can_see_names,
    can_send_assessment,
)
from followups.queries.assessments import assessments_of, left_to_accept, reviewed
from followups.queries.drafts import progress_of
from regions.models import User


def section(user: User, follow_up: FollowUp) -> tuple[str, dict[str, Any]] | None:
    """What was sent to the supplier and what has come of it; of one that is being answered only how many answers there are.

    At most one is unsent, so the number of queries doesn't grow with them.
    """
    may_send = can_send_assessment(user, follow_up)
    assessments = assessments_of(user, follow_up)
    if not assessments and not may_send:
        return None
    unsent = next((each for each in assessments if each.is_unsent), None)
    return "followups/_assessments_section.html", {
        "follow_up": follow_up,
        "assessments": assessments,
        "progress": progress_of(unsent) if unsent else None,
        "may_send": may_send,
        "may_send_another": may_send and unsent is None,
    }


def outside_section(link: AccessLink) -> tuple[str, dict[str, Any]] | None:
    """For the supplier's people: what waits for an answer, and what they have handed in."""
    if link.holder != Holder.SUPPLIER or link.follow_up is None:
        return None
    found = SelfAssessment.objects.filter(follow_up=link.follow_up, withdrawn_at__isnull=True)
    assessments = list(found.select_related("questionnaire_version__questionnaire").order_by("-number"))
    if not assessments:
        return None
    asked = AskBack.objects.unanswered().filter(answer__self_assessment__follow_up=link.follow_up)
    return "followups/outside/_assessments_section.html", {
        "assessments": assessments,
        "asks": list(asked.select_related("answer__question__section", "answer__self_assessment")),
        "is_under_way": link.follow_up.is_under_way,
    }


def detail_context(user: User, assessment: SelfAssessment) -> dict[str, Any]:
    """The page of a self-assessment for the one who looks."""
    is_submitted = assessment.submitted_at is not None
    return {
        "assessment": assessment,
        "follow_up": assessment.follow_up,
        "parts": reviewed(user, assessment) if is_submitted else [],
        "left": left_to_accept(assessment) if is_submitted else 0,
        "progress": progress_of(assessment) if assessment.is_unsent else None,
        "by_name": can_see_names(user, assessment.follow_up),
        "may_change": can_send_assessment(user, assessment.follow_up) and assessment.is_unsent,
        "may_review": can_review(user, assessment),
        "may_ask": can_review(user, assessment) and assessment.recommended_at is None,
        "may_recommend": can_recommend(user, assessment)
        and assessment.accepted_at is not None
        and assessment.region_answered_at is None,
        "may_answer": can_answer_recommendation(user, assessment) and assessment.recommended_at is not None,
    }
