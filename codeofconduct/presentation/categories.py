"""A purchase category's page, put together from what is known about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from codeofconduct.models import (
    CategoryCpv,
    CategoryOwner,
    CategoryPlan,
    CategoryPriority,
    Guidance,
    GuidanceVersion,
    PriorityPeriod,
    PurchaseCategory,
    RequirementSet,
)
from codeofconduct.permissions import can_assess_risk, can_keep_categories, can_keep_plan
from codeofconduct.queries.categories import (
    above,
    contracted_in,
    owners_of,
    period_that_counts,
    priorities_of,
)
from codeofconduct.queries.harmonisation import total_degree
from codeofconduct.queries.plans import plans_of
from codeofconduct.queries.risk import assessments_of, latest_of, matrix_of, profiles_of
from codeofconduct.scores import Profile
from portal import clock
from portal.history.queries import Changes, Ever, changes_of
from regions.models import User

# So many CPV codes and assessments stand on the page itself; their own pages show all.
CODES, ASSESSMENTS, CHANGES = 20, 5, 5


def page_of(user: User, category: PurchaseCategory) -> dict[str, Any]:
    """Everything that the page shows, as far as the user may see it."""
    latest = latest_of(category)
    codes = list(category.cpv_codes.order_by("code")[: CODES + 1])
    assessments = list(assessments_of(user, category).order_by("-assessed_on", "-pk")[: ASSESSMENTS + 1])
    changes = history_of(category, size=CHANGES)
    return {
        "category": category,
        "above": above(category),
        "children": category.children.in_swedish_order(),
        "codes": codes[:CODES],
        "has_more_codes": len(codes) > CODES,
        "owners": _dated(owners_of(category)),
        "priorities": priorities_of(category),
        "period": period_that_counts(),
        "contracted": contracted_in(user, category),
        "latest": latest,
        "matrix": matrix_of(latest) if latest else [],
        "assessments": assessments[:ASSESSMENTS],
        "has_more_assessments": len(assessments) > ASSESSMENTS,
        "plans": plans_of(user, category),
        "guidance": _guidance(user, category),
        "degree": total_degree(category=category),
        "requirement_set": RequirementSet.objects.filter(category=category).first(),
        "changes": changes.rows,
        "has_more_changes": bool(changes.older),
        "may_keep": can_keep_categories(user),
        "may_assess": can_assess_risk(user),
        "may_plan": can_keep_plan(user, category),
    }


@dataclass(frozen=True)
class TreeRow:
    """A category of the tree, with the levels of its latest assessment."""

    category: Any
    profile: Profile | None

    @property
    def depth(self) -> int:
        """How far it is moved in; on a page four steps are enough."""
        return min(len(self.category.path) - 1, 4)

    @property
    def above(self) -> str:
        return " › ".join(self.category.path[:-1])


def tree_rows(categories: Iterable[Any]) -> list[TreeRow]:
    """Rows of the categories, which know their `path` and `latest_assessment`; one query for all."""
    categories = list(categories)
    profiles = profiles_of(category.latest_assessment for category in categories)
    return [TreeRow(category, profiles.get(category.latest_assessment)) for category in categories]


def _dated(owners: Any) -> list[tuple[CategoryOwner, bool]]:
    """The owners, each with whether it answers today."""
    today = clock.today()
    return [(row, row.valid_from <= today and (row.valid_to is None or row.valid_to >= today)) for row in owners]


def _guidance(user: User, category: PurchaseCategory) -> Any:
    """The lines of guidance about the category that have a version in force."""
    versions = GuidanceVersion.objects.visible_to(user).in_force_on(clock.today())
    return Guidance.objects.filter(category=category, pk__in=versions.values("guidance")).order_by("pk")


def history_of(category: PurchaseCategory, before: str = "", size: int = 20) -> Changes:
    """Who changed what of the category, its codes, who answers, its priorities and plans."""
    beside = (CategoryOwner, CategoryCpv, CategoryPriority, CategoryPlan)
    return changes_of(category, *(Ever(model, category=category) for model in beside), before=before, size=size)


def history_of_period(period: PriorityPeriod, before: str = "") -> Changes:
    """What was put on the period's list and taken off it."""
    return changes_of(period, Ever(CategoryPriority, period=period), before=before)
