"""What the page of a follow-up shows, put together for the one who looks."""

from collections.abc import Callable
from typing import Any, TypeAlias

from django.utils.translation import gettext_lazy as _

from followups.enums.follow_ups import transitions_from
from followups.models import Finding, FollowUp
from followups.pages import (
    action_plans,
    assessments,
    audits,
    documents,
    links,
    outcome,
    plan,
    reminders,
    reuse,
    severe,
    summaries,
)
from followups.permissions import (
    can_assign,
    can_coordinate,
    can_move,
    can_see_names,
    can_see_reminders,
    can_submit_finding,
)
from followups.queries.follow_ups import findings_of, participations_of, row_of
from followups.reminders.corrective_actions import SOURCE
from followups.timeline import history_of, next_step_of, steps_of
from portal.reminders.queries import reminders_of
from regions.models import User

Section: TypeAlias = tuple[str, dict[str, Any]]
# What each part adds between findings and contracts: the id of its heading, how the contents call it, and what gives its
# template with what that needs, or None.
SECTIONS: tuple[tuple[str, Any, Callable[[User, FollowUp], Section | None]], ...] = (
    ("planning", _("Planning"), plan.section),
    ("assessments", _("Self-assessments"), assessments.section),
    ("action-plan", _("Action plan"), action_plans.section),
    ("severe-reports", _("Reports of severe deviations"), severe.section),
    ("audits", _("Audits"), audits.section),
    ("outcome", _("Recommendation and decisions"), outcome.section),
    ("summary", _("Published summary"), summaries.section),
    ("reuse", _("Reuse"), reuse.section),
    ("links", _("Access links"), links.section),
    ("letters", _("Reminders"), reminders.section),
    ("documents", _("Documents"), documents.section),
)


def detail_context(user: User, follow_up: FollowUp) -> dict[str, Any]:
    """Of a follow-up from `with_progress`. The number of queries does not grow with findings, actions or files."""
    findings = list(findings_of(user, follow_up))
    changes = list(follow_up.state_changes.select_related("created_by"))
    row = row_of(follow_up)
    by_name = can_see_names(user, follow_up)
    shown = [(anchor, label, found) for anchor, label, section in SECTIONS if (found := section(user, follow_up))]
    return {
        "follow_up": follow_up,
        "row": row,
        "steps": steps_of(follow_up, changes, row.progress),
        "next_step": next_step_of(follow_up, row.progress),
        "participations": participations_of(user, follow_up),
        "sections": [found for _anchor, _label, found in shown],
        "contents": [
            ("findings", _("Findings")),
            *((anchor, label) for anchor, label, _found in shown),
            ("contracts", _("Contracts")),
            ("history", _("History")),
        ],
        "findings": _with_reminders(user, follow_up, findings),
        "history": history_of(follow_up, changes, findings, by_name=by_name, beside=reuse.opened_anyway(follow_up)),
        "by_name": by_name,
        "may_assign": can_assign(user, follow_up),
        "may_share": can_coordinate(user, follow_up),
        "may_move": any(can_move(user, follow_up, move) for move in transitions_from(follow_up.state)),
        "may_submit": can_submit_finding(user, follow_up),
    }


def _with_reminders(user: User, follow_up: FollowUp, findings: list[Finding]) -> list[dict[str, Any]]:
    """Each finding with what was sent about its actions, as far as the user may read letters."""
    ids = {action.public_id: finding.pk for finding in findings for action in finding.actions.all()}
    sent = reminders_of(SOURCE, ids) if can_see_reminders(user, follow_up) else {}
    return [
        {
            "finding": finding,
            "reminders": [
                reminder for about, letters in sent.items() if ids[about] == finding.pk for reminder in letters
            ],
        }
        for finding in findings
    ]
