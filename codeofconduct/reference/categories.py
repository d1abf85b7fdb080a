"""The prioritised categories of 2023–2025 with who answers for them; the period 2026–2030 begins empty."""

from datetime import date
from pathlib import Path

from codeofconduct.models import CategoryOwner, CategoryPriority, PriorityPeriod, PurchaseCategory
from portal.history.models import SystemActor, actor_of
from regions.models import PurchasingGroup
from regions.reference import rows

DATA = Path(__file__).resolve().parent.parent / "data"
PERIODS = (
    (date(2023, 1, 1), date(2025, 12, 31), "Prioriterade inköpskategorier 2023–2025, regionernas webbplats"),
    (date(2026, 1, 1), date(2030, 12, 31), "Strategi 2026–2030, antagen 2025-10-30; listan är inte beslutad"),
)


def load(*, by: SystemActor) -> None:
    """The periods, the categories of the first, and the group that answers for each."""
    actor = actor_of(by)
    for valid_from, valid_to, source in PERIODS:
        PriorityPeriod.objects.get_or_create(
            valid_from=valid_from, defaults={"valid_to": valid_to, "source": source, "created_by": actor}
        )
    listed = rows(DATA / "priority_categories_2023_2025.csv")
    known = set(PurchaseCategory.objects.values_list("name", flat=True))
    PurchaseCategory.objects.bulk_create(
        PurchaseCategory(name=row["name"], created_by=actor) for row in listed if row["name"] not in known
    )
    categories = {category.name: category for category in PurchaseCategory.objects.all()}
    groups = {group.letter: group for group in PurchasingGroup.objects.all()}
    periods = {period.valid_from: period for period in PriorityPeriod.objects.all()}
    placed = [
        (categories[row["name"]], groups[row["purchasing_group"]], date.fromisoformat(row["valid_from"]))
        for row in listed
    ]
    ranked = set(CategoryPriority.objects.values_list("category", "period"))
    CategoryPriority.objects.bulk_create(
        CategoryPriority(category=category, period=periods[valid_from])
        for category, _, valid_from in placed
        if (category.pk, periods[valid_from].pk) not in ranked
    )
    # Who answers stays until someone else does: the period of priority ends, the responsibility does not.
    answering = set(CategoryOwner.objects.values_list("category", "group", "valid_from"))
    CategoryOwner.objects.bulk_create(
        CategoryOwner(category=category, group=group, valid_from=valid_from)
        for category, group, valid_from in placed
        if (category.pk, group.pk, valid_from) not in answering
    )
