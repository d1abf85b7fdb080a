"""What this room brings in and takes out as files, and who may."""

from typing import Any

from django.db.models import Case, When
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from codeofconduct.models import Contract, CpvCode, Facility, PurchaseCategory, Supplier, SupplierContact
from codeofconduct.permissions import can_register_contract
from codeofconduct.resources.categories import CategoryResource, CpvResource
from codeofconduct.resources.contracts import ContractResource, FacilityResource
from codeofconduct.resources.suppliers import ContactResource, SupplierResource
from portal.exchange.engine.resource import visible_rows
from portal.exchange.registry import ExchangeKind, register
from portal.search.ordering import swedish
from regions.permissions import has_role, is_buyer, is_staff


def register_kinds() -> None:
    """Called once, when the portal starts."""
    for kind in KINDS:
        register(kind)


def _suppliers(by: Any, query: QueryDict, subject: Any) -> Any:
    return visible_rows(Supplier, by).current().order_by(swedish("name"), "pk")


def _contracts(by: Any, query: QueryDict, subject: Any) -> Any:
    return visible_rows(Contract, by).order_by("region__code", "registration_number", "pk")


def _facilities(by: Any, query: QueryDict, subject: Any) -> Any:
    return visible_rows(Facility, by).order_by(swedish("name"), "pk")


def _contacts(by: Any, query: QueryDict, subject: Any) -> Any:
    return visible_rows(SupplierContact, by).order_by(swedish("name"), "pk")


def _categories(by: Any, query: QueryDict, subject: Any) -> Any:
    """Those at the top first, so that who reads the file into an empty portal finds each parent above its children."""
    depth = Case(
        When(parent=None, then=0),
        When(parent__parent=None, then=1),
        When(parent__parent__parent=None, then=2),
        default=3,
    )
    return PurchaseCategory.objects.order_by(depth, swedish("name"), "pk")


def _cpv_codes(by: Any, query: QueryDict, subject: Any) -> Any:
    return CpvCode.objects.order_by("code")


def _no_list(subject: str) -> str:
    return ""


KINDS = (
    ExchangeKind(
        "suppliers",
        _("Suppliers"),
        SupplierResource,
        _suppliers,
        lambda subject: reverse("codeofconduct:supplier-list"),
        may_import=is_staff,
        may_export=has_role,
        order=10,
    ),
    ExchangeKind(
        "contracts",
        _("Contracts"),
        ContractResource,
        _contracts,
        _no_list,
        may_import=can_register_contract,
        may_export=lambda user: is_staff(user) or is_buyer(user),
        note=_("A regional user imports contracts of the own region."),
        order=20,
    ),
    ExchangeKind(
        "facilities",
        _("Facilities"),
        FacilityResource,
        _facilities,
        _no_list,
        may_import=is_staff,
        may_export=has_role,
        order=30,
    ),
    ExchangeKind(
        "contacts",
        _("Supplier contacts"),
        ContactResource,
        _contacts,
        _no_list,
        may_import=is_staff,
        may_export=lambda user: is_staff(user) or is_buyer(user),
        order=40,
    ),
    ExchangeKind(
        "categories",
        _("Purchase categories"),
        CategoryResource,
        _categories,
        _no_list,
        may_import=is_staff,
        may_export=has_role,
        order=50,
    ),
    ExchangeKind(
        "cpv",
        _("CPV codes"),
        CpvResource,
        _cpv_codes,
        _no_list,
        may_import=is_staff,
        may_export=has_role,
        order=60,
    ),
)
