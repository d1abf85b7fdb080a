"""Reads over suppliers."""

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from codeofconduct.enums import Scheme
from codeofconduct.models import Contract, Supplier, SupplierIdentifier
from portal.search.matching import Fields, Through, matching_or_closest
from regions.models import User
from regions.permissions import is_staff

# Where a supplier's name is looked for, as in the model's index.
SUPPLIER_NAMES = ("name", "city")


def supplier_fields(user: User) -> Fields:
    """Where suppliers are searched: name and city, the names of those merged into them, and their numbers.

    A sole trader's number is personal data: whoever may not read it may not find by it either.
    """
    identifiers = SupplierIdentifier.objects.all()
    if not is_staff(user):
        contracted = Contract.objects.visible_to(user).values("supplier")
        identifiers = identifiers.filter(Q(supplier__is_sole_trader=False) | Q(supplier__in=contracted))
    merged = Supplier.objects.filter(merged_into__isnull=False)
    return Fields(
        names=SUPPLIER_NAMES,
        through=(
            Through(identifiers, "supplier", Fields(numbers=("value",))),
            Through(merged, "merged_into", Fields(names=SUPPLIER_NAMES)),
        ),
    )


def with_readable(user: User, suppliers: QuerySet[Supplier]) -> QuerySet[Supplier]:
    """Adds `numbers_readable`: `may_read_number`, for many."""
    if is_staff(user):
        return suppliers.annotate(numbers_readable=Value(True))
    contracts = Contract.objects.visible_to(user).filter(supplier=OuterRef("pk"))
    return suppliers.annotate(
        numbers_readable=ExpressionWrapper(Q(is_sole_trader=False) | Exists(contracts), BooleanField())
    )


def suppliers_listed(user: User, *, text: str = "") -> QuerySet[Supplier]:
    """Visible suppliers with their identifiers and `contract_count` (those the user may see), by name or number."""
    contracts = Contract.objects.visible_to(user).filter(supplier=OuterRef("pk"))
    suppliers = matching_or_closest(Supplier.objects.visible_to(user).current(), text, supplier_fields(user))
    counted = contracts.order_by().values("supplier").annotate(number=Count("pk")).values("number")
    return suppliers.annotate(contract_count=Coalesce(Subquery(counted), 0)).prefetch_related("identifiers")


def may_read_number(user: User, supplier: Supplier) -> bool:
    """A legal person's number is public; a sole trader's is for staff and those with a contract there (GDPR)."""
    return (
        not supplier.is_sole_trader
        or is_staff(user)
        or Contract.objects.visible_to(user).filter(supplier=supplier).exists()
    )


def number_taken(number: str) -> Supplier | None:
    """The supplier that already has this Swedish organisation number."""
    found = SupplierIdentifier.objects.filter(scheme=Scheme.ORGANISATION_NUMBER, value=number).select_related(
        "supplier"
    )
    identifier = found.first()
    return identifier.supplier if identifier else None
