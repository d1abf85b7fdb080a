"""Reads over suppliers, contracts and categories."""

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from codeofconduct.enums import Scheme
from codeofconduct.models import (
    CategoryOwner,
    CategoryPriority,
    CodeSection,
    CodeVersion,
    Contract,
    PurchaseCategory,
    Supplier,
    SupplierIdentifier,
)
from portal import clock
from regions.models import User
from regions.permissions import access_of, is_staff


def suppliers_listed(user: User, *, text: str = "") -> QuerySet[Supplier]:
    """Visible suppliers with their identifiers and `contract_count` (those the user may see), by name or number."""
    contracts = Contract.objects.visible_to(user).filter(supplier=OuterRef("pk"))
    suppliers = Supplier.objects.visible_to(user)
    if text:
        # A sole trader's number is personal data: whoever may not read it may not find by it either.
        numbers = Q(identifiers__value__icontains=text)
        if not is_staff(user):
            numbers &= Q(is_sole_trader=False) | Q(Exists(contracts))
        suppliers = suppliers.filter(pk__in=Supplier.objects.filter(Q(name__icontains=text) | numbers).values("pk"))
    counted = contracts.order_by().values("supplier").annotate(number=Count("pk")).values("number")
    return suppliers.annotate(contract_count=Coalesce(Subquery(counted), 0)).prefetch_related("identifiers")


def may_read_number(user: User, supplier: Supplier) -> bool:
    """A legal person's number is public; a sole trader's is for staff and those with a contract there (GDPR)."""
    return (
        not supplier.is_sole_trader
        or is_staff(user)
        or Contract.objects.visible_to(user).filter(supplier=supplier).exists()
    )


def sections_of_latest_code() -> QuerySet[CodeSection]:
    """The areas of the version of the code that came last."""
    latest = CodeVersion.objects.order_by("-valid_from").values("pk")[:1]
    return CodeSection.objects.filter(code_version=latest).order_by("number")


def contracts_of(user: User, supplier: Supplier) -> QuerySet[Contract]:
    """The supplier's contracts that the user may see, the one that ends last first."""
    return (
        Contract.objects.visible_to(user)
        .filter(supplier=supplier)
        .select_related("region", "clause_version")
        .prefetch_related("categories")
        .order_by("-ends_on", "region__code")
    )


def prioritised_categories() -> QuerySet[PurchaseCategory]:
    """Categories of the period that holds today, between two periods of the latest one, in Swedish order."""
    today = clock.today()
    current = CategoryPriority.objects.valid_on(today)
    if not current.exists():
        latest = CategoryPriority.objects.filter(valid_from__lte=today).order_by("-valid_from").values("valid_from")[:1]
        current = CategoryPriority.objects.filter(valid_from=Subquery(latest))
    owners = CategoryOwner.objects.valid_on(today).select_related("group")
    return (
        PurchaseCategory.objects.filter(pk__in=current.values("category"))
        .prefetch_related(Prefetch("owners", queryset=owners, to_attr="current_owners"))
        .in_swedish_order()
    )


def number_taken(number: str) -> Supplier | None:
    """The supplier that already has this Swedish organisation number."""
    found = SupplierIdentifier.objects.filter(scheme=Scheme.ORGANISATION_NUMBER, value=number).select_related(
        "supplier"
    )
    identifier = found.first()
    return identifier.supplier if identifier else None


def contract_regions(user: User) -> frozenset[int] | None:
    """Regions (ids) for which the user may register contracts; None means all."""
    return None if is_staff(user) else access_of(user).regions
