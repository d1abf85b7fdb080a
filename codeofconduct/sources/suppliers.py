"""Suppliers and contracts in the search."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from codeofconduct.enums import Scheme
from codeofconduct.models import Contract, Facility, Supplier
from codeofconduct.queries.chain import FACILITY_FIELDS
from codeofconduct.queries.contracts import contract_fields
from codeofconduct.queries.suppliers import supplier_fields, with_readable
from portal.search.sources import Source
from portal.ui.templatetags.formats import day
from regions.models import User


def _suppliers(user: User) -> QuerySet[Supplier]:
    return with_readable(user, Supplier.objects.visible_to(user).current()).prefetch_related("identifiers")


def _supplier_caption(supplier: Supplier) -> str:
    """Organisation number and city; a sole trader's number only for those who may read it."""
    number = next((row.value for row in supplier.identifiers.all() if row.scheme == Scheme.ORGANISATION_NUMBER), "")
    if number and not supplier.numbers_readable:  # type: ignore[attr-defined]
        number = _("sole trader, number not shown")
    return " · ".join(part for part in (number, supplier.city) if part)


SUPPLIERS = Source(
    key="supplier",
    label=gettext_lazy("Suppliers"),
    rows=_suppliers,
    fields=supplier_fields,
    url=lambda supplier: reverse("codeofconduct:supplier-detail", args=[supplier.public_id]),
    title=lambda supplier: supplier.name,
    caption=_supplier_caption,
    order=10,
)


FACILITIES = Source(
    key="facility",
    label=gettext_lazy("Facilities"),
    rows=lambda user: (
        Facility.objects.visible_to(user).filter(supplier__merged_into__isnull=True).select_related("supplier")
    ),
    fields=lambda user: FACILITY_FIELDS,
    url=lambda facility: reverse("codeofconduct:facility-detail", args=[facility.public_id]),
    title=lambda facility: facility.name,
    caption=lambda facility: " · ".join(part for part in (facility.city, facility.supplier.name) if part),
    order=15,
)


def _contracts(user: User) -> QuerySet[Contract]:
    return Contract.objects.visible_to(user).select_related("supplier", "region")


def _contract_caption(contract: Contract) -> str:
    parts = (contract.supplier.name, contract.region.name, contract.registration_number)
    dates = f"{day(contract.starts_on)} – {day(contract.ends_on)}"
    return " · ".join([*(part for part in parts if part), dates])


CONTRACTS = Source(
    key="contract",
    label=gettext_lazy("Contracts"),
    rows=_contracts,
    fields=lambda user: contract_fields(),
    url=lambda contract: reverse("codeofconduct:contract-detail", args=[contract.public_id]),
    title=lambda contract: contract.title,
    caption=_contract_caption,
    order=20,
)
