"""The ledger of avoided follow-ups. Every sum of it is made here, in SQL, over the same rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, ExtractYear
from django.http import QueryDict

from followups.enums.follow_ups import State
from followups.enums.reuse import Method
from followups.models import Reuse
from followups.permissions import can_see_avoided_of_all
from portal.search.ordering import swedish
from portal.ui.paging import KeyPage, key_page
from regions.models import Region, User
from regions.permissions import has_role


@dataclass(frozen=True)
class Figure:
    """`cost_ore`: of those whose standard cost was known when they were made; `uncosted`: of how many it wasn't."""

    count: int
    cost_ore: int
    uncosted: int
    year: int | None = None
    kind: str = ""
    region: str = ""

    @property
    def method(self) -> str:
        return str(Method(self.kind).label) if self.kind else ""


SUMS: dict[str, Any] = {
    "n": Count("pk"),
    "cost_ore": Coalesce(Sum("standard_cost_ore"), 0),
    "uncosted": Count("pk", filter=Q(standard_cost_ore__isnull=True)),
}


def counted() -> QuerySet[Any]:
    """What the ledger counts, each with its `year`: one for each region and result that it relies on instead of making a
    follow-up itself, and one for each region and follow-up that it joined without leading it or taking part before.

    A reuse that was taken back doesn't count, nor does having joined a follow-up that was aborted.
    """
    joined_in_vain = Q(valid_until_on__isnull=True, follow_up__state=State.ABORTED)
    return Reuse.objects.standing().exclude(joined_in_vain).annotate(year=ExtractYear("accepted_on"))


def counted_for(user: User) -> QuerySet[Any]:
    """Those whose region's figures the user may see."""
    if can_see_avoided_of_all(user):
        return counted()
    seen = Reuse.objects.visible_to(user)
    return counted().filter(pk__in=seen.values("pk"))


def narrowed(reuses: QuerySet[Any], criteria: dict[str, Any]) -> QuerySet[Any]:
    """By a cleaned filter form: year, kind and region."""
    if criteria.get("year"):
        reuses = reuses.filter(accepted_on__year=criteria["year"])
    if criteria.get("kind"):
        reuses = reuses.filter(avoided_kind=criteria["kind"])
    if criteria.get("region"):
        reuses = reuses.filter(region=criteria["region"])
    return reuses


def by_region(reuses: QuerySet[Any]) -> QuerySet[Any, Any]:
    """Sums per region, year and kind, the latest year first, regions in Swedish order."""
    grouped = reuses.annotate(region_name=F("region__name"), in_order=swedish("region__name")).order_by()
    sums = grouped.values("in_order", "region_name", "year", "avoided_kind").annotate(**SUMS)
    ordered: QuerySet[Any, Any] = sums.order_by("-year", "in_order", "avoided_kind")
    return ordered


def by_year(reuses: QuerySet[Any]) -> QuerySet[Any, Any]:
    """Sums per year and kind over all of them."""
    sums: QuerySet[Any, Any] = reuses.order_by().values("year", "avoided_kind").annotate(**SUMS)
    ordered: QuerySet[Any, Any] = sums.order_by("-year", "avoided_kind")
    return ordered


def total_of(reuses: QuerySet[Any]) -> Figure:
    found = reuses.order_by().aggregate(**SUMS)
    return Figure(found["n"], found["cost_ore"], found["uncosted"])


def told(rows: Iterable[dict[str, Any]]) -> list[Figure]:
    return [
        Figure(row["n"], row["cost_ore"], row["uncosted"], row["year"], row["avoided_kind"], row.get("region_name", ""))
        for row in rows
    ]


def years() -> list[int]:
    """In which something was spared, the latest first."""
    return list(counted().order_by("-year").values_list("year", flat=True).distinct())


def ledger_for(user: User, criteria: dict[str, Any]) -> dict[str, Any]:
    """What the page shows: the cooperation's total, per year and kind, and per region what the user may see of it.

    The cooperation's sums are for everyone with a role: they name no region.
    """
    everyone = narrowed(counted() if has_role(user) else Reuse.objects.none(), criteria)
    return {
        "total": total_of(everyone),
        "years": told(by_year(everyone)),
        "rows": told(by_region(narrowed(counted_for(user), criteria))),
    }


def regions_with_figures(user: User) -> QuerySet[Region]:
    return Region.objects.filter(pk__in=counted_for(user).values("region")).in_swedish_order()


def reuse_page(user: User, criteria: dict[str, Any], query: QueryDict) -> KeyPage[Reuse]:
    """A page of the reuses that the user may see, the latest first; withdrawn ones too."""
    found = with_names(narrowed(Reuse.objects.visible_to(user), criteria))
    return key_page(found, query, by=F("accepted_on"), newest_first=True, among=Reuse.objects.visible_to(user))


def with_names(reuses: QuerySet[Any]) -> QuerySet[Any]:
    """With all that a row of a list names, in two queries."""
    return reuses.select_related(
        "region",
        "supplier",
        "follow_up__supplier",
        "follow_up__category",
        "follow_up__lead_region",
        "external_result__supplier",
        "external_result__body",
        "created_by",
        "withdrawn_by",
    ).prefetch_related("contracts")
