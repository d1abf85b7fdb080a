"""Reads over suppliers."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from codeofconduct.enums import Scheme
from codeofconduct.models import Contract, Supplier, SupplierIdentifier
from regions.models import User
from regions.permissions import is_staff


def suppliers_listed(user: User, *, text: str = "") -> QuerySet[Supplier]:
    """Visible suppliers with their identifiers and `contract_count` (those the user may see), by name or number."""
    contracts = Contract.objects.visible_to(user).filter(supplier=OuterRef("pk"))
    suppliers = Supplier.objects.visible_to(user).current()
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


def number_taken(number: str) -> Supplier | None:
    """The supplier that already has this Swedish organisation number."""
    found = SupplierIdentifier.objects.filter(scheme=Scheme.ORGANISATION_NUMBER, value=number).select_related(
        "supplier"
    )
    identifier = found.first()
    return identifier.supplier if identifier else None
