"""Writes about suppliers."""

from django.db import transaction

from codeofconduct.enums import Scheme
from codeofconduct.identifiers import is_personal, organisation_number_of
from codeofconduct.models import Supplier, SupplierIdentifier
from portal.history.models import By, actor_of


@transaction.atomic
def register_supplier(*, by: By, name: str, organisation_number: str = "", country: str = "SE") -> Supplier:
    """Put a supplier into the common register; a personal number makes it a sole trader.

    Raises ValidationError for a wrong organisation number, and IntegrityError where another supplier has it.
    """
    number = organisation_number_of(organisation_number) if organisation_number else ""
    supplier = Supplier.objects.create(
        name=name, country=country, is_sole_trader=bool(number) and is_personal(number), created_by=actor_of(by)
    )
    if number:
        SupplierIdentifier.objects.create(supplier=supplier, scheme=Scheme.ORGANISATION_NUMBER, value=number)
    return supplier
