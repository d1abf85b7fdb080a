"""Several rows at once: each by the action that changes one, all of them or none.

Rows are locked in the order of their keys, so that two such changes take turns. Whatever an action raises for one row
undoes the others: StaleVersionError for a row that someone saved after the version at hand, ValidationError with the
sentence for whoever chose the rows.
"""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from followups.actions.due_dates import move_due_date
from followups.actions.findings import mark_action_done
from followups.actions.follow_ups import assign_follow_up, share_follow_up
from followups.models import CorrectiveAction, FollowUp
from portal.history.models import By
from portal.history.versions import lock_at
from regions.enums import SharingTier
from regions.models import User


@transaction.atomic
def assign_follow_ups(*, by: By, follow_ups: Sequence[FollowUp], handler: User) -> None:
    """Give them all this case handler; each keeps its planned date."""
    for follow_up in sorted(follow_ups, key=lambda row: row.pk):
        assign_follow_up(
            by=by, follow_up=follow_up, version=follow_up.version, handler=handler, planned_on=follow_up.planned_on
        )


@transaction.atomic
def share_follow_ups(*, by: By, follow_ups: Sequence[FollowUp], tier: SharingTier) -> None:
    """Share them all with all regions, or with those concerned only."""
    for follow_up in sorted(follow_ups, key=lambda row: row.pk):
        share_follow_up(by=by, follow_up=follow_up, tier=tier, version=follow_up.version)


@transaction.atomic
def mark_actions_done(*, by: By, actions: Sequence[CorrectiveAction]) -> None:
    """Mark them all as done, as they were seen: one that changed meanwhile is to be read first."""
    for action in sorted(actions, key=_with_its_follow_up):
        mark_action_done(by=by, action=action)
        lock_at(action, action.version + 1)


@transaction.atomic
def move_due_dates(*, by: By, actions: Sequence[CorrectiveAction], due_on: date, reason: str) -> None:
    """Give them all this due date, each with the reason in its trail."""
    for action in sorted(actions, key=_with_its_follow_up):
        move_due_date(by=by, action=action, version=action.version, due_on=due_on, reason=reason)


def _with_its_follow_up(action: CorrectiveAction) -> tuple[int, int]:
    return action.finding.follow_up_id, action.pk
