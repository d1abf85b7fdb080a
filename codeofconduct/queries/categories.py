"""Reads over purchase categories."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum, TextField
from django.db.models.expressions import RawSQL
from django.db.models.functions import Left

from codeofconduct.models import (
    CategoryCpv,
    CategoryOwner,
    CategoryPriority,
    Contract,
    ContractCategory,
    CpvCode,
    PriorityPeriod,
    PurchaseCategory,
)
from codeofconduct.models.categories import CategoryQuerySet
from portal import clock
from regions.models import PurchasingGroup, User

# From the top of the tree down to the category itself; deeper than any tree that people can survey.
_PATH = """(
    WITH RECURSIVE above(name, parent_id, step) AS (
        SELECT self.name, self.parent_id, 0 FROM codeofconduct_purchasecategory self
        WHERE self.id = codeofconduct_purchasecategory.id
        UNION ALL
        SELECT parent.name, parent.parent_id, above.step + 1
        FROM codeofconduct_purchasecategory parent JOIN above ON parent.id = above.parent_id WHERE above.step < 20
    ) SELECT array_agg({name} ORDER BY step DESC) FROM above
)"""
_CPV = re.compile(r"([0-9]{3,8})(?:-[0-9])?")
_NAMES = ArrayField(TextField())
# A parent before its children, siblings in Swedish order.
TREE_ORDER = RawSQL(_PATH.format(name='sv_sort(name) COLLATE "C"'), (), output_field=_NAMES)  # noqa: S611 - ours


def period_that_counts(day: date | None = None) -> PriorityPeriod | None:
    """The priority period that holds on the day, today by default; the one before it while the new one's list is empty."""
    begun = PriorityPeriod.objects.filter(valid_from__lte=day or clock.today(), priorities__isnull=False)
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


def with_all_above(categories: Iterable[int]) -> set[int]:
    """The categories (ids) and all that they stand below in the tree."""
    parents = dict(PurchaseCategory.objects.values_list("pk", "parent"))
    found: set[int] = set()
    for category in categories:
        key: int | None = category
        while key is not None and key not in found:
            found.add(key)
            key = parents[key]
    return found


def with_path(categories: CategoryQuerySet) -> CategoryQuerySet:
    """Adds `path`: the names from the top of the tree down to the category."""
    names = RawSQL(_PATH.format(name="name::text"), (), output_field=_NAMES)  # noqa: S611 - ours
    return categories.annotate(path=names)


def in_tree_order(categories: CategoryQuerySet) -> CategoryQuerySet:
    """A parent before its children, siblings in Swedish order; with `path`."""
    return with_path(categories).order_by(TREE_ORDER, "pk")


def with_owner(categories: CategoryQuerySet) -> CategoryQuerySet:
    """Adds `owner_letter`: the procurement region that answers for the category today."""
    owners = CategoryOwner.objects.valid_on(clock.today()).filter(category=OuterRef("pk"))
    return categories.annotate(owner_letter=Subquery(owners.values("group__letter")[:1]))


def prioritised_in(period: PriorityPeriod | None) -> Exists:
    """Whether a category is prioritised in the period."""
    return Exists(CategoryPriority.objects.filter(period=period, category=OuterRef("pk")))


def narrowed(
    categories: CategoryQuerySet, *, group: PurchasingGroup | None, prioritised: bool, period: PriorityPeriod | None
) -> CategoryQuerySet:
    """Those that the group answers for today and, if asked for, those that are prioritised in the period."""
    if group is not None:
        owned = CategoryOwner.objects.valid_on(clock.today()).filter(group=group)
        categories = categories.filter(pk__in=owned.values("category"))
    return categories.filter(prioritised_in(period)) if prioritised else categories


def categories_listed(
    user: User, *, text: str, group: PurchasingGroup | None, prioritised: bool, period: PriorityPeriod | None
) -> CategoryQuerySet:
    """The visible tree with `path`, `owner_letter` and `is_prioritised`; `text` in name or code, or a CPV code.

    A CPV code is found by its start, and by every code that it stands above: 33140000-3 holds 33141420-0.
    """
    categories = narrowed(
        PurchaseCategory.objects.visible_to(user), group=group, prioritised=prioritised, period=period
    )
    if text:
        coded = CategoryCpv.objects.annotate(bare=Left("cpv__code", 8)).filter(
            Q(cpv__code__startswith=text) | Q(bare__in=_cpv_above(text))
        )
        categories = categories.filter(
            Q(name__icontains=text) | Q(code__istartswith=text) | Q(pk__in=coded.values("category"))
        )
    return with_path(with_owner(categories)).annotate(is_prioritised=prioritised_in(period))


def _cpv_above(text: str) -> list[str]:
    """The CPV codes (eight digits) that the typed one or its beginning stands below; none if it isn't one.

    Two digits are the division; each further one that isn't 0 is a step down (regulation (EC) 213/2008).
    """
    typed = _CPV.fullmatch(text)
    return [typed[1][:steps].ljust(8, "0") for steps in range(2, len(typed[1]))] if typed else []


def above(category: PurchaseCategory) -> list[PurchaseCategory]:
    """The categories that it stands below, from the top of the tree down."""
    rows = PurchaseCategory.objects.raw(
        """
        WITH RECURSIVE above(id, parent_id, step) AS (
            SELECT id, parent_id, 0 FROM codeofconduct_purchasecategory WHERE id = %s
            UNION ALL
            SELECT parent.id, parent.parent_id, above.step + 1
            FROM codeofconduct_purchasecategory parent JOIN above ON parent.id = above.parent_id WHERE above.step < 20
        )
        SELECT category.* FROM codeofconduct_purchasecategory category JOIN above USING (id)
        WHERE above.step > 0 ORDER BY above.step DESC
        """,
        [category.pk],
    )
    return list(rows)


def possible_parents(category: PurchaseCategory | None) -> CategoryQuerySet:
    """Where a category may stand: below any but itself and those beneath it."""
    categories = PurchaseCategory.objects.all()
    return in_tree_order(categories.exclude(pk__in=below(category)) if category else categories)


def owners_of(category: PurchaseCategory) -> QuerySet[CategoryOwner]:
    """Who answered, answers and will answer for the category, the latest first."""
    return category.owners.select_related("group").order_by("-valid_from")


def priorities_of(category: PurchaseCategory) -> QuerySet[CategoryPriority]:
    """The periods in which the category is prioritised, the latest first."""
    return category.priorities.select_related("period").order_by("-period__valid_from")


@dataclass(frozen=True)
class Contracted:
    """Contracts that run today, as far as the user may see them. The value is öre a year; of `unvalued` none is stated."""

    count: int
    value_ore: int
    unvalued: int


def contracted_in(user: User, category: PurchaseCategory) -> Contracted:
    """The contracts of the category and of all beneath it."""
    within = ContractCategory.objects.filter(category__in=below(category))
    contracts = Contract.objects.visible_to(user).active().filter(pk__in=within.values("contract"))
    told = contracts.aggregate(
        count=Count("pk"),
        value=Sum("yearly_value_ore"),
        unvalued=Count("pk", filter=Q(yearly_value_ore__isnull=True)),
    )
    return Contracted(told["count"], told["value"] or 0, told["unvalued"])


def periods() -> QuerySet[PriorityPeriod]:
    """The priority periods with `category_count`, the latest first."""
    return PriorityPeriod.objects.annotate(category_count=Count("priorities")).order_by("-valid_from")


def prioritised_listed(period: PriorityPeriod) -> CategoryQuerySet:
    """The categories of the period with `owner_letter` and `priority_reason`."""
    priorities = CategoryPriority.objects.filter(period=period, category=OuterRef("pk"))
    categories = PurchaseCategory.objects.filter(Exists(priorities))
    return with_owner(categories).annotate(priority_reason=Subquery(priorities.values("reason")[:1]))


def not_prioritised(period: PriorityPeriod) -> CategoryQuerySet:
    """What could be put on the period's list, in the order of the tree."""
    return in_tree_order(PurchaseCategory.objects.exclude(priorities__period=period))


def cpv_listed(*, text: str = "", category: PurchaseCategory | None = None) -> "QuerySet[CpvCode]":
    """CPV codes whose code begins with the text or whose name holds it; `public_id` is the code, for key_page."""
    codes = CpvCode.objects.annotate(public_id=F("code"))
    if text:
        codes = codes.filter(Q(code__startswith=text) | Q(name_sv__icontains=text) | Q(name_en__icontains=text))
    return codes.filter(categories=category) if category else codes


def with_categories(codes: "QuerySet[CpvCode]") -> "QuerySet[CpvCode]":
    """Adds `in_categories`, in Swedish order."""
    return codes.prefetch_related(
        Prefetch("categories", queryset=PurchaseCategory.objects.in_swedish_order(), to_attr="in_categories")
    )
