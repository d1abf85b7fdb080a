"""Reads over contracts."""

from django.db.models import QuerySet

from codeofconduct.models import Contract, Supplier
from regions.models import User
from regions.permissions import access_of, is_staff


def contracts_of(user: User, supplier: Supplier) -> QuerySet[Contract]:
    """The supplier's contracts that the user may see, the one that ends last first."""
    return (
        Contract.objects.visible_to(user)
        .filter(supplier=supplier)
        .select_related("region", "clause_version")
        .prefetch_related("categories")
        .order_by("-ends_on", "region__code")
    )


def contract_regions(user: User) -> frozenset[int] | None:
    """Regions (ids) for which the user may register contracts; None means all."""
    return None if is_staff(user) else access_of(user).regions
