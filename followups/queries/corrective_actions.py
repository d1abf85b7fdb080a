"""The list of corrective actions."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from followups.enums.follow_ups import SOON_DAYS
from followups.enums.lists import ActionStatus
from followups.models import CorrectiveAction
from followups.models.actions import CorrectiveActionQuerySet
from followups.queries.findings import narrowed_by_follow_up
from followups.queries.searching import action_fields
from portal import clock
from portal.search.matching import matching_or_closest
from portal.ui.paging import KeyPage, key_page
from regions.models import User


def with_names(actions: QuerySet[CorrectiveAction]) -> QuerySet[CorrectiveAction]:
    """Fetches what a row of the list names, and what permissions ask."""
    return actions.select_related(
        "finding__follow_up__supplier",
        "finding__follow_up__category",
        "finding__follow_up__lead_region",
        "finding__severity",
        "finding__requirement",
    )


def actions_listed(user: User, criteria: dict[str, Any]) -> QuerySet[CorrectiveAction]:
    """Visible corrective actions, narrowed by `criteria` (a cleaned form of the list)."""
    visible = _of_status(user, criteria.get("status"))
    found = narrowed_by_follow_up(visible, "finding__follow_up", user, criteria)
    if criteria.get("severity"):
        found = found.filter(finding__severity=criteria["severity"])
    return matching_or_closest(found, criteria["q"], action_fields(user)) if criteria.get("q") else found


def _of_status(user: User, status: str | None) -> CorrectiveActionQuerySet:
    visible, today = CorrectiveAction.objects.visible_to(user), clock.today()
    if status == ActionStatus.DONE:
        return visible.filter(done_at__isnull=False)
    if status == ActionStatus.OPEN:
        return visible.open()
    if status == ActionStatus.LATE:
        return visible.open().due_before(today)
    if status == ActionStatus.SOON:
        return visible.open().due_between(today, today + timedelta(days=SOON_DAYS))
    return visible


def action_page(
    found: QuerySet[CorrectiveAction], user: User, query: QueryDict, order: dict[str, Any]
) -> KeyPage[CorrectiveAction]:
    """A page of the actions found."""
    return key_page(with_names(found), query, among=CorrectiveAction.objects.visible_to(user), **order)
