"""The list of findings."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import QueryDict

from followups.enums.follow_ups import FindingState
from followups.enums.lists import FindingStatus
from followups.models import CorrectiveAction, Finding, FollowUp, SupplierReply
from followups.models.actions import NEXT_DUE
from followups.models.findings import FindingQuerySet
from followups.queries.follow_ups import mine
from followups.queries.searching import finding_fields
from portal.search.matching import matching_or_closest
from portal.ui.paging import KeyPage, key_page
from regions.models import Region, User


def follow_ups_of_region(region: Region) -> QuerySet[FollowUp]:
    """Those that the region leads or takes part in."""
    taking_part = FollowUp.objects.filter(contracts__region=region).values("pk")
    return FollowUp.objects.filter(Q(lead_region=region) | Q(pk__in=taking_part))


def narrowed_by_follow_up(rows: QuerySet[Any], path: str, user: User, criteria: dict[str, Any]) -> QuerySet[Any]:
    """The rows whose follow-up (at `path`) is of the category, of the region, and the user's own, as far as asked for."""
    if criteria.get("category"):
        rows = rows.filter(**{f"{path}__category": criteria["category"]})
    if criteria.get("region"):
        rows = rows.filter(**{f"{path}__in": follow_ups_of_region(criteria["region"]).values("pk")})
    if criteria.get("mine"):
        rows = rows.filter(**{f"{path}__in": mine(user).values("pk")})
    if criteria.get("selected"):
        rows = rows.filter(public_id__in=criteria.get("chosen") or [])
    return rows


def with_standing(findings: QuerySet[Finding]) -> QuerySet[Finding]:
    """Adds `is_open` (see `unresolved`), `n_actions`, `n_done`, `next_due_on` and the `reply` that stands; fetches what a
    row of the list names."""
    actions = CorrectiveAction.objects.filter(finding=OuterRef("pk")).order_by()
    counted = actions.values("finding").annotate(n=Count("pk")).values("n")
    done = actions.filter(done_at__isnull=False).values("finding").annotate(n=Count("pk")).values("n")
    pending = actions.filter(done_at__isnull=True)
    replies = SupplierReply.objects.filter(finding=OuterRef("pk"))
    return findings.select_related(
        "follow_up__supplier", "follow_up__category", "follow_up__lead_region", "severity", "requirement", "section"
    ).annotate(
        is_open=~Exists(actions) | Exists(pending),
        n_actions=Coalesce(Subquery(counted), 0),
        n_done=Coalesce(Subquery(done), 0),
        next_due_on=Subquery(pending.order_by(NEXT_DUE).values(next_on=NEXT_DUE)[:1]),
        reply=Subquery(replies.order_by("-version").values("text")[:1]),
    )


def findings_listed(user: User, criteria: dict[str, Any]) -> QuerySet[Finding]:
    """Visible findings, the user's own drafts among them, narrowed by `criteria` (a cleaned form of the list)."""
    found = narrowed_by_follow_up(_of_status(user, criteria.get("status")), "follow_up", user, criteria)
    if criteria.get("severity"):
        found = found.filter(severity=criteria["severity"])
    if criteria.get("area"):
        found = found.filter(section__area=criteria["area"])
    return matching_or_closest(found, criteria["q"], finding_fields(user)) if criteria.get("q") else found


def _of_status(user: User, status: str | None) -> FindingQuerySet:
    visible = Finding.objects.visible_to(user)
    if status == FindingStatus.DRAFT:
        return visible.filter(state=FindingState.DRAFT)
    if status == FindingStatus.OPEN:
        return visible.unresolved()
    if status == FindingStatus.REMEDIED:
        return visible.submitted().exclude(pk__in=Finding.objects.unresolved().values("pk"))
    return visible


def finding_page(found: QuerySet[Finding], user: User, query: QueryDict, order: dict[str, Any]) -> KeyPage[Finding]:
    """A page of the findings found, each as `with_standing`."""
    return key_page(with_standing(found), query, among=Finding.objects.visible_to(user), **order)
