"""The degree of harmonisation: the share of active contract value that uses a requirement set. All its sums are here.

The value is the contract's yearly value. A contract without one can't be weighed: it is counted apart. A joint contract
counts whole for each of its regions, one in several categories whole in each of them, and either once in the total. A
category has the contracts of all beneath it in the tree too, each of them once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from codeofconduct.models import Contract, ContractCategory, ContractParty, PurchaseCategory
from codeofconduct.models.categories import CategoryQuerySet
from codeofconduct.models.contracts import ContractQuerySet
from codeofconduct.queries.categories import below, with_all_above
from regions.models import Region

# As `_sums`, of contracts that stand beneath several categories at once: each counts once in each of those asked for.
_BY_CATEGORY = """
    WITH RECURSIVE below(top, id) AS (
        SELECT id, id FROM codeofconduct_purchasecategory WHERE id = ANY(%s)
        UNION
        SELECT below.top, category.id FROM codeofconduct_purchasecategory category JOIN below ON category.parent_id = below.id
    ), held AS (
        SELECT DISTINCT below.top, link.contract_id
        FROM below JOIN codeofconduct_contractcategory link ON link.category_id = below.id
    )
    SELECT
        held.top, count(*), count(*) FILTER (WHERE uses_requirement_set), count(*) FILTER (WHERE yearly_value_ore IS NULL),
        coalesce(sum(yearly_value_ore), 0), coalesce(sum(yearly_value_ore) FILTER (WHERE uses_requirement_set), 0)
    FROM held JOIN codeofconduct_contract contract ON contract.id = held.contract_id
    WHERE contract.id IN ({active}) GROUP BY held.top
"""


@dataclass(frozen=True)
class Degree:
    """Of some active contracts: how many, how many of them use a set, how many have no value, and the values in öre."""

    contracts: int = 0
    using: int = 0
    without_value: int = 0
    value_ore: int = 0
    used_ore: int = 0

    @property
    def share(self) -> Decimal | None:
        """Of one; None where no contract has a value."""
        return Decimal(self.used_ore) / self.value_ore if self.value_ore else None

    def __add__(self, other: "Degree") -> "Degree":
        return Degree(
            self.contracts + other.contracts,
            self.using + other.using,
            self.without_value + other.without_value,
            self.value_ore + other.value_ore,
            self.used_ore + other.used_ore,
        )


def total_degree(*, region: Region | None = None, category: PurchaseCategory | None = None) -> Degree:
    """Of all active contracts, or those of a region, of a category, or of both. One query."""
    return Degree(**_contracts(region, category).aggregate(**_sums()))


def degrees_by_region(*, category: PurchaseCategory | None = None) -> dict[int, Degree]:
    """By region (id), of all contracts or those of a category. Two queries."""
    contracts = _contracts(None, category)
    joint = ContractParty.objects.filter(contract__in=contracts).exclude(region=F("contract__region"))
    found = _grouped(contracts, "region")
    for key, degree in _grouped(joint, "region", "contract__").items():
        found[key] = found.get(key, Degree()) + degree
    return found


def degrees_by_category(categories: Iterable[int], *, region: Region | None = None) -> dict[int, Degree]:
    """By category (id) of those asked for, of all contracts or those of a region. One query."""
    active, params = _contracts(region, None).values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_BY_CATEGORY.format(active=active), [list(categories), *params])
        return {category: Degree(*map(int, sums)) for category, *sums in cursor.fetchall()}


def categories_with_contracts() -> CategoryQuerySet:
    """Those that have an active contract, in themselves or beneath them, or a requirement set."""
    rows = ContractCategory.objects.filter(contract__in=Contract.objects.active())
    contracted = with_all_above(rows.values_list("category", flat=True).distinct())
    return PurchaseCategory.objects.filter(Q(pk__in=contracted) | Q(requirement_set__isnull=False)).select_related(
        "requirement_set"
    )


def _contracts(region: Region | None, category: PurchaseCategory | None) -> ContractQuerySet:
    contracts = Contract.objects.active()
    if region is not None:
        joint = ContractParty.objects.filter(region=region)
        contracts = contracts.filter(Q(region=region) | Q(pk__in=joint.values("contract")))
    if category is not None:
        of_category = ContractCategory.objects.filter(category__in=below(category))
        contracts = contracts.filter(pk__in=of_category.values("contract"))
    return contracts


def _grouped(rows: QuerySet[Any], key: str, path: str = "") -> dict[int, Degree]:
    found = rows.order_by().values(key).annotate(**_sums(path))
    return {row.pop(key): Degree(**row) for row in found}


def _sums(path: str = "") -> dict[str, Any]:
    """`path`: from the rows that are summed to their contract."""
    value, uses = f"{path}yearly_value_ore", Q(**{f"{path}uses_requirement_set": True})
    return {
        "contracts": Count("pk"),
        "using": Count("pk", filter=uses),
        "without_value": Count("pk", filter=Q(**{f"{value}__isnull": True})),
        "value_ore": Coalesce(Sum(value), 0),
        "used_ore": Coalesce(Sum(value, filter=uses), 0),
    }
