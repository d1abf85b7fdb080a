"""What this room brings in and takes out as files, and who may."""

from django.utils.translation import gettext_lazy as _

from codeofconduct.permissions import can_register_contract, sees_contracts
from codeofconduct.resources import lists, outgoing
from codeofconduct.resources.categories import CategoryResource, CpvResource
from codeofconduct.resources.contracts import ContractResource, FacilityResource
from codeofconduct.resources.suppliers import ContactResource, SupplierResource
from portal.exchange.registry import ExchangeKind, register
from regions.permissions import has_role, is_staff


def register_kinds() -> None:
    """Called once, when the portal starts."""
    for kind in (*KINDS, *outgoing.KINDS):
        register(kind)


# What others refer to comes before them: a new portal is filled in this order.
KINDS = (
    ExchangeKind(
        "cpv",
        _("CPV codes"),
        CpvResource,
        lists.cpv_codes,
        "codeofconduct:cpv-list",
        may_import=is_staff,
        may_export=has_role,
        note=_("A code is known again by its digits."),
        order=10,
    ),
    ExchangeKind(
        "categories",
        _("Purchase categories"),
        CategoryResource,
        lists.categories,
        "codeofconduct:category-list",
        may_import=is_staff,
        may_export=has_role,
        note=_(
            "A purchase category is known again by its id, its code or its name. The CPV codes must be in the portal, and "
            "a category stands above those below it."
        ),
        order=20,
    ),
    ExchangeKind(
        "suppliers",
        _("Suppliers"),
        SupplierResource,
        lists.suppliers,
        "codeofconduct:supplier-list",
        may_import=is_staff,
        may_export=has_role,
        note=_(
            "A supplier is known again by its id, by any of its numbers, or by its name where the row has no number. "
            "A parent company stands above its subsidiaries."
        ),
        order=30,
    ),
    ExchangeKind(
        "contacts",
        _("Supplier contacts"),
        ContactResource,
        lists.contacts,
        "codeofconduct:supplier-list",
        may_import=is_staff,
        may_export=sees_contracts,
        note=_(
            "A contact is known again by id, or by supplier and e-mail address. The suppliers must be in the portal."
        ),
        order=40,
    ),
    ExchangeKind(
        "facilities",
        _("Facilities"),
        FacilityResource,
        lists.facilities,
        "codeofconduct:facility-list",
        may_import=is_staff,
        may_export=has_role,
        note=_(
            "A facility is known again by its id or OS ID, or by supplier, name and city. The suppliers must be in the "
            "portal."
        ),
        order=50,
    ),
    ExchangeKind(
        "contracts",
        _("Contracts"),
        ContractResource,
        lists.contracts,
        "codeofconduct:contract-list",
        may_import=can_register_contract,
        may_export=sees_contracts,
        note=_(
            "A contract is known again by its id, or by region, supplier and registration number; without number by "
            "region, supplier, title and first day. Suppliers and purchase categories must be in the portal. A regional "
            "user imports contracts of the own region."
        ),
        order=60,
    ),
)
