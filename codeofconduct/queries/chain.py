"""Reads over facilities and the chains they make."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from codeofconduct.models import Contract, Facility, Supplier, SupplyLink
from codeofconduct.models.contracts import ContractQuerySet, FacilityQuerySet
from codeofconduct.queries.suppliers import SUPPLIER_NAMES, own_contracts
from portal.search.matching import Fields, Through, matching_or_closest
from regions.models import User

# Where a facility is searched, as in the model's indexes.
FACILITY_FIELDS = Fields(names=("name", "city"), numbers=("os_id",))


def facilities_listed(
    user: User, *, text: str = "", country: str = "", stage: str = "", supplier: Supplier | None = None
) -> QuerySet[Facility]:
    """Facilities that the user may see, of suppliers that weren't merged; by name, city, OS ID or supplier."""
    facilities: QuerySet[Facility] = Facility.objects.visible_to(user).filter(supplier__merged_into__isnull=True)
    for name, value in (("country", country), ("stage", stage), ("supplier", supplier)):
        if value:
            facilities = facilities.filter(**{name: value})
    if text:
        of_supplier = Through(Supplier.objects.visible_to(user), "pk", SUPPLIER_NAMES, here="supplier")
        fields = Fields(names=FACILITY_FIELDS.names, numbers=FACILITY_FIELDS.numbers, through=(of_supplier,))
        facilities = matching_or_closest(facilities, text, fields)
    return facilities.select_related("supplier")


def contracts_with_chain(user: User, supplier: Supplier) -> ContractQuerySet:
    """The supplier's contracts that the user may see and whose chain is known, with their region."""
    links = SupplyLink.objects.filter(contract=OuterRef("pk"))
    contracts = Contract.objects.visible_to(user).filter(Exists(links), supplier=supplier)
    return contracts.select_related("region", "supplier")


def links_of(contracts: Iterable[Contract]) -> dict[int, list[SupplyLink]]:
    """The links of each contract (id), nearest tier first, with their facilities; one query. The contracts are visible."""
    found: dict[int, list[SupplyLink]] = {}
    links = SupplyLink.objects.filter(contract__in=list(contracts)).select_related("facility")
    for link in links.order_by("tier", "product", "pk"):
        found.setdefault(link.contract_id, []).append(link)
    return found


def links_with(user: User, facility: Facility) -> QuerySet[SupplyLink]:
    """Where the facility serves contracts that the user may see."""
    return SupplyLink.objects.visible_to(user).filter(facility=facility).select_related("contract__region")


def unserved_by(user: User, facility: Facility) -> QuerySet[Contract]:
    """Contracts with the facility's supplier that the user keeps and that it doesn't serve yet."""
    contracts = own_contracts(user, facility.supplier)
    served = SupplyLink.objects.filter(facility=facility).values("contract")
    return contracts.exclude(pk__in=served).select_related("region").order_by("-ends_on", "pk")


def facilities_of(user: User, supplier: Supplier) -> FacilityQuerySet:
    """The supplier's facilities that the user may see, in Swedish order."""
    return Facility.objects.visible_to(user).filter(supplier=supplier).in_swedish_order()


def keeps_served(user: User, facility: Facility) -> bool:
    """Whether it serves a contract that the user keeps."""
    return own_contracts(user, facility.supplier).filter(supply_links__facility=facility).exists()
