"""What this room brings in and takes out as files, and who may."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from codeofconduct.permissions import can_register_contract, sees_contracts
from codeofconduct.resources import lists
from codeofconduct.resources.categories import CategoryResource, CpvResource
from codeofconduct.resources.contracts import ContractResource, FacilityResource
from codeofconduct.resources.suppliers import ContactResource, SupplierResource
from portal.exchange.registry import ExchangeKind, register
from regions.permissions import has_role, is_staff


def register_kinds() -> None:
    """Called once, when the portal starts."""
    for kind in KINDS:
        register(kind)


KINDS = (
    ExchangeKind(
        "suppliers",
        _("Suppliers"),
        SupplierResource,
        lists.suppliers,
        lambda subject: reverse("codeofconduct:supplier-list"),
        may_import=is_staff,
        may_export=has_role,
        order=10,
    ),
    ExchangeKind(
        "contracts",
        _("Contracts"),
        ContractResource,
        lists.contracts,
        lambda subject: reverse("codeofconduct:contract-list"),
        may_import=can_register_contract,
        may_export=sees_contracts,
        note=_("A regional user imports contracts of the own region."),
        order=20,
    ),
    ExchangeKind(
        "facilities",
        _("Facilities"),
        FacilityResource,
        lists.facilities,
        lambda subject: reverse("codeofconduct:facility-list"),
        may_import=is_staff,
        may_export=has_role,
        order=30,
    ),
    ExchangeKind(
        "contacts",
        _("Supplier contacts"),
        ContactResource,
        lists.contacts,
        lambda subject: reverse("codeofconduct:supplier-list"),
        may_import=is_staff,
        may_export=sees_contracts,
        order=40,
    ),
    ExchangeKind(
        "categories",
        _("Purchase categories"),
        CategoryResource,
        lists.categories,
        lambda subject: reverse("codeofconduct:category-list"),
        may_import=is_staff,
        may_export=has_role,
        order=50,
    ),
    ExchangeKind(
        "cpv",
        _("CPV codes"),
        CpvResource,
        lists.cpv_codes,
        lambda subject: reverse("codeofconduct:cpv-list"),
        may_import=is_staff,
        may_export=has_role,
        order=60,
    ),
)
