"""Writes about contracts."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from codeofconduct.models import ClauseVersion, Contract, ContractCategory, PurchaseCategory, Supplier
from portal.history.models import By, actor_of
from regions.models import Region


@transaction.atomic
def register_contract(
    *,
    by: By,
    region: Region,
    supplier: Supplier,
    title: str,
    clause_version: ClauseVersion,
    categories: Iterable[PurchaseCategory],
    starts_on: date,
    ends_on: date,
    registration_number: str = "",
) -> Contract:
    """Register a region's contract under the clause version it was signed with; the very same again gives the same one."""
    told: dict[str, Any] = {
        "region": region,
        "supplier": supplier,
        "title": title,
        "registration_number": registration_number,
        "clause_version": clause_version,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }
    Supplier.objects.select_for_update().get(pk=supplier.pk)
    wanted = {item.pk for item in categories}
    for found in Contract.objects.filter(**told).prefetch_related("contract_categories"):
        if {row.category_id for row in found.contract_categories.all()} == wanted:
            return found
    contract = Contract.objects.create(**told, created_by=actor_of(by))
    ContractCategory.objects.bulk_create(ContractCategory(contract=contract, category_id=key) for key in wanted)
    return contract
