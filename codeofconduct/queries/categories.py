"""Reads over purchase categories."""

from django.db.models import Prefetch, QuerySet

from codeofconduct.models import CategoryOwner, CategoryPriority, PriorityPeriod, PurchaseCategory
from portal import clock


def period_that_counts() -> PriorityPeriod | None:
    """The priority period that holds today; the one before it while the new one's list is still empty."""
    begun = PriorityPeriod.objects.filter(valid_from__lte=clock.today(), priorities__isnull=False)
    return begun.order_by("-valid_from").first()


def prioritised_categories() -> QuerySet[PurchaseCategory]:
    """Categories of the period that counts today, with `current_owners`, in Swedish order."""
    owners = CategoryOwner.objects.valid_on(clock.today()).select_related("group")
    current = CategoryPriority.objects.filter(period=period_that_counts())
    return (
        PurchaseCategory.objects.filter(pk__in=current.values("category"))
        .prefetch_related(Prefetch("owners", queryset=owners, to_attr="current_owners"))
        .in_swedish_order()
    )


def below(category: PurchaseCategory) -> set[int]:
    """The category and all beneath it in the tree (ids)."""
    children: dict[int | None, list[int]] = {}
    for key, parent in PurchaseCategory.objects.values_list("pk", "parent"):
        children.setdefault(parent, []).append(key)
    found: set[int] = set()
    waiting = [category.pk]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += children.get(key, [])
    return found
