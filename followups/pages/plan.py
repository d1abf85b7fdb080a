"""What the pages of a plan show, put together for the one who looks."""

from typing import Any

from followups.enums.follow_ups import BEFORE_AUDIT
from followups.models import Candidate, FollowUp, FollowUpPlan
from followups.permissions import (
    can_assign,
    can_decide_candidate,
    can_keep_plan,
    can_reuse,
    can_see_points,
)
from followups.queries.calls import months_past_audit
from followups.queries.candidates import bases_of
from followups.queries.plan import (
    can_agree_candidate,
    group_tallies,
    groups_listed,
    tally_of,
    why_not_agreed,
    why_not_opened,
)
from followups.queries.reuse import count_usable, existing_for
from followups.ranking import MOST_POINTS, Facts, formula, parts_of
from regions.models import User
from regions.permissions import access_of


def plan_context(user: User, plan: FollowUpPlan) -> dict[str, Any]:
    """A plan above its candidates: how far it has come, and what each side can agree."""
    may_keep = can_keep_plan(user)
    decides = may_keep or bool(access_of(user).groups)
    seen = Candidate.objects.visible_to(user).filter(plan=plan)
    return {
        "plan": plan,
        "call": plan.call,
        "tally": tally_of(seen),
        "decides": decides,
        "tallies": group_tallies(user, plan) if decides else [],
        "groups": groups_listed(),
        "formula": formula() if decides else [],
        "months": months_past_audit(),
        "may_keep": may_keep,
        "missing": why_not_agreed(plan) if may_keep and plan.agreed_at is None else "",
    }


def candidate_context(user: User, candidate: Candidate) -> dict[str, Any]:
    """A candidate: what the choice rests on for those who decide, the outcome for all who see it."""
    sees = can_see_points(user, candidate)
    basis = bases_of(candidate.plan.call, [candidate])[candidate.pk] if sees else None
    return {
        "candidate": candidate,
        "plan": candidate.plan,
        "call": candidate.plan.call,
        "basis": basis,
        "parts": parts_of(Facts.read(candidate.facts)) if sees else [],
        "most": MOST_POINTS,
        "months": months_past_audit(),
        "may_decide": can_decide_candidate(user, candidate),
        "may_agree": candidate.is_chosen is not None
        and candidate.agreed_at is None
        and (candidate.is_ready or not candidate.is_chosen)
        and can_agree_candidate(user, candidate),
        "may_open": can_keep_plan(user)
        and candidate.follow_up_id is None
        and not why_not_opened(candidate, candidate.plan),
    }


def opening_context(user: User, candidate: Candidate) -> dict[str, Any]:
    """What exists already for the candidate's supplier. `usable`: how much of it could be used instead of opening."""
    existing = existing_for(user, candidate.supplier, candidate.kind)
    return {
        "candidate": candidate,
        "plan": candidate.plan,
        "call": candidate.plan.call,
        "existing": existing,
        "usable": count_usable(existing, candidate.plan),
        "may_act": can_reuse(user),
    }


def section(user: User, follow_up: FollowUp) -> tuple[str, dict[str, Any]] | None:
    """On the page of a follow-up: the plan it came from, and whether its audit is unannounced."""
    candidate = Candidate.objects.visible_to(user).filter(follow_up=follow_up).select_related("plan__call").first()
    may_set = follow_up.state in BEFORE_AUDIT and can_assign(user, follow_up)
    if candidate is None and not may_set and not follow_up.is_unannounced:
        return None
    is_secret = follow_up.is_unannounced and follow_up.state in BEFORE_AUDIT
    return "followups/_plan_section.html", {
        "follow_up": follow_up,
        "candidate": candidate,
        "is_secret": is_secret,
        "may_set": may_set,
    }
